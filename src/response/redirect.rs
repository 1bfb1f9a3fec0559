//! In: where the origin sends the browser (`Location`, `Refresh`). Out: the same, unless the way leads
//! through a tracker that is blocked.
//!
//! A redirect is a way that the visitor takes, like a link: unknown hosts, social networks, maps and
//! booking stay reachable. Only hosts that do nothing but measure or advertise are judged. Where such
//! an address says where it would lead on to, the browser is sent there at once; where it does not, the
//! redirect is refused, and the caller answers with a page of its own instead of an empty one.

use http::header::{LOCATION, REFRESH};
use http::{HeaderMap, HeaderValue};
use url::Url;

use super::destination;
use crate::policy::{Decision, Kind};

/// What became of a `Location`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Redirect {
    /// There was none, or it goes on as it was.
    Untouched,
    /// It leads past the tracker.
    Shortened,
    /// It was removed: the answer has to be replaced.
    Refused,
}

/// Trackers may be chained, but not endlessly.
const MOST_HOPS: usize = 3;

/// Parameters in which click trackers carry where they lead to.
const ONWARD: [&str; 19] = [
    "adurl",
    "u",
    "url",
    "dest",
    "destination",
    "target",
    "to",
    "redirect",
    "redirect_url",
    "redirect_uri",
    "redir",
    "rurl",
    "murl",
    "ued",
    "link",
    "goto",
    "continue",
    "l",
    "q",
];

/// Judges `Location`.
pub(super) fn clean_location(headers: &mut HeaderMap, decision: &Decision, page: &Url) -> Redirect {
    let Some(location) = headers.get(LOCATION) else { return Redirect::Untouched };
    // Text outside ASCII cannot be judged here, and is no valid reference (RFC 3986, 2).
    let Some(target) = location.to_str().ok().and_then(|text| page.join(text).ok()) else {
        headers.remove(LOCATION);
        return Redirect::Refused;
    };
    if !is_blocked_tracker(decision, &target) {
        return Redirect::Untouched;
    }
    let onward = past_trackers(decision, target).and_then(|url| HeaderValue::from_str(url.as_str()).ok());
    match onward {
        Some(onward) => {
            headers.insert(LOCATION, onward);
            Redirect::Shortened
        }
        None => {
            headers.remove(LOCATION);
            Redirect::Refused
        }
    }
}

/// Removes a `Refresh` to a blocked tracker: the page it came with is shown, and stays.
pub(super) fn clean_refresh(headers: &mut HeaderMap, decision: &Decision, page: &Url) {
    let Some(refresh) = headers.get(REFRESH) else { return };
    let target = refresh.to_str().ok().map(refresh_target);
    let passes = target
        .is_some_and(|reference| page.join(reference).is_ok_and(|url| !is_blocked_tracker(decision, &url)));
    if !passes {
        headers.remove(REFRESH);
    }
}

/// `5; url='https://…'` (HTML, "shared declarative refresh steps"); empty for a plain reload.
fn refresh_target(text: &str) -> &str {
    let rest = text.trim_start().trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let rest = rest.trim_start().trim_start_matches([';', ',']).trim_start();
    let named = rest.get(..3).filter(|word| word.eq_ignore_ascii_case("url")).map(|_| rest[3..].trim_start());
    let rest = named.and_then(|rest| rest.strip_prefix('=')).map_or(rest, str::trim_start);
    match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => rest[1..].split(quote).next().unwrap_or_default(),
        _ => rest.trim_end(),
    }
}

fn is_blocked_tracker(decision: &Decision, url: &Url) -> bool {
    let ruling = decision.judge(&destination(url));
    let foreign = ruling.rule != crate::policy::Rule::OwnHost;
    decision.enforces()
        && foreign
        && ruling.is_blocked()
        && ruling.vendor.is_some_and(|vendor| only_tracks(vendor.kind))
}

fn only_tracks(kind: Kind) -> bool {
    use Kind::*;
    matches!(
        kind,
        TagManager
            | Analytics
            | SessionReplay
            | Advertising
            | CallTracking
            | ErrorReporting
            | AbTesting
            | Newsletter
    )
}

