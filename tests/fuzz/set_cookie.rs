//! `Set-Cookie` lines, kept by a browser of its own, written from the standard (RFC 6265bis, 5.6 and 5.7): no
//! cookie of a vendor that may not be loaded, none in Paravent's name, none for longer than is listed.

use bolero::{TypeGenerator, check};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use paravent::policy::is_own_cookie;
use paravent::response::clean_cookies;

use crate::html::Grant;

const DAY: i64 = 86_400;
/// 2027-01-15 08:00:00 UTC.
const NOW: i64 = 1_800_000_000;

const PAIRS: &[&str] = &[
    "_stat=1",
    "_stat_x=1",
    " _stat =1",
    "\t_stat\t= 1",
    "=_stat=1",
    " = _stat=1",
    "_stat",
    "=_stat",
    "==_stat=1",
    "_STAT=1",
    "consent=1",
    "=consent=1",
    "__Host-consent=1",
    " __Host-consent =1",
    "=__Host-consent-once=1",
    "paid=1",
    "=paid=1",
    "own=1",
    "own=a=b; c",
    "own",
    "=own",
    "",
    "own=\"a;b\"",
    "own=\u{e9}",
    "_stat\u{e9}=1",
];

/// Attributes; `{D}` stands for a date, `{N}` for a number.
const ATTRIBUTES: &[&str] = &[
    "Max-Age={N}",
    " max-age = {N} ",
    "MAX-AGE=\"{N}\"",
    "Max-Age",
    "Max-Age=",
    "Expires={D}",
    " expires = {D} ",
    "EXPIRES=\"{D}\"",
    "Expires",
    "Secure",
    "secure=no",
    "HttpOnly",
    "SameSite=None",
    "SameSite",
    "SameSite=Bad",
    "Path=/",
    "Domain=clinic.example",
    "Partitioned",
    "",
    "=",
    "=Max-Age={N}",
    "x=Max-Age={N}",
];

const NUMBERS: &[&str] = &[
    "60",
    "0",
    "-1",
    "604800",
    "604801",
    "2592001",
    "99999999999999999999999",
    "-99999999999999999999999",
    "+60",
    "60x",
    "6 0",
    "1e9",
    "-",
    "",
    "00000000000000000000000000000000000000099999999",
];

