//! In: the files beside this one. Out: what `PREFIX/assets/` serves, under names that carry a hash
//! of their content, so that a browser may keep them for ever.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::events::event_path;
use super::guard;
use super::theme::theme;
use crate::config::Site;

/// A file that a page of ours refers to.
#[derive(Clone, Debug)]
pub struct Asset {
    pub content_type: &'static str,
    pub bytes: Cow<'static, [u8]>,
    /// Its name changes with its content, so it may be cached without end.
    pub immutable: bool,
}

/// The site's asset with this file name, such as `guard.X4k….js`.
pub fn asset(site: &Site, name: &str) -> Option<Asset> {
    let shared = BY_NAME.get(name).map(|file| (file.content_type, Cow::Borrowed(file.text.as_bytes())));
    let found = shared.or_else(|| {
        let own = theme(site).filter(|own| own.name == name)?;
        Some((own.content_type, Cow::Owned(own.text.into_bytes())))
    });
    found.map(|(content_type, bytes)| Asset { content_type, bytes, immutable: true })
}

/// What a page with the banner loads of ours, which an origin's policy may have to be made to admit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnFiles {
    /// Path and `integrity` of each script.
    pub scripts: Vec<(String, &'static str)>,
    /// Path of each style sheet.
    pub styles: Vec<String>,
    /// Path that a script of ours sends to by itself, if one does.
    pub told: Option<String>,
}

/// The files of the guard, the banner and the placeholders on this site.
pub fn own_files(site: &Site) -> OwnFiles {
    let has_events = !site.usage.event_list().is_empty();
    let scripts = [&*NAMES, &*GUARD].into_iter().chain(has_events.then_some(&*EVENTS));
    let styles = [&*BANNER, &*FRAME].map(|file| file.path(site)).into_iter();
    OwnFiles {
        scripts: scripts.map(|file| (file.path(site), &*file.integrity)).collect(),
        styles: styles.chain(theme(site).map(|file| file.path(site))).collect(),
        told: has_events.then(|| event_path(site)),
    }
}

/// A file as it is served.
pub(super) struct File {
    pub name: String,
    pub text: String,
    pub integrity: String,
    content_type: &'static str,
}

impl File {
    /// Where it is served on this site.
    pub fn path(&self, site: &Site) -> String {
        format!("{}/assets/{}", site.prefix, self.name)
    }

    /// A style sheet that is written as it shall be served.
    pub fn style(stem: &str, text: String) -> File {
        file(stem, "css", text)
    }
}

const TOKENS: &str = include_str!("assets/tokens.css");
const CONTROLS: &str = include_str!("assets/controls.css");

pub(super) static GUARD: LazyLock<File> =
    LazyLock::new(|| file("guard", "js", squeeze_script(include_str!("assets/guard.js"))));
/// What the guard refuses, apart from its code: it changes with the catalogue, and pages leave it in
/// the browser's cache. It hangs on its own element, so that it adds no name to the page.
pub(super) static NAMES: LazyLock<File> = LazyLock::new(|| {
    let rows = serde_json::Value::from(guard::built_in_rows().join("\n"));
    file("names", "js", format!("document.currentScript.rows={rows}"))
});
/// The optional script that tells of events by number.
pub(super) static EVENTS: LazyLock<File> =
    LazyLock::new(|| file("events", "js", squeeze_script(include_str!("assets/events.js"))));
pub(super) static BANNER: LazyLock<File> =
    LazyLock::new(|| fragment_style("banner", include_str!("assets/banner.css")));
pub(super) static FRAME: LazyLock<File> =
    LazyLock::new(|| fragment_style("frame", include_str!("assets/frame.css")));
pub(super) static PAGE: LazyLock<File> =
    LazyLock::new(|| style("page", TOKENS, include_str!("assets/page.css")));

