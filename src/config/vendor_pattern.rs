//! What is wrong with one pattern of a vendor table.
//!
//! In: a host, CSP source, same-origin shape, inline signature or global as it is
//! written. Out: nothing, or the fault in words that follow the pattern. Must never
//! know: the rest of the crate, because `build.rs` compiles this file too.

/// A host with its optional path prefix and query conditions.
pub fn host_fault(pattern: &str) -> Option<&'static str> {
    if pattern.contains(char::is_whitespace) {
        return Some("has whitespace");
    }
    if pattern.contains("://") {
        return Some("has a scheme: write the host alone");
    }
    let exact = pattern.strip_prefix('=').unwrap_or(pattern);
    let (host, rest) = exact.split_at(exact.find(['/', '?']).unwrap_or(exact.len()));
    if rest.starts_with('?') {
        return Some("has a query without a path");
    }
    if rest == "/" || rest.contains('#') {
        return Some("has a path that says nothing: leave it out");
    }
    if rest.split_once('?').is_some_and(|(_, q)| !are_conditions(q)) {
        return Some("has a query that is not key=valueprefix");
    }
    host_name_fault(host)
}

/// The end of a chain of CNAMEs: a host and nothing more.
pub fn cname_fault(target: &str) -> Option<&'static str> {
    host_name_fault(target)
}

/// RFC 1123 labels, at least two: a top-level domain alone is nobody's.
fn host_name_fault(host: &str) -> Option<&'static str> {
    if host.contains(':') {
        return Some("has a port");
    }
    if host.bytes().any(|b| b.is_ascii_uppercase()) {
        return Some("has upper-case letters in its host");
    }
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let well_formed = host.contains('.') && host.split('.').all(is_label);
    (!well_formed).then_some("is no host name")
}

/// A source may name one host or the subdomains of one: nothing wider, no keyword.
pub fn csp_fault(source: &str) -> Option<&'static str> {
    let Some(rest) = source.strip_prefix("https://").or_else(|| source.strip_prefix("wss://")) else {
        return Some("does not begin with https:// or wss://");
    };
    if rest.contains([';', ',', '\'', '?']) || rest.contains(char::is_whitespace) {
        return Some("has a character that ends a source");
    }
    let host = rest.split('/').next().unwrap_or_default();
    host_name_fault(host.strip_prefix("*.").unwrap_or(host))
}

/// The end of a path and query conditions, on the site's own host.
pub fn shape_fault(shape: &str) -> Option<&'static str> {
    let (path, query) = shape.split_once('?').unwrap_or((shape, ""));
    if shape.contains(char::is_whitespace) {
        return Some("has whitespace");
    }
    if !(path.is_empty() || path.starts_with('/')) {
        return Some("does not begin with / or ?");
    }
    if path.len() < 2 && query.is_empty() {
        return Some("would match every request");
    }
    let has_query = shape.contains('?');
    (has_query && !are_conditions(query)).then_some("has a query that is not key=valueprefix")
}

fn are_conditions(query: &str) -> bool {
    query.split('&').all(|pair| !pair.is_empty() && !pair.starts_with('=') && !pair.contains('?'))
}

/// A piece of script text, as the rewriter compares it.
pub fn inline_fault(signature: &str) -> Option<&'static str> {
    // Shorter ones would meet innocent scripts.
    if signature.trim().len() < 5 {
        return Some("is too short to tell anybody");
    }
    if signature.chars().any(char::is_uppercase) {
        return Some("has upper-case letters: matching ignores case, write lower case");
    }
    let unreachable = signature.contains(['"', '`']) || signature.contains("\\/");
    unreachable.then_some("can never match: write single quotes and plain slashes")
}

/// A name that pages call, with the shape of its stand-in.
pub fn global_fault(global: &str) -> Option<&'static str> {
    let name = ["()", "[]", "{}"].iter().find_map(|shape| global.strip_suffix(shape));
    let Some(name) = name else {
        return Some("does not end with (), [] or {}");
    };
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'$');
    let named = name.bytes().next().is_some_and(|b| !b.is_ascii_digit());
    (!plain || !named).then_some("is no JavaScript name")
}
