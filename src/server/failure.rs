//! In: what went wrong with a request. Out: the status, the rule that a log line may name, and the
//! kind of page a visitor sees. Must never carry anything of the request.

use http::StatusCode;

/// Why a request got no answer from the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Not a request this server can read in one way only.
    Malformed,
    /// No site here has that host.
    UnknownHost,
    MethodRefused,
    /// The head or the body did not arrive in time.
    RequestSlow,
    BodyTooLarge,
    /// More header bytes than the limit (RFC 6585, 5).
    HeadTooLarge,
    /// A form posted from another site.
    CrossSite,
    NotFound,
    /// The origin cannot be reached or broke off.
    OriginAway,
    /// The origin did not answer in time.
    OriginSlow,
    /// The page cannot be read, so it cannot be shown unread; under this rule.
    PageUnreadable(&'static str),
    /// The origin sends the visitor through a tracker that does not say where it leads.
    TrackerAhead,
    /// A grant could not be recorded, so it is not given.
    GrantNotRecorded,
    /// A script asked for what only the visitor may have.
    NotANavigation,
    /// A fault of Paravent's own.
    Internal,
}

impl Failure {
    /// The status of the answer.
    pub const fn status(self) -> StatusCode {
        match self {
            Failure::Malformed => StatusCode::BAD_REQUEST,
            Failure::UnknownHost => StatusCode::MISDIRECTED_REQUEST,
            Failure::MethodRefused => StatusCode::METHOD_NOT_ALLOWED,
            Failure::RequestSlow => StatusCode::REQUEST_TIMEOUT,
            Failure::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Failure::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Failure::CrossSite | Failure::NotANavigation => StatusCode::FORBIDDEN,
            Failure::NotFound => StatusCode::NOT_FOUND,
            Failure::OriginAway | Failure::PageUnreadable(_) | Failure::TrackerAhead => {
                StatusCode::BAD_GATEWAY
            }
            Failure::OriginSlow => StatusCode::GATEWAY_TIMEOUT,
            Failure::Internal | Failure::GrantNotRecorded => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The name a log line and a counter may give it.
    pub const fn rule(self) -> &'static str {
        match self {
            Failure::Malformed => "malformed-request",
            Failure::UnknownHost => "unknown-host",
            Failure::MethodRefused => "method-refused",
            Failure::RequestSlow => "request-slow",
            Failure::BodyTooLarge => "body-too-large",
            Failure::HeadTooLarge => "head-too-large",
            Failure::CrossSite => "cross-site",
            Failure::NotFound => "not-found",
            Failure::OriginAway => "origin-away",
            Failure::OriginSlow => "origin-slow",
            Failure::PageUnreadable(rule) => rule,
            Failure::TrackerAhead => "tracker-ahead",
            Failure::GrantNotRecorded => "grant-not-recorded",
            Failure::NotANavigation => "not-a-navigation",
            Failure::Internal => "internal",
        }
    }
}
