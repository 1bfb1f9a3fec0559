//! In: the origin's content security policies, and the addresses of Paravent's own files and form. Out:
//! the same policies with just what the banner needs under each of them, and nothing wider: an exact
//! path, or where paths do not count the file's hash. Where the page's own nonce or `'self'` already
//! admits it, a policy stays byte for byte.
//!
//! What the origin wrote is never edited where that can be helped: a list for elements alone
//! (`script-src-elem`, CSP level 3) is set beside it, which says the same and ours in addition. So
//! workers, handlers and `eval` stay as they were.

use http::header::CONTENT_SECURITY_POLICY;
use http::{HeaderMap, HeaderValue};

/// What a page with the banner loads and sends to on its own host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnSources {
    /// Host and port, as in the page's address. A source without a scheme has the page's own.
    pub authority: String,
    /// Path and `integrity` of each script.
    pub scripts: Vec<(String, &'static str)>,
    /// Path of each style sheet.
    pub styles: Vec<String>,
    /// Path that the banner's forms post to.
    pub form: String,
    /// Path that a script of ours tells of events, where the site has them.
    pub told: Option<String>,
    /// The response's nonce, which scripts and style sheets carry.
    pub nonce: Option<String>,
}

/// Admits Paravent's own in each of the origin's policies that are enforced.
pub fn admit_own(headers: &mut HeaderMap, own: &OwnSources) {
    let given: Vec<HeaderValue> = headers.get_all(CONTENT_SECURITY_POLICY).into_iter().cloned().collect();
    headers.remove(CONTENT_SECURITY_POLICY);
    for line in given {
        // Bytes that are no text are no directive of ours to edit; the policy still restricts.
        let edited = line.to_str().ok().and_then(|text| HeaderValue::from_str(&own.admitted_by(text)).ok());
        headers.append(CONTENT_SECURITY_POLICY, edited.unwrap_or(line));
    }
}

impl OwnSources {
    /// The text of one header or `meta`, in which commas part policies.
    pub fn admitted_by(&self, text: &str) -> String {
        text.split(',').map(|policy| self.admitted_by_one(policy)).collect::<Vec<_>>().join(",")
    }

    fn admitted_by_one(&self, policy: &str) -> String {
        let mut directives: Vec<String> = policy.split(';').map(str::to_owned).collect();
        let at = |path: &String| format!("{}{path}", self.authority);
        let scripts = Needs {
            paths: self.scripts.iter().map(|(path, _)| at(path)).collect(),
            hashes: self.scripts.iter().map(|(_, integrity)| format!("'{integrity}'")).collect(),
            nonce: self.nonce.as_deref(),
        };
        let styles = Needs {
            paths: self.styles.iter().map(at).collect(),
            hashes: Vec::new(),
            nonce: self.nonce.as_deref(),
        };
        let form = Needs { paths: vec![at(&self.form)], hashes: Vec::new(), nonce: None };
        scripts.admit(&mut directives, &["script-src-elem", "script-src", "default-src"]);
        styles.admit(&mut directives, &["style-src-elem", "style-src", "default-src"]);
        form.admit(&mut directives, &["form-action"]);
        if let Some(told) = &self.told {
            let told = Needs { paths: vec![at(told)], hashes: Vec::new(), nonce: None };
            told.admit(&mut directives, &["connect-src", "default-src"]);
        }
        directives.join(";")
    }
}

/// What is to be admitted to one kind of request.
struct Needs<'a> {
    paths: Vec<String>,
    /// For where `'strict-dynamic'` makes browsers pass over paths.
    hashes: Vec<String>,
    nonce: Option<&'a str>,
}

impl Needs<'_> {
    /// `names` are the directives that rule on it, the most particular first; where none is there,
    /// nothing restricts it.
    fn admit(&self, directives: &mut Vec<String>, names: &[&str]) {
        let Some(at) = names.iter().find_map(|name| position(directives, name)) else { return };
        let sources: Vec<&str> = directives[at].split_ascii_whitespace().skip(1).collect();
        let has = |wanted: &str| sources.iter().any(|source| source.eq_ignore_ascii_case(wanted));
        let strict = has("'strict-dynamic'") && !self.hashes.is_empty();
        let by_nonce = self.nonce.is_some_and(|nonce| sources.contains(&&*format!("'nonce-{nonce}'")));
        if by_nonce || !strict && (has("'self'") || has("*")) {
            return;
        }
        let added = if strict { &self.hashes } else { &self.paths };
        // Beside other sources `'none'` means nothing.
        let kept = sources.iter().copied().filter(|source| !source.eq_ignore_ascii_case("'none'"));
        let list: Vec<&str> =
            [names[0]].into_iter().chain(kept).chain(added.iter().map(String::as_str)).collect();
        let list = format!(" {}", list.join(" "));
        match is_named(&directives[at], names[0]) {
            true => directives[at] = list,
            false => directives.push(list),
        }
    }
}

/// The first directive of this name: later ones of the same name do not count (CSP level 3, 2.2.1).
fn position(directives: &[String], name: &str) -> Option<usize> {
    directives.iter().position(|directive| is_named(directive, name))
}

