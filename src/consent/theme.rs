//! In: a site's colours. Out: the style sheet that gives them to everything Paravent draws there, and
//! the sheets that a page or fragment refers to. It sets the custom properties that all buttons share
//! and nothing else.

use super::PageView;
use super::assets::File;
use crate::config::{Palette, Site};

/// The site's own sheet, where it has colours of its own.
pub(super) fn theme(site: &Site) -> Option<File> {
    let by = |when: &str, palette: &Option<Palette>| {
        let properties = properties(palette.as_ref()?);
        Some(format!("@media (prefers-color-scheme:{when}){{:root,:host > *{{{properties}}}}}"))
    };
    let media: Vec<String> =
        [by("light", &site.theme.light), by("dark", &site.theme.dark)].into_iter().flatten().collect();
    (!media.is_empty()).then(|| File::style("theme", media.concat()))
}

/// Path and `integrity` of the sheets to refer to, in their order.
pub(super) fn sheets(view: &PageView<'_>, own: &File) -> Vec<(String, String)> {
    let at = |file: &File| format!("{}{}", view.own_origin, file.path(view.site));
    let sheet = |file: &File| (at(file), file.integrity.clone());
    std::iter::once(sheet(own)).chain(theme(view.site).iter().map(sheet)).collect()
}

fn properties(palette: &Palette) -> String {
    let Palette { ink, quiet, paper, wash, line, edge, accent } = palette;
    format!(
        "--ink:{ink};--quiet:{quiet};--paper:{paper};--wash:{wash};--line:{line};--edge:{edge};\
         --accent:{accent};--on-accent:{paper}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Colour, Theme};
    use crate::consent::fixture::Fixture;
    use crate::consent::{OriginPolicy, banner};

    fn themed() -> Fixture {
        let mut fixture = Fixture::quebec();
        let accent = Colour([0x7A, 0x1F, 0x5C]);
        fixture.site.theme = Theme { light: Some(Palette { accent, ..Palette::LIGHT }), dark: None };
        fixture
    }

    #[test]
    fn the_tokens_file_and_the_palettes_say_the_same() {
        let tokens = include_str!("assets/tokens.css").replace(' ', "");
        for palette in [Palette::LIGHT, Palette::DARK] {
            for property in properties(&palette).split(';') {
                assert!(tokens.contains(&format!("{property};")), "{property}");
            }
        }
    }

    #[test]
    fn a_theme_is_inline_or_a_sheet_of_its_own_that_is_served() {
        let fixture = themed();
        let decision = fixture.unasked();
        let view = fixture.view("fr", &decision);
        assert!(banner(&view).contains("--accent:#7A1F5C"));
        let linked = banner(&PageView { origin_policy: OriginPolicy::Present { nonce: None }, ..view });
        let file = theme(&fixture.site).unwrap();
        assert!(!linked.contains("#7A1F5C") && linked.contains(&file.path(&fixture.site)));
        assert_eq!(crate::consent::asset(&fixture.site, &file.name).unwrap().bytes, file.text.as_bytes());
        assert!(crate::consent::asset(&Fixture::quebec().site, &file.name).is_none());
    }

    #[test]
    fn a_theme_sets_shared_properties_and_nothing_else() {
        let text = theme(&themed().site).unwrap().text;
        assert!(text.split([';', '{', '}']).all(|piece| {
            piece.is_empty()
                || piece.starts_with("--")
                || piece.starts_with("@media")
                || piece == ":root,:host > *"
        }));
    }
}
