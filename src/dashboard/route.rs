//! In: a request on the admin listener. Out: its answer. Whoever has no session gets the login, the
//! stylesheet and the state of health, and nothing from the store.

use std::sync::{Arc, PoisonError, RwLock};

use http::{HeaderMap, Method, StatusCode, header};

use super::SiteFacts;
use super::answer::{AdminAnswer, is_same_origin};
use super::filter::{Filter, value};
use super::login::{self, Door};
use super::sessions::{Session, Sessions, cookie};
use super::throttle::Throttle;
use super::{api, assets, export, page};
use crate::clock::Clock;
use crate::store::{Store, StoreError};

/// A request, as the server hands it on: the body is read, and no longer than
/// [`MAX_LOGIN_BYTES`](super::MAX_LOGIN_BYTES).
#[derive(Clone, Copy)]
pub struct AdminRequest<'r> {
    pub method: &'r Method,
    pub path: &'r str,
    /// Without its question mark; empty where there is none.
    pub query: &'r str,
    pub headers: &'r HeaderMap,
    pub body: &'r [u8],
}

/// The process's own figures, and the token they ask for.
pub struct Metrics {
    /// What `Authorization: Bearer` must carry; an empty one admits nobody.
    pub token: String,
    /// OpenMetrics' text format, each line with its end, without `# EOF`.
    pub render: Box<dyn Fn() -> String + Send + Sync>,
}

/// The admin listener's pages.
pub struct Dashboard {
    store: Arc<Store>,
    sites: RwLock<Arc<Vec<SiteFacts>>>,
    clock: Clock,
    metrics: Option<Metrics>,
    sessions: Sessions,
    throttle: Throttle,
}

impl Dashboard {
    /// For these sites, in the order they are shown.
    pub fn new(
        store: Arc<Store>,
        sites: Vec<SiteFacts>,
        clock: Clock,
        metrics: Option<Metrics>,
    ) -> Dashboard {
        let (sessions, throttle) = (Sessions::default(), Throttle::default());
        let sites = RwLock::new(Arc::new(sites));
        Dashboard { store, sites, clock, metrics, sessions, throttle }
    }

    /// Shows these sites from now on; who is logged in stays so.
    pub fn show(&self, sites: Vec<SiteFacts>) {
        *self.sites.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(sites);
    }

