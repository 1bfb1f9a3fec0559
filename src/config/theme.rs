//! `[site.theme]`: the few colours a site may choose for what Paravent draws.
//!
//! In: colours as written, by day and by night. Out: two whole palettes in which everything can be read, or
//! the pair that cannot and a colour that could. There is one accent for every button: no colour here
//! can make Refuse differ from Accept.

use std::fmt;

use super::problem::{Place, Report};
use super::table::{Entry, Fault, Table};
use super::values::FromText;

/// WCAG 2.2, 1.4.3: the least contrast of text.
const TEXT: f64 = 4.5;
/// WCAG 2.2, 1.4.11: the least contrast of what marks a control.
const GRAPHICS: f64 = 3.0;

/// A colour of the sRGB space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

/// `[site.theme]`; `None` where Paravent's own colours stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    pub light: Option<Palette>,
    pub dark: Option<Palette>,
}

/// The colours of one time of day. What is written on the accent has the paper's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    pub ink: Colour,
    /// Secondary text.
    pub quiet: Colour,
    pub paper: Colour,
    /// The ground of boxes on the paper.
    pub wash: Colour,
    /// Parts things, says nothing.
    pub line: Colour,
    /// The outline of controls.
    pub edge: Colour,
    /// Buttons, links, focus.
    pub accent: Colour,
}

impl Palette {
    /// Paravent's own colours by day.
    pub const LIGHT: Palette = Palette {
        ink: Colour([0x17, 0x24, 0x2B]),
        quiet: Colour([0x4A, 0x5A, 0x63]),
        paper: Colour([0xFF, 0xFF, 0xFF]),
        wash: Colour([0xF4, 0xF7, 0xF8]),
        line: Colour([0xD5, 0xDE, 0xE2]),
        edge: Colour([0x6F, 0x82, 0x8C]),
        accent: Colour([0x0B, 0x6B, 0x63]),
    };
    /// And by night.
    pub const DARK: Palette = Palette {
        ink: Colour([0xE8, 0xEE, 0xF0]),
        quiet: Colour([0xA9, 0xB7, 0xBD]),
        paper: Colour([0x12, 0x19, 0x1D]),
        wash: Colour([0x1A, 0x23, 0x28]),
        line: Colour([0x31, 0x40, 0x4A]),
        edge: Colour([0x7C, 0x8F, 0x99]),
        accent: Colour([0x5C, 0xC7, 0xBB]),
    };
}

#[derive(Debug, Default)]
pub(super) struct RawTheme {
    light: RawPalette,
    dark: RawPalette,
}

#[derive(Debug, Default)]
struct RawPalette {
    accent: Entry<Colour>,
    ink: Entry<Colour>,
    paper: Entry<Colour>,
    wash: Entry<Colour>,
}

pub(super) fn read_theme(mut table: Table<'_>) -> RawTheme {
    RawTheme {
        dark: table.table("dark").map(|mut dark| read_palette(&mut dark)).unwrap_or_default(),
        light: read_palette(&mut table),
    }
}

fn read_palette(table: &mut Table<'_>) -> RawPalette {
    RawPalette {
        accent: table.value("accent"),
        ink: table.value("ink"),
        paper: table.value("paper"),
        wash: table.value("wash"),
    }
}

/// The palettes a site chose, each pair of which was measured.
pub(super) fn check_theme(raw: &RawTheme, report: &Report) -> Theme {
    Theme {
        light: raw.light.checked(&Palette::LIGHT, report),
        dark: raw.dark.checked(&Palette::DARK, report),
    }
}

impl RawPalette {
    fn checked(&self, base: &Palette, report: &Report) -> Option<Palette> {
        let all = [&self.accent, &self.ink, &self.paper, &self.wash];
        if all.iter().all(|entry| entry.given().is_none()) {
            return None;
        }
        let chosen = |entry: &Entry<Colour>, base| entry.value().copied().unwrap_or(base);
        let ink = chosen(&self.ink, base.ink);
        let paper = chosen(&self.paper, base.paper);
        let accent = chosen(&self.accent, base.accent);
        if all[1..].iter().all(|entry| entry.given().is_none()) {
            self.measure(
                accent,
                ("accent", &self.accent),
                &[("paper", paper, None), ("wash", base.wash, None)],
                report,
            );
            return Some(Palette { accent, ..*base });
        }
        let wash = chosen(&self.wash, paper.towards(ink, 0.04));
        let grounds = [("paper", paper, place(&self.paper)), ("wash", wash, place(&self.wash))];
        self.measure(ink, ("ink", &self.ink), &grounds, report);
        self.measure(accent, ("accent", &self.accent), &grounds, report);
        let on_both = |least: f64, start: u32| {
            let steps = (0..=start).rev().map(|step| ink.towards(paper, f64::from(step) / 100.0));
            steps.into_iter().find(|c| c.contrast(paper) >= least && c.contrast(wash) >= least).unwrap_or(ink)
        };
        Some(Palette {
            quiet: on_both(TEXT, 30),
            edge: on_both(GRAPHICS, 50),
            line: ink.towards(paper, 0.82),
            ink,
            paper,
            wash,
            accent,
        })
    }

