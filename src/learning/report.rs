//! In: the body of a browser's report, and the decision it is held against. Out: whom the policy kept
//! out, and under which directive. A report holds the page's and the blocked URL with their queries; here
//! they are cut to a registrable host or to the catalogue's own words, and nothing else leaves.

use std::borrow::Cow;
use std::net::Ipv4Addr;

use serde::Deserialize;
use url::Url;

use super::directive::Directive;
use crate::policy::{Decision, Destination, Rule};

/// Reports of one body that are read; browsers send a handful at a time.
const MOST_REPORTS: usize = 100;
/// Bytes of a host's name (RFC 1035, 2.3.4).
const HOST_BYTES: usize = 253;

/// How a body holds its reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `application/csp-report`: one, as `report-uri` sends it.
    One,
    /// `application/reports+json`: a list, as the Reporting API sends it.
    List,
}

impl Format {
    /// The format of a `Content-Type`.
    pub fn of(content_type: &str) -> Option<Format> {
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/csp-report" => Some(Format::One),
            "application/reports+json" => Some(Format::List),
            _ => None,
        }
    }
}

/// A body that is no report. Says nothing of what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// Someone that the policy kept out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Refusal {
    /// A registrable host; a host one label below the site's own; or, of a vendor in the catalogue, the
    /// host pattern as it stands there.
    pub whom: String,
    pub directive: Directive,
}

/// Reads a body. What is the site's own, or waits for nothing but the visitor's consent, is left out.
///
/// # Errors
/// Where it is no report of this format.
pub fn read_report(format: Format, body: &[u8], decision: &Decision) -> Result<Vec<Refusal>, Malformed> {
    let mut refusals = match format {
        Format::One => {
            let read: One<'_> = serde_json::from_slice(body).map_err(|_| Malformed)?;
            let directive = [&read.report.effective, &read.report.violated];
            let directive = directive.into_iter().find_map(|text| Directive::of(text));
            refusal(&read.report.blocked, directive, decision).into_iter().collect()
        }
        Format::List => {
            let read: Vec<Listed<'_>> = serde_json::from_slice(body).map_err(|_| Malformed)?;
            let bodies = read.iter().take(MOST_REPORTS).filter(|report| report.kind == "csp-violation");
            let bodies = bodies.filter_map(|report| report.body.as_ref());
            let cut = bodies.filter_map(|b| refusal(&b.blocked, Directive::of(&b.effective), decision));
            cut.collect::<Vec<_>>()
        }
    };
    refusals.dedup();
    Ok(refusals)
}

/// A host that the rewriter met in a page and took out as unknown.
pub fn met(host: &str, decision: &Decision) -> Option<Refusal> {
    let to = Destination { scheme: "https", host, path: "/", query: "" };
    Some(Refusal { whom: whom(&to, decision)?, directive: Directive::PAGE })
}

#[derive(Deserialize)]
struct One<'a> {
    #[serde(rename = "csp-report", borrow)]
    report: Body<'a>,
}

/// The fields of CSP Level 3, 5.5 that matter; the others are skipped unread.
#[derive(Deserialize)]
struct Body<'a> {
    #[serde(rename = "blocked-uri", borrow, default)]
    blocked: Cow<'a, str>,
    #[serde(rename = "effective-directive", borrow, default)]
    effective: Cow<'a, str>,
    #[serde(rename = "violated-directive", borrow, default)]
    violated: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Listed<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow, default)]
    body: Option<ListedBody<'a>>,
}

#[derive(Deserialize)]
struct ListedBody<'a> {
    #[serde(rename = "blockedURL", borrow, default)]
    blocked: Cow<'a, str>,
    #[serde(rename = "effectiveDirective", borrow, default)]
    effective: Cow<'a, str>,
}

fn refusal(blocked: &str, directive: Option<Directive>, decision: &Decision) -> Option<Refusal> {
    // `inline`, `eval` and the bare schemes of what stays in the browser name no host. An extension's
    // scheme would tell what the visitor has installed.
    let url =
        Url::parse(blocked).ok().filter(|url| matches!(url.scheme(), "http" | "https" | "ws" | "wss"))?;
    let to = Destination {
        scheme: url.scheme(),
        host: url.host_str()?,
        path: url.path(),
        query: url.query().unwrap_or_default(),
    };
    Some(Refusal { whom: whom(&to, decision)?, directive: directive? })
}

fn whom(to: &Destination<'_>, decision: &Decision) -> Option<String> {
    let ruling = decision.judge(to);
    match ruling.rule {
        Rule::UnknownHost if ruling.is_blocked() => kept_host(to.host, decision.host()),
        Rule::VendorNotOffered | Rule::PurposeLocked => {
            decision.site().catalogue.owning_pattern(to).map(str::to_owned)
        }
        _ => None,
    }
}

