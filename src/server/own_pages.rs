//! In: requests to Paravent's own paths on the site's host. Out: the privacy page, the guarantee of
//! counting, the inventory, assets, what a press on the banner leads to, the visitor's receipt, hosts for
//! learning, and events by number. Reads a small form or report, never keeps it, and logs nothing of it.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::request::Parts;
use http::{Method, StatusCode};
use hyper::Response;
use hyper::body::Incoming;

use super::body::{self, AnyBody, BodyError};
use super::events;
use super::failure::Failure;
use super::insertions::language;
use super::own_answer::{self, Own};
use super::shared::{Shared, SiteRuntime};
use super::sighting::Whose;
use super::usage_promise;
use crate::config::Site;
use crate::consent::{
    self, KnownOfVisitor, MAX_PRESS_BYTES, OriginPolicy, Outcome, PageView, Press, PressError,
};
use crate::learning::{Format, read_report};
use crate::policy::{Decision, Facts, Hour, Receipt, StoredChoice, decide};
use crate::request;
use crate::response;
use crate::visitor::{ReceiptId, Region, Visitor};

/// A browser's report about the policy, in bytes; longer ones are not read.
const MAX_REPORT_BYTES: u64 = 64 * 1024;

/// The path below the site's prefix, if the request is for Paravent itself. `gpc.json` is its own too.
pub fn path_below(head: &Parts, site: &Site) -> Option<String> {
    let path = head.uri.path();
    if path == "/.well-known/gpc.json" {
        return Some(path.to_owned());
    }
    let below = path.strip_prefix(&site.prefix)?;
    (below.is_empty() || below.starts_with('/')).then(|| below.to_owned())
}

/// Answers a request for one of Paravent's own paths.
pub async fn answer(
    shared: &Shared,
    site: &SiteRuntime,
    visitor: &Visitor,
    path: &str,
    head: Parts,
    body: Incoming,
) -> Result<Response<AnyBody>, Failure> {
    let desk = Desk { shared, site: &site.config, visitor, head: &head };
    let post = head.method == Method::POST;
    let reads = matches!(head.method, Method::GET | Method::HEAD);
    match path {
        "/consent" if post => desk.press(body).await,
        "/report" if post => desk.report(body).await,
        "/event" if post => {
            let decision = &desk.present();
            events::take(Whose { shared, site, visitor, decision, head: &head }, body).await
        }
        "/consent" | "/report" | "/event" => Err(Failure::MethodRefused),
        _ if !reads => Err(Failure::MethodRefused),
        "" => Ok(own_answer::redirect(StatusCode::PERMANENT_REDIRECT, &format!("{}/", desk.site.prefix))),
        "/" => Ok(desk.privacy_page()),
        "/usage" => Ok(desk.usage_page()),
        "/receipt" => desk.receipt().await,
        "/keys" => desk.keys(),
        "/declaration.json" => Ok(desk.declaration()),
        "/.well-known/gpc.json" => Ok(own_answer::json(StatusCode::OK, consent::gpc_support(desk.site))),
        _ => path.strip_prefix("/assets/").and_then(|name| asset(desk.site, name)).ok_or(Failure::NotFound),
    }
}

fn asset(site: &Site, name: &str) -> Option<Response<AnyBody>> {
    let asset = consent::asset(site, name)?;
    let bytes = match asset.bytes {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    };
    Some(own_answer::asset(asset.content_type, bytes, asset.immutable))
}

/// Where a visitor's requests to Paravent itself are dealt with.
struct Desk<'a> {
    shared: &'a Shared,
    site: &'a Arc<Site>,
    visitor: &'a Visitor,
    head: &'a Parts,
}