    fn sites(&self) -> Arc<Vec<SiteFacts>> {
        Arc::clone(&self.sites.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Answers a request. It reads from disk and may hash a password: call it where blocking is
    /// allowed. A HEAD is answered as a GET; the server leaves the body out.
    pub fn answer(&self, request: AdminRequest<'_>) -> AdminAnswer {
        self.public(request).unwrap_or_else(|| match self.session(request.headers) {
            Ok(Some(session)) => self.within(request, &session),
            Ok(None) => turned_away(request),
            Err(_) => away(),
        })
    }

    /// What a stranger may ask for.
    fn public(&self, request: AdminRequest<'_>) -> Option<AdminAnswer> {
        let reads = is_read(request.method);
        let only_read =
            |answer: AdminAnswer| if reads { answer } else { AdminAnswer::not_allowed("GET, HEAD") };
        match request.path {
            "/healthz" => Some(only_read(api::healthy())),
            "/metrics" => {
                let own = self.own_metrics();
                Some(only_read(api::metrics(self.metrics.as_ref(), request.headers, &own)))
            }
            "/login" if reads => Some(login::show(request.query, request.headers)),
            "/login" if request.method == Method::POST => {
                Some(self.door().log_in(request.query, request.headers, request.body))
            }
            "/login" => Some(AdminAnswer::not_allowed("GET, HEAD, POST")),
            path => assets::asset(path).map(only_read),
        }
    }

    /// What is for those who are logged in. Every role may see released counts.
    fn within(&self, request: AdminRequest<'_>, session: &Session) -> AdminAnswer {
        let read: fn(&Dashboard, AdminRequest<'_>, &Session) -> AdminAnswer = match request.path {
            "/" => Dashboard::overview,
            "/export.csv" => |house, request, session| house.exported(request, session, export::csv),
            "/api/v1/usage" => |house, request, session| house.exported(request, session, export::json),
            "/logout" if request.method == Method::POST => return self.log_out(request, session),
            "/logout" => return AdminAnswer::not_allowed("POST"),
            _ => return AdminAnswer::text(StatusCode::NOT_FOUND, "not found\n"),
        };
        match is_read(request.method) {
            true => read(self, request, session),
            false => AdminAnswer::not_allowed("GET, HEAD"),
        }
    }

    fn overview(&self, request: AdminRequest<'_>, session: &Session) -> AdminAnswer {
        page::answer(&self.store, &self.sites(), &self.clock, request, session).unwrap_or_else(|_| away())
    }

    fn exported(
        &self,
        request: AdminRequest<'_>,
        session: &Session,
        write: impl Fn(&Store, &str, &Filter<'_>) -> Result<AdminAnswer, StoreError>,
    ) -> AdminAnswer {
        let sites = self.sites();
        let Some(filter) = Filter::read(request.query, &sites, &self.clock) else {
            return AdminAnswer::problem(StatusCode::NOT_FOUND, "no such site");
        };
        if filter.family.is_none() && value(request.query, "family").is_some() {
            return AdminAnswer::problem(StatusCode::NOT_FOUND, "no such family");
        }
        write(&self.store, &session.account.name, &filter).unwrap_or_else(|_| away())
    }

    fn log_out(&self, request: AdminRequest<'_>, session: &Session) -> AdminAnswer {
        let form = std::str::from_utf8(request.body).unwrap_or_default();
        let token = value(form, "csrf").unwrap_or_default();
        if !is_same_origin(request.headers) || !session.has_token(&token) {
            return AdminAnswer::text(StatusCode::FORBIDDEN, "this press did not come from our page\n");
        }
        self.sessions.close(request.headers);
        AdminAnswer::see_other("/login").with(header::SET_COOKIE, cookie("", request.headers))
    }

    /// The live session of a request, whose account is still there with the same role.
    fn session(&self, headers: &HeaderMap) -> Result<Option<Session>, StoreError> {
        let Some(session) = self.sessions.of(headers, self.clock.seconds()) else { return Ok(None) };
        if self.store.account(&session.account.name)?.as_ref() == Some(&session.account) {
            return Ok(Some(session));
        }
        self.sessions.close(headers);
        Ok(None)
    }

    fn door(&self) -> Door<'_> {
        let now = self.clock.seconds();
        Door { store: &self.store, sessions: &self.sessions, throttle: &self.throttle, now }
    }

    fn own_metrics(&self) -> String {
        let (open, refused) = (self.sessions.count(self.clock.seconds()), self.throttle.refused());
        format!(
            "# HELP paravent_admin_sessions Sessions that are open on the dashboard.\n\
             # TYPE paravent_admin_sessions gauge\n\
             paravent_admin_sessions {open}\n\
             # HELP paravent_admin_logins_refused Logins refused without trying the password.\n\
             # TYPE paravent_admin_logins_refused counter\n\
             paravent_admin_logins_refused_total {refused}\n"
        )
    }
}

fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// A person is shown the login, a program is told; both alike for what is there and what is not.
fn turned_away(request: AdminRequest<'_>) -> AdminAnswer {
    if request.path.starts_with("/api/") || !is_read(request.method) {
        return AdminAnswer::problem(StatusCode::UNAUTHORIZED, "log in first");
    }
    AdminAnswer::see_other("/login")
}

fn away() -> AdminAnswer {
    AdminAnswer::text(StatusCode::SERVICE_UNAVAILABLE, "the store does not answer; try again in a minute\n")
}
