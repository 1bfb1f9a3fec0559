//! In: the name of an attribute and of its element. Out: what a browser does with its value. The one
//! table of what can make a request or run code.

/// What a browser does with an attribute's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Fetches it.
    Fetch,
    /// Chooses one of its candidates and fetches that.
    Candidates,
    /// Reports to it.
    Ping,
    /// Reads it as declarations of a style.
    Style,
    /// Runs it.
    Handler,
    /// Sends a form to it.
    Form,
    /// Parses it as a document.
    Document,
    /// Sets it, or its parts between semicolons, as another attribute's value.
    Animation,
}

/// SVG presentation attributes that may hold `url()`.
const PAINT: &[&str] = &[
    "fill",
    "stroke",
    "filter",
    "mask",
    "clip-path",
    "cursor",
    "marker",
    "marker-start",
    "marker-mid",
    "marker-end",
];

/// Names that have a role on some element, besides `PAINT` and handlers; `http-equiv`, `charset`,
/// `rel` and `content` are read for what they say of others.
const NAMES: &[&str] = &[
    "src",
    "srcset",
    "imagesrcset",
    "href",
    "xlink:href",
    "style",
    "background",
    "poster",
    "data",
    "srcdoc",
    "ping",
    "attributionsrc",
    "action",
    "formaction",
    "lowsrc",
    "dynsrc",
    "to",
    "from",
    "by",
    "values",
    "http-equiv",
    "charset",
];

/// Whether an attribute of this name has a role on any element.
pub(super) fn may_matter(name: &[u8]) -> bool {
    let is = |known: &&str| name.eq_ignore_ascii_case(known.as_bytes());
    is_handler(name) || NAMES.iter().chain(PAINT).any(is)
}

/// The role of the attribute `name` on the element `tag`, both in lower case.
pub(super) fn role(tag: &str, name: &str) -> Option<Role> {
    if is_handler(name.as_bytes()) {
        return Some(Role::Handler);
    }
    let role = match name {
        "style" => Role::Style,
        "srcset" | "imagesrcset" => Role::Candidates,
        "ping" | "attributionsrc" => Role::Ping,
        "action" | "formaction" => Role::Form,
        "srcdoc" if tag == "iframe" => Role::Document,
        "data" if tag == "object" => Role::Fetch,
        "href" | "xlink:href" if fetches_href(tag) => Role::Fetch,
        "src" | "background" | "poster" | "lowsrc" | "dynsrc" if !is_custom(tag) => Role::Fetch,
        "to" | "from" | "by" | "values" if animates(tag) => Role::Animation,
        _ if PAINT.contains(&name) => Role::Style,
        // Optimisers park a script's address in `data-src`, `data-rocket-src`, `data-cf-src`...
        _ if tag == "script" && name.ends_with("src") => Role::Fetch,
        _ => return None,
    };
    Some(role)
}

fn is_handler(name: &[u8]) -> bool {
    name.len() > 2 && name[..2].eq_ignore_ascii_case(b"on")
}

/// Links lead somewhere when followed; `base` is judged through what is relative to it.
fn fetches_href(tag: &str) -> bool {
    !matches!(tag, "a" | "area" | "base") && !is_custom(tag)
}

/// The page's own elements load nothing by themselves; what their scripts load meets the policy
/// header.
fn is_custom(tag: &str) -> bool {
    tag.contains('-')
}

fn animates(tag: &str) -> bool {
    matches!(tag, "set" | "animate" | "animatemotion" | "animatetransform")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_is_also_a_reason_to_read_the_tag() {
        for tag in ["img", "iframe", "object", "use", "set", "form", "p"] {
            for name in NAMES.iter().chain(PAINT).chain(&["onload"]) {
                if role(tag, name).is_some() {
                    assert!(may_matter(name.as_bytes()), "{tag} {name}");
                }
            }
        }
        assert!(!may_matter(b"class") && !may_matter(b"on") && !may_matter(b"data-src"));
    }

    #[test]
    fn links_and_custom_elements_fetch_nothing() {
        assert_eq!(role("a", "href"), None);
        assert_eq!(role("x-player", "src"), None);
        assert_eq!(role("image", "xlink:href"), Some(Role::Fetch));
        assert_eq!(role("link", "href"), Some(Role::Fetch));
    }
}
