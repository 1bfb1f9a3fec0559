//! In: the cookies a browser brought and the decision that holds from now on. Out: `Set-Cookie` lines
//! that expire those which may no longer be kept, on every domain and path they may have been set for.
//! Sees names only, never values.

use std::collections::BTreeSet;

use http::HeaderMap;
use http::header::COOKIE;

use crate::policy::{Decision, Store, StoredRuling};

/// More names than this are left to the next page: an answer's head has its own limits.
const NAMES: usize = 25;

/// The lines for the cookies in `headers` that `decision` removes, and for `lost`, which are names or
/// patterns (`_ga_*`) that were allowed until now. A cookie is known by name, domain and path together
/// (RFC 6265, 5.3), and a browser tells only the name: so each is expired for the host and every parent
/// domain, and for `/` and every folder above `path`.
pub fn expire(
    headers: &HeaderMap,
    decision: &Decision,
    host: &str,
    path: &str,
    lost: &[String],
) -> Vec<String> {
    // A site that only observes keeps its cookies.
    let mut names = if decision.enforces() { brought(headers) } else { BTreeSet::new() };
    names.retain(|name| matches!(decision.judge_stored(name, Store::Cookie), StoredRuling::Remove(_)));
    names.extend(lost.iter().filter(|name| !name.contains('*')).map(String::as_str));
    let (domains, paths) = (domains(host), folders(path));
    let mut lines = Vec::new();
    for name in names.into_iter().filter(|name| is_token(name)).take(NAMES) {
        for domain in &domains {
            for path in &paths {
                lines.push(format!("{name}=; Max-Age=0; Path={path}{domain}"));
            }
        }
    }
    lines
}

fn brought(headers: &HeaderMap) -> BTreeSet<&str> {
    let fields = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    fields
        .flat_map(|field| field.split(';'))
        .filter_map(|pair| Some(pair.split_once('=')?.0.trim()))
        .collect()
}

/// The host itself, which needs no attribute, and `; Domain=` for it and each parent that may have
/// cookies: those below the public suffix.
fn domains(host: &str) -> Vec<String> {
    let mut domains = vec![String::new()];
    let registrable = psl::domain_str(host).unwrap_or(host);
    let mut rest = Some(host);
    while let Some(domain) = rest.filter(|domain| domain.ends_with(registrable) && domain.contains('.')) {
        domains.push(format!("; Domain={domain}"));
        rest = domain.split_once('.').map(|(_, parent)| parent);
    }
    domains
}

/// `/` and each folder above `path`, with and without a final slash: both are other cookies.
fn folders(path: &str) -> Vec<String> {
    let path = path.split(['?', '#']).next().unwrap_or("/");
    let mut folders = vec!["/".to_owned()];
    for (at, _) in path.match_indices('/').skip(1).take(4) {
        let folder = path.get(..at).unwrap_or("/");
        folders.push(folder.to_owned());
        folders.push(format!("{folder}/"));
    }
    let own = path.trim_end_matches('/');
    if !own.is_empty() && !folders.iter().any(|folder| folder == own) {
        folders.push(own.to_owned());
    }
    folders.retain(|folder| folder.bytes().all(|b| b.is_ascii_graphic() && b != b';'));
    folders
}

/// RFC 9110, 5.6.2: what a cookie's name is made of.
fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_domain_that_may_have_cookies_is_tried() {
        assert_eq!(domains("www.clinic.qc.ca"), ["", "; Domain=www.clinic.qc.ca", "; Domain=clinic.qc.ca"]);
        assert_eq!(domains("localhost"), [""]);
        assert_eq!(domains("127.0.0.1")[0], "");
    }

    #[test]
    fn every_folder_above_the_page_is_tried() {
        assert_eq!(folders("/"), ["/"]);
        assert_eq!(folders("/en/team/x?q=1"), ["/", "/en", "/en/", "/en/team", "/en/team/", "/en/team/x"]);
        assert_eq!(folders("/a;b/c"), ["/"]);
    }

    #[test]
    fn names_that_could_break_a_header_are_left_out() {
        assert!(is_token("_ga") && !is_token("a b") && !is_token("") && !is_token("a;b"));
    }
}
