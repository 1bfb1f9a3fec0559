//! In: the names of start tags, in order, and where elements end, as lol_html tells. Out: whether a tag
//! stands where lol_html and a browser go different ways. Within drawings and formulas the same tag
//! holds text or markup by rules of nesting (HTML, 13.2.6.5) of which lol_html knows the common ones; what
//! the one takes for text, the other would load.

/// An open element that bears on how tags within it are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Svg,
    Math,
    /// Within it HTML is read again.
    Html,
}

/// The open drawings and formulas around a place in a page.
#[derive(Clone, Debug, Default)]
pub(super) struct Foreign {
    open: Vec<Open>,
}

/// How a start tag can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// As lol_html does.
    Same,
    /// As lol_html does; its end is to be told to [`Foreign::leave`] with this depth.
    Opens(usize),
    /// Not alike: the element must go, with what is in it.
    Apart,
    /// Not alike, and nor is what follows.
    Lost,
}

/// Drawings in drawings and formulas in formulas, beyond which nothing is kept.
const DEEPEST: usize = 64;

impl Foreign {
    /// Whether a tag of this name needs no look: outside of drawings and formulas only those open one.
    pub(super) fn passes(&self, name: &[u8]) -> bool {
        self.open.is_empty() && !name.eq_ignore_ascii_case(b"svg") && !name.eq_ignore_ascii_case(b"math")
    }

    /// Outside of every drawing and formula.
    pub(super) fn is_outside(&self) -> bool {
        self.open.is_empty()
    }

    /// Takes in a start tag; `name` in lower case. `holds` where its element can have content.
    pub(super) fn enter(&mut self, name: &str, holds: bool) -> Reading {
        // The roots around this place, as far as the last element that lets HTML in.
        let around: Vec<Open> =
            self.open.iter().rev().take_while(|open| **open != Open::Html).copied().collect();
        let opens = match name {
            "svg" => Some(Open::Svg),
            "math" => Some(Open::Math),
            "foreignobject" | "desc" | "title" if around.contains(&Open::Svg) => Some(Open::Html),
            "mi" | "mo" | "mn" | "ms" | "mtext" | "annotation-xml" if around.contains(&Open::Math) => {
                Some(Open::Html)
            }
            _ => None,
        };
        match opens {
            Some(root @ (Open::Svg | Open::Math)) if around.iter().any(|open| *open != root) => {
                Reading::Apart
            }
            Some(_) if self.open.len() >= DEEPEST => Reading::Lost,
            Some(open) if holds => {
                self.open.push(open);
                Reading::Opens(self.open.len() - 1)
            }
            None if around.len() > 1 && breaks_out(name) => Reading::Lost,
            _ => Reading::Same,
        }
    }

    /// The element that was opened at this depth has ended, and all within it.
    pub(super) fn leave(&mut self, depth: usize) {
        self.open.truncate(depth);
    }
}

/// Tags that end every drawing and formula around them; lol_html ends one.
fn breaks_out(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "b",
        "big",
        "blockquote",
        "body",
        "br",
        "center",
        "code",
        "dd",
        "div",
        "dl",
        "dt",
        "em",
        "embed",
        "font",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "hr",
        "i",
        "img",
        "li",
        "listing",
        "menu",
        "meta",
        "nobr",
        "ol",
        "p",
        "pre",
        "ruby",
        "s",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tt",
        "u",
        "ul",
        "var",
    ];
    NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(names: &[&str]) -> Reading {
        let mut foreign = Foreign::default();
        names.iter().map(|name| foreign.enter(name, true)).last().unwrap()
    }

    #[test]
    fn common_drawings_and_formulas_are_read_alike() {
        assert_eq!(last(&["svg", "path"]), Reading::Same);
        assert_eq!(last(&["svg", "p"]), Reading::Same, "ends the one drawing");
        assert_eq!(last(&["svg", "svg", "path"]), Reading::Same);
        assert_eq!(last(&["svg", "foreignobject", "math"]), Reading::Opens(2));
        assert_eq!(last(&["math", "mtext", "svg"]), Reading::Opens(2));
    }

    #[test]
    fn mixed_ones_go_and_lost_ones_end_the_page() {
        assert_eq!(last(&["svg", "math"]), Reading::Apart);
        assert_eq!(last(&["math", "svg"]), Reading::Apart);
        assert_eq!(last(&["svg", "svg", "p"]), Reading::Lost);
        assert_eq!(last(&["svg"; 100]), Reading::Lost);
    }

    #[test]
    fn what_has_ended_is_forgotten() {
        let mut foreign = Foreign::default();
        assert_eq!(foreign.enter("svg", true), Reading::Opens(0));
        assert!(!foreign.passes(b"p"));
        foreign.leave(0);
        assert!(foreign.passes(b"p") && !foreign.passes(b"SVG"));
        assert_eq!(foreign.enter("math", false), Reading::Same, "closed in its own tag");
        assert!(foreign.passes(b"p"));
    }
}