/// The registrable host by the public suffix list. Below the site's own, one label is kept: it is the
/// clinic's name and not a stranger's, and a disguised tracker can be told by nothing else.
fn kept_host(host: &str, site: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte);
    // An address may be one of the visitor's own network.
    if host.len() > HOST_BYTES || !host.bytes().all(plain) || host.parse::<Ipv4Addr>().is_ok() {
        return None;
    }
    let registrable = psl::domain_str(host)?;
    if psl::domain_str(site) != Some(registrable) {
        return Some(registrable.to_owned());
    }
    let below = host.strip_suffix(registrable)?.strip_suffix('.')?;
    let label = below.rsplit('.').next()?;
    Some(format!("{label}.{registrable}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Mode;
    use crate::visitor::fixtures::decision;

    fn one(blocked: &str, directive: &str) -> Result<Vec<Refusal>, Malformed> {
        let body = format!(
            r#"{{"csp-report":{{"document-uri":"https://clinic.example/irm?canary=1","referrer":"https://a.example/?canary",
            "violated-directive":"default-src","effective-directive":"{directive}","blocked-uri":"{blocked}",
            "original-policy":"default-src 'self'","status-code":200,"line-number":12}}}}"#
        );
        read_report(Format::One, body.as_bytes(), &decision(Mode::Enforce, "/", &[]))
    }

    fn whom(blocked: &str) -> Option<String> {
        one(blocked, "img-src").unwrap().pop().map(|refusal| refusal.whom)
    }

    #[test]
    fn a_report_is_cut_to_registrable_host_and_directive() {
        let read =
            one("https://canary-7.cdn.tracker.co.uk:8443/canary?canary=8#x", "script-src-elem").unwrap();
        let directive = Directive::of("script-src-elem").unwrap();
        assert_eq!(read, [Refusal { whom: "tracker.co.uk".to_owned(), directive }]);
        assert!(!format!("{read:?}").contains("canary"));
    }

    #[test]
    fn what_names_no_stranger_is_left_out() {
        for blocked in [
            "inline",
            "eval",
            "data",
            "blob",
            "",
            "chrome-extension://abcd/x.js",
            "about",
            "https://clinic.example/x",
            "https://www.clinic.example/",
            "https://192.168.1.5/printer",
            "https://[fd00::5]/",
            "https://printer/",
            "https://co.uk/",
            "https://a%20b.example/",
            // Offered, so that only consent is missing.
            "https://stats.example/hit",
        ] {
            assert_eq!(whom(blocked), None, "{blocked}");
        }
        assert_eq!(
            one("https://tracker.example/", "canary-src"),
            Ok(vec![Refusal {
                whom: "tracker.example".to_owned(),
                directive: Directive::of("default-src").unwrap(),
            }])
        );
    }

    #[test]
    fn a_vendor_that_is_not_offered_is_named_as_the_catalogue_does() {
        assert_eq!(whom("https://x.clarity.ms/collect?canary").as_deref(), Some("clarity.ms"));
    }

    #[test]
    fn below_the_sites_own_host_one_label_is_kept() {
        assert_eq!(
            whom("https://canary.metrics.clinic.example/x").as_deref(),
            Some("metrics.clinic.example")
        );
    }

    #[test]
    fn lists_of_reports_are_read_too() {
        let body = br#"[{"type":"deprecation","body":{"id":"x"}},{"type":"csp-violation","url":"https://c/?canary",
            "user_agent":"canary","body":{"blockedURL":"https://t.example/?canary","effectiveDirective":"img-src"}},
            {"type":"csp-violation","body":null}]"#;
        let read = read_report(Format::List, body, &decision(Mode::Observe, "/", &[])).unwrap();
        assert_eq!(read.iter().map(|r| r.whom.as_str()).collect::<Vec<_>>(), ["t.example"]);
    }

    #[test]
    fn rubbish_is_refused() {
        let decision = decision(Mode::Enforce, "/", &[]);
        let deep = "[".repeat(100_000);
        for body in ["", "{}", "[]", "null", "{\"csp-report\":{\"blocked-uri\":1}}", "\u{0}", &deep] {
            assert_eq!(read_report(Format::One, body.as_bytes(), &decision), Err(Malformed), "{body:.20}");
        }
        assert_eq!(read_report(Format::List, b"[{\"body\":1}]", &decision), Err(Malformed));
    }

    #[test]
    fn formats_are_told_by_their_type() {
        assert_eq!(Format::of("Application/CSP-Report; charset=utf-8"), Some(Format::One));
        assert_eq!(Format::of("application/reports+json"), Some(Format::List));
        assert_eq!(Format::of("application/json"), None);
        assert_eq!(Format::of("application/x-www-form-urlencoded"), None);
    }
}