    /// Reports the first ground on which `text` cannot be read, where the text is written or else the ground.
    fn measure(
        &self,
        text: Colour,
        (name, entry): (&str, &Entry<Colour>),
        grounds: &[(&str, Colour, Option<&Place>)],
        report: &Report,
    ) {
        let poor = grounds.iter().find(|(_, ground, _)| text.contrast(*ground) < TEXT);
        let Some((ground_name, ground, ground_place)) = poor else { return };
        // One of the grounds is written, or the text is: without either, nothing was chosen.
        let written = grounds.iter().find_map(|(_, _, place)| *place);
        let Some(place) = place(entry).or(*ground_place).or(written) else { return };
        let contrast = (text.contrast(*ground) * 10.0).floor() / 10.0;
        let message = format!(
            "{name}: {text} on the {ground_name} {ground} has a contrast of {contrast} to 1, where text needs {TEXT}"
        );
        let all: Vec<Colour> = grounds.iter().map(|(_, ground, _)| *ground).collect();
        let remedy = match text.readable_on(&all) {
            Some(better) => format!("write {name} = \"{better}\""),
            None => {
                format!("choose paper and wash that are both light or both dark, and {name} the other way")
            }
        };
        report.say(place, message, remedy);
    }
}

fn place(entry: &Entry<Colour>) -> Option<&Place> {
    entry.given().map(|given| &given.at)
}

impl Colour {
    /// WCAG 2.2's contrast ratio, from 1 to 21.
    pub fn contrast(self, other: Colour) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// WCAG 2.2's relative luminance.
    fn luminance(self) -> f64 {
        let linear = self.0.map(|channel| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    /// The colour a `share` of the way to `other`.
    fn towards(self, other: Colour, share: f64) -> Colour {
        let mut mixed = self;
        for (own, other) in mixed.0.iter_mut().zip(other.0) {
            let between = f64::from(*own) + (f64::from(other) - f64::from(*own)) * share;
            *own = between.round().clamp(0.0, 255.0) as u8;
        }
        mixed
    }

    /// The nearest shade, darker or lighter, that can be read on all of `grounds`.
    fn readable_on(self, grounds: &[Colour]) -> Option<Colour> {
        const ENDS: [Colour; 2] = [Colour([0; 3]), Colour([255; 3])];
        let shades = (1..=100u32).flat_map(|step| ENDS.map(|end| self.towards(end, f64::from(step) / 100.0)));
        shades.into_iter().find(|shade| grounds.iter().all(|ground| shade.contrast(*ground) >= TEXT))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02X}{green:02X}{blue:02X}")
    }
}

impl FromText for Colour {
    fn from_text(text: &str) -> Result<Colour, Fault> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let number = digits
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match number {
            Some(number) => {
                let [_, red, green, blue] = number.to_be_bytes();
                Ok(Colour([red, green, blue]))
            }
            None => Err(Fault::new(
                format!("\"{text}\" is no colour"),
                "write {key} = \"#0B6B63\": a # and six hexadecimal digits",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_wcags() {
        let (black, white) = (Colour([0; 3]), Colour([255; 3]));
        assert!((white.contrast(black) - 21.0).abs() < 1e-9);
        // The grey that is known to stand just above the line on white.
        assert!(Colour([0x76; 3]).contrast(white) >= TEXT && Colour([0x77; 3]).contrast(white) < TEXT);
    }

    #[test]
    fn our_own_colours_can_be_read() {
        for palette in [Palette::LIGHT, Palette::DARK] {
            for ground in [palette.paper, palette.wash] {
                for text in [palette.ink, palette.quiet, palette.accent] {
                    assert!(text.contrast(ground) >= TEXT, "{text} on {ground}");
                }
                assert!(palette.edge.contrast(ground) >= GRAPHICS, "{} on {ground}", palette.edge);
            }
        }
    }

    #[test]
    fn what_is_derived_can_be_read_wherever_ink_can() {
        let report = Report::default();
        let entry = |text: &str| {
            let source = std::sync::Arc::new(super::super::problem::Source {
                name: "a".to_owned(),
                text: String::new(),
                folder: Default::default(),
            });
            let value = Colour::from_text(text).unwrap();
            Entry::Given(super::super::table::Given { value, at: Place::new(&source, 0..0) })
        };
        for (ink, paper) in
            [("#000000", "#FFFFFF"), ("#333300", "#FFF4E0"), ("#FFFFFF", "#5A0030"), ("#595959", "#FFFFFF")]
        {
            let raw =
                RawPalette { ink: entry(ink), paper: entry(paper), accent: entry(ink), wash: entry(paper) };
            let palette = raw.checked(&Palette::LIGHT, &report).unwrap();
            assert!(
                palette.quiet.contrast(palette.paper) >= TEXT
                    && palette.edge.contrast(palette.paper) >= GRAPHICS
            );
        }
        assert!(report.is_empty());
    }
}