/// Follows the parameters until an address is no blocked tracker's.
fn past_trackers(decision: &Decision, tracker: Url) -> Option<Url> {
    let mut at = tracker;
    for _ in 0..MOST_HOPS {
        at = onward(&at)?;
        if !is_blocked_tracker(decision, &at) {
            return Some(at);
        }
    }
    None
}

fn onward(tracker: &Url) -> Option<Url> {
    let named =
        tracker.query_pairs().filter(|(name, _)| ONWARD.contains(&name.to_ascii_lowercase().as_str()));
    // Some put the whole address after the `?`.
    let bare = tracker.query().map(str::to_owned).into_iter();
    let mut values = named.map(|(_, value)| value.into_owned()).chain(bare);
    values.find_map(|value| Url::parse(&value).ok().filter(|url| matches!(url.scheme(), "http" | "https")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Mode, Purpose};
    use crate::visitor::fixtures::decision;

    fn sent_to_with(mode: Mode, purposes: &[Purpose], location: &str) -> (Redirect, Option<String>) {
        let mut headers: HeaderMap =
            [(LOCATION, HeaderValue::from_bytes(location.as_bytes()).unwrap())].into_iter().collect();
        let page = Url::parse("https://clinic.example/go").unwrap();
        let outcome = clean_location(&mut headers, &decision(mode, "/go", purposes), &page);
        (outcome, headers.get(LOCATION).map(|value| value.to_str().unwrap().to_owned()))
    }

    fn sent_to(location: &str) -> (Redirect, Option<String>) {
        sent_to_with(Mode::Enforce, &[], location)
    }

    #[test]
    fn ways_that_are_not_trackers_stay_as_they_are() {
        for location in [
            "/next?u=https://stats.example/",
            "https://payment.example/x",
            "https://social.example/clinic",
            "mailto:a@b.example",
        ] {
            assert_eq!(sent_to(location), (Redirect::Untouched, Some(location.to_owned())));
        }
    }

    #[test]
    fn a_tracker_on_the_way_is_left_out() {
        let end = Some("https://payment.example/x?y=1".to_owned());
        for location in [
            "https://ads.example/click?id=7&AdUrl=https%3A%2F%2Fpayment.example%2Fx%3Fy%3D1",
            "//ads.example/clk;1;2?https://payment.example/x?y=1",
            "https://ads.example/c?url=https%3A%2F%2Fstats.example%2F%3Fu%3Dhttps%253A%252F%252Fpayment.example%252Fx%253Fy%253D1",
        ] {
            assert_eq!(sent_to(location), (Redirect::Shortened, end.clone()), "{location}");
        }
    }

    #[test]
    fn a_tracker_that_leads_nowhere_we_know_is_refused() {
        for location in [
            "https://stats.example/c/abc",
            "https://ads.example/?u=/relative",
            "https://ads.example/?url=javascript:1",
            "https://[",
            "https://stats.example/é",
        ] {
            assert_eq!(sent_to(location), (Redirect::Refused, None), "{location}");
        }
    }

    #[test]
    fn a_granted_tracker_and_an_observed_site_are_let_alone() {
        let location = "https://stats.example/c/abc";
        assert_eq!(sent_to_with(Mode::Enforce, &[Purpose::Analytics], location).0, Redirect::Untouched);
        assert_eq!(sent_to_with(Mode::Observe, &[], location).0, Redirect::Untouched);
    }

    #[test]
    fn refresh_is_judged_by_its_target() {
        let kept = |value: &'static str| {
            let mut headers: HeaderMap = [(REFRESH, HeaderValue::from_static(value))].into_iter().collect();
            let page = Url::parse("https://clinic.example/go").unwrap();
            clean_refresh(&mut headers, &decision(Mode::Enforce, "/go", &[]), &page);
            headers.contains_key(REFRESH)
        };
        for stays in ["5", "5; url=/next", "0;URL='https://payment.example/'", "3, https://social.example/"] {
            assert!(kept(stays), "{stays}");
        }
        for goes in
            ["0;url=https://stats.example/", "0; URL = \"//ads.example/x\"", "1,https://stats.example/ "]
        {
            assert!(!kept(goes), "{goes}");
        }
    }
}