static BY_NAME: LazyLock<HashMap<&'static str, &'static File>> = LazyLock::new(|| {
    let files: [&'static File; 6] = [&GUARD, &NAMES, &EVENTS, &BANNER, &FRAME, &PAGE];
    files.into_iter().map(|file| (&*file.name, file)).collect()
});

/// A style sheet for a shadow root, where there is no root element of ours.
fn fragment_style(stem: &str, own: &str) -> File {
    style(stem, &TOKENS.replace(":root, ", "").replace(":root:lang(ar), ", ""), own)
}

fn style(stem: &str, tokens: &str, own: &str) -> File {
    file(stem, "css", [tokens, CONTROLS, own].map(squeeze_style).concat())
}

fn file(stem: &str, kind: &'static str, text: String) -> File {
    let hash = Sha256::digest(text.as_bytes());
    File {
        name: format!("{stem}.{}.{kind}", URL_SAFE_NO_PAD.encode(&hash[..9])),
        integrity: format!("sha256-{}", STANDARD.encode(hash)),
        content_type: if kind == "js" { "text/javascript; charset=utf-8" } else { "text/css; charset=utf-8" },
        text,
    }
}

/// Leaves out the lines that are comments, the ends of lines, and the spaces around signs. The script ends
/// each statement with a semicolon or a brace, and keeps no comment behind code, no text that runs over a
/// line's end, and within quotes or expressions no sign beside a space.
fn squeeze_script(source: &str) -> String {
    let mut code = lines_of_code(source).collect::<String>();
    for sign in ["=", "=>", "==", "!=", "===", "!==", "||", "&&", "?", ":", "+", "{", ">"] {
        code = code.replace(&format!(" {sign} "), sign);
    }
    for sign in [",", ";", ":", ")", "{", "=>"] {
        code = code.replace(&format!("{sign} "), sign);
    }
    let tighter = [(" }", "}"), (";}", "}"), ("} ", "}"), ("if (", "if("), ("function (", "function(")];
    for (loose, tight) in tighter {
        code = code.replace(loose, tight);
    }
    shorten(&code)
}

fn lines_of_code(source: &str) -> impl Iterator<Item = &str> {
    source.lines().map(str::trim).filter(|line| !line.starts_with("//"))
}

/// The script's own names, each of which is served as a letter or two that are no word of the script.
const OWN_NAMES: [&str; 53] = [
    "attempt",
    "isGlobal",
    "isFree",
    "isNamed",
    "isKept",
    "refuses",
    "standIns",
    "consentMode",
    "refuseSet",
    "expire",
    "sweep",
    "followers",
    "settle",
    "guardBorder",
    "isSensitive",
    "crosses",
    "rowsOf",
    "comfort",
    "hints",
    "foreign",
    "taken",
    "loses",
    "allowed",
    "kept",
    "answer",
    "nothing",
    "rights",
    "grants",
    "channel",
    "wanted",
    "typed",
    "plain",
    "domains",
    "paths",
    "leave",
    "press",
    "part",
    "words",
    "pattern",
    "queue",
    "event",
    "word",
    "text",
    "before",
    "instead",
    "says",
    "next",
    "same",
    "stops",
    "goes",
    "here",
    "list",
    "all",
];

fn shorten(code: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
    let known: HashSet<&str> = code.split(|c| !is_word(c)).collect();
    let letters = ('A'..='Z').chain('a'..='z').map(String::from);
    let letters = letters.chain(('A'..='Z').map(|second| format!("a{second}")));
    let unused = letters.filter(|letter| !known.contains(&**letter));
    let short: HashMap<&str, String> = OWN_NAMES.into_iter().zip(unused).collect();
    let pieces = code.split_inclusive(|c| !is_word(c)).map(|piece| {
        let word = piece.trim_end_matches(|c| !is_word(c));
        let letter = short.get(word).map_or(word, String::as_str);
        format!("{letter}{}", &piece[word.len()..])
    });
    pieces.collect()
}

/// Leaves out comments and the spaces that CSS does not need. Our sheets have no text in quotes with
/// such signs in it.
fn squeeze_style(source: &str) -> String {
    let mut text = String::new();
    for (n, piece) in source.split("/*").enumerate() {
        text += if n == 0 { piece } else { piece.split_once("*/").map_or("", |(_, rest)| rest) };
    }
    let mut text = text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    while text.contains("  ") {
        text = text.replace("  ", " ");
    }
    for sign in ["{", "}", ";", ","] {
        text = text.replace(&format!("{sign} "), sign).replace(&format!(" {sign}"), sign);
    }
    text.replace(": ", ":").replace(";}", "}").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_the_hash_and_lead_to_the_bytes() {
        let site = crate::consent::fixture::Fixture::quebec().site;
        for file in [&*GUARD, &*NAMES, &*EVENTS, &*BANNER, &*FRAME, &*PAGE] {
            let found = asset(&site, &file.name).unwrap();
            assert_eq!(found.bytes, file.text.as_bytes());
            assert!(found.immutable);
        }
        assert!(asset(&site, "guard.js").is_none());
        assert!(asset(&site, "../page.css").is_none());
    }

    #[test]
    fn comments_are_not_served() {
        assert!(!GUARD.text.lines().any(|line| line.starts_with("//")));
        assert!(![&*BANNER, &*FRAME, &*PAGE].iter().any(|file| file.text.contains("/*")));
        assert!(
            PAGE.text.contains(":root")
                && ![&*BANNER, &*FRAME].iter().any(|file| file.text.contains(":root"))
        );
    }

    #[test]
    fn names_that_are_cut_are_names_of_variables_only() {
        let code: String = lines_of_code(include_str!("assets/guard.js")).collect();
        for name in OWN_NAMES {
            let mut found = 0;
            for (at, _) in code.match_indices(name) {
                let before = code[..at].chars().next_back().unwrap_or(' ');
                let after = code[at + name.len()..].chars().next().unwrap_or(' ');
                if [before, after].iter().any(|c| c.is_alphanumeric() || *c == '_') {
                    continue;
                }
                found += 1;
                assert!(!".'-`".contains(before) || code[..at].ends_with("..."), "{name}: {before}");
                assert!(!":'-`".contains(after), "{name}: {after}");
            }
            assert!(found > 1, "{name}");
        }
        let cut = shorten("words(rows).attempt2=attempt");
        assert!(
            !cut.contains("words") && cut.contains("(rows).attempt2=") && !cut.ends_with("attempt"),
            "{cut}"
        );
    }

    #[test]
    fn no_statement_of_the_script_ends_with_its_line() {
        let code: Vec<&str> =
            lines_of_code(include_str!("assets/guard.js")).filter(|line| !line.is_empty()).collect();
        for pair in code.windows(2) {
            let [line, next] = pair else { continue };
            let goes_on = next.starts_with(['.', '&', '|', '}']) || line.ends_with(['(', ',', '{', '=', '>']);
            assert!(goes_on || line.ends_with([';', '}']), "{line}");
            assert!(!line.contains("/*"), "{line}");
        }
    }

    #[test]
    fn squeezing_keeps_what_means_something() {
        let css = squeeze_style("/* a */\na :hover, b > c {\n  margin: 0 calc(1px + 2px);\n}\n");
        assert_eq!(css, "a :hover,b > c{margin:0 calc(1px + 2px)}");
    }
}
