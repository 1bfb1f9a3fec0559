//! In: the files beside this one. Out: what `PREFIX/assets/` serves, under names that carry a hash
//! of their content, so that a browser may keep them for ever.

use std::collections::HashMap;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::guard;

/// A file that a page of ours refers to.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    pub content_type: &'static str,
    pub bytes: &'static [u8],
    /// Its name changes with its content, so it may be cached without end.
    pub immutable: bool,
}

/// The asset with this file name, such as `guard.X4k….js`.
pub fn asset(name: &str) -> Option<Asset> {
    BY_NAME.get(name).map(|file| Asset {
        content_type: file.content_type,
        bytes: file.text.as_bytes(),
        immutable: true,
    })
}

/// The `integrity` values of the scripts in [`super::head_start`], which an origin's policy may be
/// made to admit.
pub fn script_integrity() -> [&'static str; 2] {
    [&NAMES.integrity, &GUARD.integrity]
}

/// The banner stylesheet's `integrity` value.
pub fn style_integrity() -> &'static str {
    &BANNER.integrity
}

/// A file as it is served.
pub(super) struct File {
    pub name: String,
    pub text: String,
    pub integrity: String,
    content_type: &'static str,
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
pub(super) static BANNER: LazyLock<File> =
    LazyLock::new(|| style("banner", include_str!("assets/banner.css")));
pub(super) static FRAME: LazyLock<File> = LazyLock::new(|| style("frame", include_str!("assets/frame.css")));
pub(super) static PAGE: LazyLock<File> = LazyLock::new(|| style("page", include_str!("assets/page.css")));

static BY_NAME: LazyLock<HashMap<&'static str, &'static File>> = LazyLock::new(|| {
    let files: [&'static File; 5] = [&GUARD, &NAMES, &BANNER, &FRAME, &PAGE];
    files.into_iter().map(|file| (&*file.name, file)).collect()
});

fn style(stem: &str, own: &str) -> File {
    file(stem, "css", [TOKENS, CONTROLS, own].map(squeeze_style).concat())
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

/// Leaves out indentation, empty lines, the lines that are comments, and the spaces around operators.
/// The script keeps no comment behind code, no text that runs over a line's end, and within quotes no
/// operator between spaces, no comma before one and no brace beside one.
fn squeeze_script(source: &str) -> String {
    let lines = source.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    let mut code = lines.collect::<Vec<_>>().join("\n");
    for sign in ["=", "=>", "==", "!=", "===", "!==", "||", "&&", "?", ":", "+", "{"] {
        code = code.replace(&format!(" {sign} "), sign);
    }
    let tighter = [
        (", ", ","),
        (") {", "){"),
        ("{ ", "{"),
        (" }", "}"),
        (";}", "}"),
        (";\n}", "\n}"),
        ("if (", "if("),
        ("function (", "function("),
        ("{\n", "{"),
        (";\n", ";"),
        (",\n", ","),
    ];
    for (loose, tight) in tighter {
        code = code.replace(loose, tight);
    }
    code
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
        for file in [&*GUARD, &*NAMES, &*BANNER, &*FRAME, &*PAGE] {
            let found = asset(&file.name).unwrap();
            assert_eq!(found.bytes, file.text.as_bytes());
            assert!(found.immutable);
        }
        assert!(asset("guard.js").is_none());
        assert!(asset("../page.css").is_none());
    }

    #[test]
    fn comments_are_not_served() {
        assert!(!GUARD.text.lines().any(|line| line.starts_with("//")));
        assert!(![&*BANNER, &*FRAME, &*PAGE].iter().any(|file| file.text.contains("/*")));
    }

    #[test]
    fn squeezing_keeps_what_means_something() {
        let css = squeeze_style("/* a */\na :hover, b > c {\n  margin: 0 calc(1px + 2px);\n}\n");
        assert_eq!(css, "a :hover,b > c{margin:0 calc(1px + 2px)}");
    }
}
