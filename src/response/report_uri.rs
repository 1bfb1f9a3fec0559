//! In: the origin's content security policies. Out: the same without report addresses on blocked
//! hosts: a report tells them the visitor's address and the page. What a policy allows and forbids
//! stays byte for byte.

use http::header::{CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY, HeaderName};
use http::{HeaderMap, HeaderValue};
use url::Url;

use super::judge;
use crate::policy::Decision;

/// Cleans both of the headers that carry policies.
pub(super) fn clean(headers: &mut HeaderMap, decision: &Decision, page: &Url) {
    for name in [CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY] {
        clean_one(headers, &name, decision, page);
    }
}

fn clean_one(headers: &mut HeaderMap, name: &HeaderName, decision: &Decision, page: &Url) {
    let given: Vec<HeaderValue> = headers.get_all(name).into_iter().cloned().collect();
    headers.remove(name);
    for line in given {
        // Bytes that are no text are no directive of ours to edit; the policy still restricts.
        let edited = line.to_str().ok().map(|text| without_foreign_reports(text, decision, page));
        let line = edited.and_then(|text| HeaderValue::from_str(&text).ok()).unwrap_or(line);
        headers.append(name, line);
    }
}

fn without_foreign_reports(text: &str, decision: &Decision, page: &Url) -> String {
    let policy = |policy: &str| {
        let directives = policy.split(';').filter_map(|directive| cleaned(directive, decision, page));
        directives.collect::<Vec<_>>().join(";")
    };
    text.split(',').map(policy).collect::<Vec<_>>().join(",")
}

fn cleaned(directive: &str, decision: &Decision, page: &Url) -> Option<String> {
    let mut words = directive.split_ascii_whitespace();
    if !words.next().is_some_and(|name| name.eq_ignore_ascii_case("report-uri")) {
        return Some(directive.to_owned());
    }
    let own: Vec<&str> = words.filter(|address| !judge(decision, page, address).is_blocked()).collect();
    (!own.is_empty()).then(|| format!(" report-uri {}", own.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Mode;
    use crate::visitor::fixtures::decision;

    fn kept(text: &str) -> String {
        let mut headers: HeaderMap = [(CONTENT_SECURITY_POLICY, text.parse().unwrap())].into_iter().collect();
        let page = Url::parse("https://clinic.example/").unwrap();
        clean(&mut headers, &decision(Mode::Enforce, "/", &[]), &page);
        headers
            .get(CONTENT_SECURITY_POLICY)
            .map(|value| value.to_str().unwrap().to_owned())
            .unwrap_or_default()
    }

    #[test]
    fn reports_to_others_are_not_sent() {
        assert_eq!(kept("default-src 'self'; REPORT-URI https://r.example/x"), "default-src 'self'");
        assert_eq!(kept("report-uri /own https://r.example/; img-src *"), " report-uri /own; img-src *");
        assert_eq!(kept("img-src *; report-uri //r.example, font-src *"), "img-src *, font-src *");
    }

    #[test]
    fn other_policies_stay_byte_for_byte() {
        for text in ["default-src  'self' ;; img-src *;", "report-uri-x https://r.example", "report-to group"]
        {
            assert_eq!(kept(text), text);
        }
    }
}