fn is_named(directive: &str, name: &str) -> bool {
    directive.split_ascii_whitespace().next().is_some_and(|own| own.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(nonce: Option<&str>) -> OwnSources {
        OwnSources {
            authority: "clinic.example:8080".to_owned(),
            scripts: vec![("/_p/assets/guard.1.js".to_owned(), "sha256-AAAA")],
            styles: vec!["/_p/assets/banner.1.css".to_owned()],
            form: "/_p/consent".to_owned(),
            told: None,
            nonce: nonce.map(str::to_owned),
        }
    }

    const SCRIPT: &str = "clinic.example:8080/_p/assets/guard.1.js";
    const STYLE: &str = "clinic.example:8080/_p/assets/banner.1.css";
    const FORM: &str = "clinic.example:8080/_p/consent";

    #[test]
    fn what_already_admits_us_stays_byte_for_byte() {
        for policy in [
            "default-src 'self'",
            "img-src 'none'; upgrade-insecure-requests",
            "Script-Src *; style-src  'SELF' 'unsafe-inline';form-action 'self'",
            "",
            "sandbox allow-forms",
        ] {
            assert_eq!(own(None).admitted_by(policy), policy);
        }
        let nonce = "default-src 'none'; script-src 'nonce-n0' 'strict-dynamic'; style-src 'nonce-n0'";
        assert_eq!(own(Some("n0")).admitted_by(nonce), nonce);
    }

    #[test]
    fn nothing_but_the_exact_files_and_the_form_is_added() {
        assert_eq!(
            own(None).admitted_by("default-src 'none'; form-action 'none'"),
            format!(
                "default-src 'none'; form-action {FORM}; script-src-elem {SCRIPT}; style-src-elem {STYLE}"
            )
        );
        assert_eq!(
            own(None)
                .admitted_by("script-src https://cdn.example 'unsafe-inline'; style-src 'unsafe-inline'"),
            format!(
                "script-src https://cdn.example 'unsafe-inline'; style-src 'unsafe-inline'; \
                 script-src-elem https://cdn.example 'unsafe-inline' {SCRIPT}; style-src-elem 'unsafe-inline' {STYLE}"
            )
        );
        assert_eq!(
            own(None).admitted_by("style-src-elem https://cdn.example; default-src 'self'"),
            format!(" style-src-elem https://cdn.example {STYLE}; default-src 'self'")
        );
    }

    #[test]
    fn the_path_that_is_told_of_events_is_admitted_where_there_are_any() {
        let own = OwnSources { told: Some("/_p/event".to_owned()), ..own(Some("n0")) };
        let told = "clinic.example:8080/_p/event";
        let admits = "script-src 'nonce-n0'; style-src 'nonce-n0'";
        assert_eq!(
            own.admitted_by(&format!("{admits}; connect-src 'none'")),
            format!("{admits}; connect-src {told}")
        );
        assert_eq!(
            own.admitted_by(&format!("{admits}; default-src https://cdn.example")),
            format!("{admits}; default-src https://cdn.example; connect-src https://cdn.example {told}")
        );
        for policy in ["connect-src 'self'; default-src 'none'", "connect-src *", "img-src 'none'"] {
            let policy = format!("{admits}; {policy}");
            assert_eq!(own.admitted_by(&policy), policy);
        }
    }

    #[test]
    fn a_hash_is_added_where_paths_do_not_count_and_never_beside_unsafe_inline() {
        assert_eq!(
            own(None).admitted_by("script-src 'sha256-BBBB' 'strict-dynamic'"),
            "script-src 'sha256-BBBB' 'strict-dynamic'; script-src-elem 'sha256-BBBB' 'strict-dynamic' 'sha256-AAAA'"
        );
        assert!(!own(None).admitted_by("script-src 'unsafe-inline'").contains("sha256"));
        assert!(!own(None).admitted_by("style-src 'strict-dynamic'").contains("sha256"));
    }

    #[test]
    fn another_policys_nonce_is_no_admission() {
        let text = "script-src 'nonce-n0', script-src 'nonce-n1'";
        assert_eq!(
            own(Some("n0")).admitted_by(text),
            format!("script-src 'nonce-n0', script-src 'nonce-n1'; script-src-elem 'nonce-n1' {SCRIPT}")
        );
    }

    #[test]
    fn each_line_of_the_head_is_admitted_by_itself_and_reports_are_left_alone() {
        let mut headers = HeaderMap::new();
        for line in ["script-src 'none'", "style-src 'none'"] {
            headers.append(CONTENT_SECURITY_POLICY, HeaderValue::from_static(line));
        }
        let report_only = http::header::CONTENT_SECURITY_POLICY_REPORT_ONLY;
        headers.append(&report_only, HeaderValue::from_static("script-src 'none'"));
        admit_own(&mut headers, &own(None));
        let lines: Vec<&str> =
            headers.get_all(CONTENT_SECURITY_POLICY).iter().map(|line| line.to_str().unwrap()).collect();
        assert_eq!(
            lines,
            [
                format!("script-src 'none'; script-src-elem {SCRIPT}"),
                format!("style-src 'none'; style-src-elem {STYLE}")
            ]
        );
        assert_eq!(headers[report_only], "script-src 'none'");
    }
}