/// Dates, and the seconds they stand for; none where a browser knows no date.
const DATES: &[(&str, Option<i64>)] = &[
    ("Sun, 06 Nov 2094 08:49:37 GMT", Some(3_939_871_777)),
    ("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777)),
    ("06 nov 2069 8:49:37", Some(3_150_953_377)),
    ("8:49:37 2094 06 Nov", Some(3_939_871_777)),
    ("Fri, 15 Jan 2027 08:00:59 GMT", Some(NOW + 59)),
    ("Fri, 22 Jan 2027 08:00:00 GMT", Some(NOW + 7 * DAY)),
    ("Fri, 22 Jan 2027 08:00:01 GMT", Some(NOW + 7 * DAY + 1)),
    ("Thu, 01-Jan-1970 00:00:00 GMT", Some(0)),
    ("06 Nov 2094", None),
    ("32 Nov 2094 08:49:37", None),
    ("06 Nov 2094 24:00:00", None),
    ("06 Nov 1500 08:49:37", None),
    ("2094-11-06T08:49:37Z", None),
    ("tomorrow", None),
    ("0", None),
    ("", None),
];

#[derive(Clone, Debug, TypeGenerator)]
struct Line {
    pair: u8,
    attributes: Vec<(u8, u8)>,
    /// Sometimes an attribute is longer than browsers read.
    padded: u8,
    analytics: bool,
    https: bool,
}

fn of<T>(list: &[T], at: u8) -> &T {
    &list[usize::from(at) % list.len()]
}

impl Line {
    fn bytes(&self) -> Vec<u8> {
        let mut line = (*of(PAIRS, self.pair)).to_owned();
        for (at, (attribute, value)) in self.attributes.iter().take(6).enumerate() {
            let number = match usize::from(self.padded) == at {
                true => format!("{}{}", "0".repeat(1025), of(NUMBERS, *value)),
                false => (*of(NUMBERS, *value)).to_owned(),
            };
            let text = of(ATTRIBUTES, *attribute).replace("{N}", &number).replace("{D}", of(DATES, *value).0);
            line += &format!(";{text}");
        }
        // In the bytes of ISO-8859-1, so that not all is UTF-8.
        line.chars().map(|c| c as u8).collect()
    }

    fn cleaned(&self) -> Option<Vec<u8>> {
        let grant = if self.analytics { Grant::Analytics } else { Grant::None };
        let value = HeaderValue::from_bytes(&self.bytes()).unwrap();
        let mut headers: HeaderMap = [(SET_COOKIE, value)].into_iter().collect();
        clean_cookies(&mut headers, &grant.decision(), self.https, NOW);
        headers.get(SET_COOKIE).map(|line| line.as_bytes().to_vec())
    }
}

#[test]
fn a_browser_keeps_no_cookie_that_may_not_be() {
    check!().with_type::<Line>().for_each(|line| {
        let given = line.bytes();
        let sent = line.cleaned();
        let shown = sent.as_deref().unwrap_or_default().escape_ascii();
        let stored = sent.as_deref().and_then(Stored::from);
        let Some(before) = Stored::from(&given) else {
            assert!(stored.is_none(), "{shown} was made of what no browser keeps");
            return;
        };
        let name = before.seen_as();
        let forbidden = is_own_cookie(&name) || (name.starts_with("_stat") && !line.analytics);
        assert_eq!(sent.is_none(), forbidden, "{} became {shown}", given.escape_ascii());
        let Some(stored) = stored else { return };
        assert_eq!((stored.name, stored.value), (before.name, before.value), "{shown}");
        let most = match () {
            () if name.starts_with("_stat") => 30 * DAY,
            () if name == "paid" => 7 * DAY,
            () => 0,
        };
        for lifetime in stored.lifetimes.into_iter().flatten() {
            assert!(lifetime <= most, "{lifetime} s: {} became {shown}", given.escape_ascii());
        }
        // What the origin wants gone goes, and what it wants kept is kept.
        let [by_standard, _] = before.lifetimes;
        let [now, _] = stored.lifetimes;
        assert_eq!(
            by_standard.is_some_and(|life| life <= 0),
            now.is_some_and(|life| life <= 0),
            "{} became {shown}",
            given.escape_ascii()
        );
        assert!(!line.https || stored.secure, "{shown}");
        assert!(stored.same_site, "{shown}");
    });
}

/// A cookie as a browser keeps it.
struct Stored {
    name: Vec<u8>,
    value: Vec<u8>,
    /// Seconds; none for the session. By the standard, and in a browser that knows of each attribute only the last.
    lifetimes: [Option<i64>; 2],
    secure: bool,
    same_site: bool,
}

impl Stored {
    fn from(line: &[u8]) -> Option<Stored> {
        let mut pieces = line.split(|b| *b == b';');
        let pair = pieces.next()?;
        let (name, value) = match pair.iter().position(|b| *b == b'=') {
            Some(at) => (trimmed(&pair[..at]), trimmed(&pair[at + 1..])),
            None => (&b""[..], trimmed(pair)),
        };
        if name.is_empty() && value.is_empty() || name.len() + value.len() > 4096 {
            return None;
        }
        let attributes: Vec<(String, &[u8])> =
            pieces.map(split).filter(|(_, value)| value.len() <= 1024).collect();
        let has = |wanted: &str| attributes.iter().any(|(name, _)| name == wanted);
        Some(Stored {
            name: name.to_vec(),
            value: value.to_vec(),
            lifetimes: [lifetime(&attributes, false), lifetime(&attributes, true)],
            secure: has("secure"),
            same_site: has("samesite"),
        })
    }

    /// The name that an origin or a script reads: a cookie without one comes back as its value alone.
    fn seen_as(&self) -> String {
        let sent = if self.name.is_empty() { &self.value } else { &self.name };
        let name = sent.split(|b| *b == b'=').next().unwrap_or_default();
        String::from_utf8_lossy(trimmed(name)).into_owned()
    }
}

fn split(attribute: &[u8]) -> (String, &[u8]) {
    let at = attribute.iter().position(|b| *b == b'=');
    let (name, value) = at.map_or((attribute, &b""[..]), |at| (&attribute[..at], &attribute[at + 1..]));
    (String::from_utf8_lossy(trimmed(name)).to_ascii_lowercase(), trimmed(value))
}

fn trimmed(text: &[u8]) -> &[u8] {
    let is_space = |b: &u8| matches!(b, b' ' | b'\t');
    let start = text.iter().position(|b| !is_space(b)).unwrap_or(text.len());
    let end = text.iter().rposition(|b| !is_space(b)).map_or(start, |last| last + 1);
    &text[start..end]
}

/// Of several attributes the last one counts that can be read; or, `last_alone`, the last one if it can.
fn lifetime(attributes: &[(String, &[u8])], last_alone: bool) -> Option<i64> {
    let of = |wanted: &str, read: fn(&str) -> Option<i64>| {
        let values = attributes.iter().rev().filter(|(name, _)| name == wanted);
        let mut read = values.map(|(_, value)| read(&String::from_utf8_lossy(value)));
        if last_alone { read.next().flatten() } else { read.flatten().next() }
    };
    of("max-age", age).or_else(|| of("expires", date))
}

fn age(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let most = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    is_number.then(|| text.parse().unwrap_or(most))
}

/// The dates of the table, in quotes or not.
fn date(text: &str) -> Option<i64> {
    let known = DATES.iter().find(|(written, _)| *written == text.trim_matches('"').trim());
    known.and_then(|(_, seconds)| *seconds).map(|seconds| seconds - NOW)
}
