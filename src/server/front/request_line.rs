//! In: the first line of a head. Out: what of it decides how the request is read. Knows no site and no rule
//! about what may be asked for.

use http::Uri;
use http::uri::PathAndQuery;

use super::fields::is_token;

/// The longest target that hyper's `Uri` holds.
const LONGEST_TARGET: usize = 65_534;

/// A request line that can be read in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestLine {
    /// HTTP/1.1; else 1.0.
    pub is_1_1: bool,
    pub is_connect: bool,
    /// The host and port that an absolute form or a CONNECT names.
    pub authority: Option<String>,
}

/// Reads `method SP target SP version` (RFC 9112, 3), with one space each and nothing before or after.
pub fn read(line: &[u8]) -> Option<RequestLine> {
    let mut words = line.split(|byte| *byte == b' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() || !is_token(method) || target.len() > LONGEST_TARGET {
        return None;
    }
    let is_1_1 = match version {
        b"HTTP/1.1" => true,
        b"HTTP/1.0" => false,
        _ => return None,
    };
    // A fragment is never sent; readers disagree on what is left of a target with one (RFC 9112, 3.2).
    if !target.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'#') {
        return None;
    }
    let is_connect = method == b"CONNECT";
    let authority = authority(method, target)?;
    Some(RequestLine { is_1_1, is_connect, authority })
}

/// What the target says of the host: nothing in origin form and `OPTIONS *`; `None` where it is no target.
#[allow(clippy::option_option, reason = "no target at all is not the same as a target without a host")]
fn authority(method: &[u8], target: &[u8]) -> Option<Option<String>> {
    if method == b"CONNECT" {
        let uri = Uri::try_from(target).ok()?;
        let is_authority_form = uri.scheme().is_none() && uri.path_and_query().is_none();
        return uri.authority().filter(|_| is_authority_form).map(|host| Some(host.as_str().to_owned()));
    }
    match target {
        [b'*'] => (method == b"OPTIONS").then_some(None),
        [b'/', ..] => PathAndQuery::try_from(target).ok().map(|_| None),
        _ => {
            let uri = Uri::try_from(target).ok()?;
            let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
            uri.authority().filter(|_| is_web).map(|host| Some(host.as_str().to_owned()))
        }
    }
}
