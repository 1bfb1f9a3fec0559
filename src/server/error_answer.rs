//! In: what went wrong. Out: a small page with the right status and no detail, and one log line that
//! names the rule, what kind of thing was asked for and a random id, and nothing of the visitor.

use http::HeaderValue;
use http::header::{ACCEPT, ALLOW, CONNECTION, RETRY_AFTER};
use hyper::body::Incoming;
use hyper::{Request, Response};

use super::body::AnyBody;
use super::failure::Failure;
use super::lines;
use super::metrics::Route;
use super::own_answer;
use crate::config::Site;
use crate::consent::{ErrorKind, error_page};
use crate::visitor::preferred_languages;

/// Seconds after which a server that failed may be asked again.
const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("5");

/// What an error page needs of the request.
pub struct Words {
    languages: Vec<String>,
    json: bool,
}

impl Words {
    pub fn of(request: &Request<Incoming>) -> Words {
        let accepts = request.headers().get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        Words {
            languages: preferred_languages(request.headers()),
            json: accepts.into_iter().any(|value| value.contains("json") && !value.contains("text/html")),
        }
    }

    /// One that the site speaks, else its first; where there is no site, one that Paravent speaks.
    fn language<'a>(&self, site: Option<&'a Site>) -> &'a str {
        let spoken = || site.map_or(&[][..], |site| &site.languages).iter().map(String::as_str);
        let spoken = || spoken().chain(["fr", "en", "ar"].into_iter().filter(|_| site.is_none()));
        let wanted = self.languages.iter().find_map(|wanted| spoken().find(|own| own == wanted));
        wanted.or_else(|| spoken().next()).unwrap_or("fr")
    }
}

/// The answer to a request that went wrong; `route` is what it was for, and it looks like its `site`, where
/// that is known.
pub fn answer(failure: Failure, route: Route, words: &Words, site: Option<&Site>) -> Response<AnyBody> {
    let status = failure.status();
    let (rule, route, id) = (failure.rule(), route.id(), random_id());
    lines::told(|| tracing::warn!(status = status.as_u16(), rule, route, id, "request not answered"));
    let mut answer = if words.json {
        own_answer::problem(status, problem(failure))
    } else {
        own_answer::error(status, error_page(kind(failure), words.language(site), site))
    };
    let headers = answer.headers_mut();
    match failure {
        Failure::Malformed | Failure::RequestSlow | Failure::BodyTooLarge | Failure::HeadTooLarge => {
            // What follows on this connection cannot be told from the rest of a bad request.
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        Failure::MethodRefused => {
            headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
        }
        Failure::Internal | Failure::GrantNotRecorded => {
            headers.insert(RETRY_AFTER, RETRY_SECONDS);
        }
        _ => {}
    }
    answer
}

const fn kind(failure: Failure) -> ErrorKind {
    match failure {
        Failure::Malformed => ErrorKind::BadRequest,
        Failure::UnknownHost => ErrorKind::Misdirected,
        Failure::MethodRefused => ErrorKind::MethodNotAllowed,
        Failure::RequestSlow => ErrorKind::RequestTimeout,
        Failure::BodyTooLarge => ErrorKind::TooLarge,
        Failure::HeadTooLarge => ErrorKind::HeadTooLarge,
        Failure::CrossSite | Failure::NotANavigation => ErrorKind::Forbidden,
        Failure::GrantNotRecorded => ErrorKind::GrantNotRecorded,
        Failure::NotFound => ErrorKind::NotFound,
        Failure::OriginAway | Failure::PageUnreadable(_) | Failure::TrackerAhead => ErrorKind::BadGateway,
        Failure::OriginSlow => ErrorKind::GatewayTimeout,
        Failure::Internal => ErrorKind::Unavailable,
    }
}

/// RFC 9457, 4.2.1: under `about:blank` the title is the status's own phrase.
fn problem(failure: Failure) -> String {
    let status = failure.status();
    let title = status.canonical_reason().unwrap_or("Error");
    let detail = match failure {
        Failure::GrantNotRecorded => r#","detail":"the grant could not be recorded, so nothing was granted""#,
        _ => "",
    };
    format!(r#"{{"type":"about:blank","title":"{title}","status":{}{detail}}}"#, status.as_u16())
}

/// Tells two lines of a log apart; says nothing of who or what.
pub(super) fn random_id() -> String {
    getrandom::u32().map_or_else(|_| String::from("-"), |id| format!("{id:08x}"))
}