impl Desk<'_> {
    fn decision(&self, choice: Option<&StoredChoice>) -> Decision {
        let facts = self.visitor.facts(self.head.uri.path(), &self.shared.clock);
        decide(&self.site.policy, &Facts { choice, once: None, ..facts })
    }

    fn present(&self) -> Decision {
        self.decision(self.visitor.choice())
    }

    /// `?lang=` where the site speaks it, else what the visitor prefers.
    fn language(&self) -> &str {
        let query = self.head.uri.query().unwrap_or_default();
        let asked = query.split('&').find_map(|pair| pair.strip_prefix("lang="));
        language(self.site, asked, self.visitor.languages())
    }

    fn privacy_page(&self) -> Response<AnyBody> {
        let network = self.visitor.network().prefix();
        let known = KnownOfVisitor {
            network: &network,
            region: self.visitor.region().map(Region::code),
            language: self.language(),
            device: self.visitor.device().id(),
            receipt: self.visitor.receipt().is_some(),
        };
        let here = format!("{}/", self.site.prefix);
        own_answer::html(StatusCode::OK, self.draw(&here, |view| consent::privacy_page(view, &known)))
    }

    /// Coming back from a press, it still speaks the language it was read in.
    fn usage_page(&self) -> Response<AnyBody> {
        let promise = usage_promise::of(&self.site.usage);
        let here = format!("{}/usage?lang={}", self.site.prefix, self.language());
        own_answer::html(StatusCode::OK, self.draw(&here, |view| consent::usage_page(view, &promise)))
    }

    fn declaration(&self) -> Response<AnyBody> {
        own_answer::json(StatusCode::OK, consent::declaration(self.site, &self.present(), self.language()))
    }

    /// Takes a policy report off the browser's hands. One that nobody will read is not even received; of
    /// the others nothing is kept but hosts.
    async fn report(&self, body: Incoming) -> Result<Response<AnyBody>, Failure> {
        let own = self.shared.door.is_same_origin(self.head, self.visitor, self.site, None);
        let format = Format::of(self.content_type()).filter(|_| own);
        let reports = self.shared.reports.as_ref().filter(|reports| reports.admits(self.visitor.network()));
        let (Some(format), Some(reports)) = (format, reports) else { return Ok(own_answer::nothing()) };
        let idle = self.shared.config.server.timeouts.body;
        let body = body::collect(body, MAX_REPORT_BYTES, idle).await.map_err(|e| too_large(&e))?;
        let refusals = read_report(format, &body, &self.present()).map_err(|_| Failure::Malformed)?;
        reports.note(&self.site.name, self.visitor.network(), refusals);
        Ok(own_answer::nothing())
    }

    async fn press(&self, body: Incoming) -> Result<Response<AnyBody>, Failure> {
        let idle = self.shared.config.server.timeouts.body;
        let body = body::collect(body, MAX_PRESS_BYTES as u64, idle).await.map_err(|e| too_large(&e))?;
        match self.pressed(&body).await {
            Ok(answer) => Ok(answer),
            Err(Refused::CrossSite) => Err(Failure::CrossSite),
            Err(Refused::Press(error)) => Ok(self.refused(error, &body)),
            Err(Refused::NotRecorded) => Err(Failure::GrantNotRecorded),
        }
    }

    async fn pressed(&self, body: &Bytes) -> Result<Response<AnyBody>, Refused> {
        let press = consent::read_press(self.content_type(), body)?;
        let door = &self.shared.door;
        if !door.is_same_origin(self.head, self.visitor, self.site, press.token.as_deref()) {
            return Err(Refused::CrossSite);
        }
        let outcome = consent::apply(&press, self.site, &self.present(), self.shared.clock.today())?;
        // Before anything is answered: there is no grant without its receipt.
        let receipt = self.receipt_of(&press, &outcome).await?;
        Ok(self.outcome(&outcome, receipt.as_ref()))
    }

    fn outcome(&self, outcome: &Outcome, receipt: Option<&ReceiptId>) -> Response<AnyBody> {
        let door = &self.shared.door;
        let next = outcome.choice.as_ref().or(self.visitor.choice());
        let decision = self.decision(next);
        let mut answer = if self.wants_json() {
            Own::new(own_answer::json(StatusCode::OK, consent::state_json(&decision)))
        } else {
            Own::new(own_answer::redirect(StatusCode::SEE_OTHER, &outcome.return_to))
        };
        if let Some(choice) = &outcome.choice {
            answer.set_cookie(&door.keep_choice(self.visitor, self.site, choice, receipt));
            answer.clear_cache();
        }
        if let Some(vendor) = &outcome.once {
            answer.set_cookie(&door.load_once(self.visitor, self.site, vendor));
        }
        let host = self.visitor.host();
        for line in response::expire(&self.head.headers, &decision, host, &outcome.return_to, &outcome.expire)
        {
            answer.set_cookie(&line);
        }
        answer.0
    }

    /// The receipt of what this press leads to: none where nothing is granted; the one there is while the
    /// grant stays the same; else a new one, on disk. What is no press of Accept, Save or a placeholder's
    /// "always" records nothing (promise RQ23).
    async fn receipt_of(&self, press: &Press, outcome: &Outcome) -> Result<Option<ReceiptId>, Refused> {
        let Some(choice) = outcome.choice.as_ref().filter(|_| outcome.grants) else { return Ok(None) };
        if press.act.is_none() {
            return Ok(self.visitor.receipt().cloned());
        }
        let same = self.visitor.choice().is_some_and(|before| before.grants_the_same(choice));
        let kept = self.visitor.receipt().filter(|_| same).cloned();
        let grants = self.shared.grants.as_ref().ok_or(Refused::NotRecorded)?;
        let recorded = grants.receipt(kept, self.record(choice, outcome.guardian)).await;
        recorded.map(Some).map_err(|error| {
            tracing::error!(%error, "a grant could not be recorded");
            Refused::NotRecorded
        })
    }

    fn record(&self, choice: &StoredChoice, guardian: bool) -> Receipt {
        Receipt {
            site: self.site.name.clone(),
            notice: choice.notice.clone(),
            version: self.site.notice.version.clone(),
            purposes: choice.purposes,
            vendors: choice.vendors.clone(),
            language: self.language().to_owned(),
            jurisdiction: self.site.jurisdiction.id().to_owned(),
            hour: Hour::of(self.shared.clock.seconds()),
            guardian,
        }
    }

    /// The visitor's own receipt, signed; for the visitor's eyes, and so for no script's.
    async fn receipt(&self) -> Result<Response<AnyBody>, Failure> {
        if !request::is_top_level_navigation(&self.head.headers) {
            return Err(Failure::NotANavigation);
        }
        let (Some(id), Some(grants)) = (self.visitor.receipt(), &self.shared.grants) else {
            return Err(Failure::NotFound);
        };
        let (site, named) = (Arc::clone(self.site), id.as_str().to_owned());
        let signed =
            grants.signed(id, move |receipt| consent::receipt_document(&named, receipt, &site)).await;
        let jws = signed.map_err(|_| Failure::Internal)?.ok_or(Failure::NotFound)?;
        Ok(own_answer::receipt(jws))
    }

    fn keys(&self) -> Result<Response<AnyBody>, Failure> {
        let grants = self.shared.grants.as_ref().ok_or(Failure::NotFound)?;
        Ok(own_answer::key_set(grants.jwks()))
    }

    fn refused(&self, error: PressError, body: &Bytes) -> Response<AnyBody> {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
        if self.wants_json() {
            return own_answer::problem(status, error.problem());
        }
        match (error, consent::read_press(self.content_type(), body)) {
            (PressError::GuardianMissing, Ok(press)) => {
                let page = self.draw(&press.return_to, |view| consent::guardian_page(view, &press));
                own_answer::html(status, page)
            }
            _ => own_answer::error(status, consent::refused_press_page(error, self.language(), self.site)),
        }
    }

    /// Draws a page of our own, from which a press comes back to `return_to`.
    fn draw(&self, return_to: &str, page: impl FnOnce(&PageView<'_>) -> String) -> String {
        let token = self.shared.door.form_token(self.visitor, self.site);
        page(&PageView {
            site: self.site,
            decision: &self.present(),
            language: self.language(),
            return_to,
            form_token: &token,
            origin_policy: OriginPolicy::Present { nonce: None },
            own_origin: "",
        })
    }

    fn content_type(&self) -> &str {
        self.head.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default()
    }

    fn wants_json(&self) -> bool {
        let values = self.head.headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        values.into_iter().any(|value| value.contains("application/json"))
    }
}

enum Refused {
    CrossSite,
    Press(PressError),
    NotRecorded,
}

impl From<PressError> for Refused {
    fn from(error: PressError) -> Refused {
        Refused::Press(error)
    }
}

pub(super) fn too_large(error: &BodyError) -> Failure {
    match error {
        BodyError::TooLarge(_) => Failure::BodyTooLarge,
        _ => Failure::Malformed,
    }
}
