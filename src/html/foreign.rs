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
    open: Vec<(usize, Open)>,
    /// How many were opened so far: names them.
    opened: usize,
    /// How many that are over still are open to lol_html.
    behind: usize,
    /// Whether one that lets HTML in was closed by the end of another around it: lol_html closes both there, a
    /// browser pays no heed to such an end.
    crossed: bool,
}

/// How a start tag can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// As lol_html does.
    Same,
    /// As lol_html does; its end is to be told to [`Foreign::leave`] by this name.
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
        let is_root = name.eq_ignore_ascii_case(b"svg") || name.eq_ignore_ascii_case(b"math");
        self.is_outside() && !is_root
    }

    /// Outside of every drawing and formula, to a browser and to lol_html.
    pub(super) fn is_outside(&self) -> bool {
        self.open.is_empty() && self.behind == 0 && !self.crossed
    }

    /// Takes in a start tag; `name` in lower case. `holds` where its element can have content.
    pub(super) fn enter(&mut self, name: &str, holds: bool) -> Reading {
        if (self.behind > 0 || self.crossed) && is_read_by_place(name) {
            return Reading::Lost;
        }
        // The roots around this place, as far as the last element that lets HTML in.
        let around: Vec<Open> =
            self.open.iter().rev().map(|(_, open)| *open).take_while(|open| *open != Open::Html).collect();
        if breaks_out(name) {
            self.behind = (self.behind + around.len()).saturating_sub(1);
            self.open.truncate(self.open.len() - around.len());
            return Reading::Same;
        }
        match opens(name, &around) {
            Some(root @ (Open::Svg | Open::Math)) if around.iter().any(|open| *open != root) => {
                Reading::Apart
            }
            Some(_) if self.open.len() >= DEEPEST => Reading::Lost,
            Some(open) if holds => {
                self.opened += 1;
                self.open.push((self.opened, open));
                Reading::Opens(self.opened)
            }
            _ => Reading::Same,
        }
    }

    /// The element that was opened by this name has ended, and all within it; `by_its_own` tag, or by that
    /// of one around it.
    pub(super) fn leave(&mut self, name: usize, by_its_own: bool) {
        match self.open.iter().position(|(own, _)| *own == name) {
            Some(at) => {
                self.crossed |= self.open[at].1 == Open::Html && !by_its_own;
                self.open.truncate(at);
            }
            // It had ended before; now it has for lol_html as well.
            None => self.behind = self.behind.saturating_sub(1),
        }
    }
}

fn opens(name: &str, around: &[Open]) -> Option<Open> {
    match name {
        "svg" => Some(Open::Svg),
        "math" => Some(Open::Math),
        "foreignobject" | "desc" | "title" if around.contains(&Open::Svg) => Some(Open::Html),
        "mi" | "mo" | "mn" | "ms" | "mtext" | "annotation-xml" if around.contains(&Open::Math) => {
            Some(Open::Html)
        }
        _ => None,
    }
}

/// Tags whose content is text or markup by where they stand.
fn is_read_by_place(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "svg",
        "math",
        "script",
        "style",
        "title",
        "textarea",
        "xmp",
        "iframe",
        "noembed",
        "noframes",
        "noscript",
        "plaintext",
    ];
    NAMES.contains(&name)
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
        assert_eq!(last(&["svg", "path", "p", "svg"]), Reading::Opens(2), "the first was never closed");
        assert_eq!(last(&["svg", "svg", "p", "p", "style"]), Reading::Same, "lol_html has caught up");
        assert_eq!(last(&["svg", "p"]), Reading::Same, "ends the one drawing");
        assert_eq!(last(&["svg", "svg", "path"]), Reading::Same);
        assert_eq!(last(&["svg", "foreignobject", "math"]), Reading::Opens(3));
        assert_eq!(last(&["math", "mtext", "svg"]), Reading::Opens(3));
    }

    #[test]
    fn mixed_ones_go_and_lost_ones_end_the_page() {
        assert_eq!(last(&["svg", "math"]), Reading::Apart);
        assert_eq!(last(&["math", "svg"]), Reading::Apart);
        assert_eq!(last(&["svg", "svg", "p"]), Reading::Same);
        assert_eq!(last(&["svg", "svg", "p", "style"]), Reading::Lost);
        assert_eq!(last(&["svg"; 100]), Reading::Lost);
    }

    #[test]
    fn one_closed_over_what_is_open_in_it_loses_the_place() {
        let mut foreign = Foreign::default();
        assert_eq!(foreign.enter("svg", true), Reading::Opens(1));
        assert_eq!(foreign.enter("desc", true), Reading::Opens(2));
        foreign.leave(2, false);
        foreign.leave(1, true);
        assert!(!foreign.passes(b"p") && foreign.enter("p", true) == Reading::Same);
        assert_eq!(foreign.enter("style", true), Reading::Lost);
    }

    #[test]
    fn what_has_ended_is_forgotten() {
        let mut foreign = Foreign::default();
        assert_eq!(foreign.enter("svg", true), Reading::Opens(1));
        assert!(!foreign.passes(b"p"));
        foreign.leave(1, true);
        assert!(foreign.passes(b"p") && !foreign.passes(b"SVG"));
        assert_eq!(foreign.enter("math", false), Reading::Same, "closed in its own tag");
        assert!(foreign.passes(b"p"));
    }
}
