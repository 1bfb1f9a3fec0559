//! In: the paths that a survey of the site found. Out: the templates that they suggest, as `/medecins/{…}`: many pages of
//! one shape under one parent. They wait for the operator, and hold nothing of the pages that they stand for.

use std::collections::{BTreeMap, BTreeSet};

use super::page_list::{ANY, page_segments};
use super::shapes::{folded, may_be_a_page, words};

/// So many pages of one shape are a list of things; fewer are pages of the site's own plan.
const SIBLINGS: usize = 12;
/// Suggestions kept of one site.
pub const MOST_SUGGESTED: usize = 50;

/// What is alike in the names of people, of articles or of places: how many words, and whether there are numbers. Names
/// that would be kept out of the list are one shape more.
type Shape = (usize, bool, bool);

/// The templates that these paths suggest, the largest first, without those of the config.
pub fn suggested_templates(found: &[String], config: &[String]) -> Vec<String> {
    let mut siblings: BTreeMap<(String, Shape), BTreeSet<String>> = BTreeMap::new();
    for path in found {
        let segments = page_segments(path);
        for at in 1..segments.len() {
            if let Some((template, value)) = opened(&segments, at) {
                siblings.entry((template, shape(&value))).or_default().insert(value);
            }
        }
    }
    let known: BTreeSet<String> =
        config.iter().map(|page| format!("/{}", page_segments(page).join("/"))).collect();
    let many = siblings.into_iter().filter(|(_, values)| values.len() >= SIBLINGS);
    let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
    for ((template, _), values) in many.filter(|((template, _), _)| !known.contains(template)) {
        *sizes.entry(template).or_default() += values.len();
    }
    let mut templates: Vec<(String, usize)> = sizes.into_iter().collect();
    templates.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    templates.into_iter().take(MOST_SUGGESTED).map(|(template, _)| template).collect()
}

/// The template with its segment `at` left open, and what stood there; `None` where the rest could hold a person's data.
fn opened(segments: &[String], at: usize) -> Option<(String, String)> {
    let value = segments.get(at)?.clone();
    let (before, after) = (segments.get(..at)?, segments.get(at + 1..)?);
    let rest = [before, after].concat();
    let template = [before, &[ANY.to_owned()][..], after].concat();
    may_be_a_page(&rest).then(|| (format!("/{}", template.join("/")), value))
}

fn shape(value: &str) -> Shape {
    let folded = folded(value);
    let has_digits = folded.chars().any(|c| c.is_ascii_digit());
    (words(&folded).count(), has_digits, may_be_a_page(&[value.to_owned()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTERS: &str = "abcdefghijklmnop";

    fn suggested(found: &[String]) -> Vec<String> {
        suggested_templates(found, &["/nouvelles/{…}".to_owned()])
    }

    fn many(of: impl Fn(char) -> String) -> Vec<String> {
        LETTERS.chars().map(of).collect()
    }

    #[test]
    fn many_of_one_shape_under_one_parent_suggest_a_template() {
        assert_eq!(suggested(&many(|c| format!("/fr/medecins/docteur-{c}oy"))), ["/fr/medecins/{…}"]);
        assert_eq!(suggested(&many(|c| format!("/medecins/{c}oy/horaire"))), ["/medecins/{…}/horaire"]);
        assert_eq!(suggested(&many(|c| format!("/patient/tremblay-{c}"))), ["/patient/{…}"], "names no one");
    }

    #[test]
    fn few_different_known_and_top_level_pages_suggest_nothing() {
        let few = many(|c| format!("/services/soin-{c}a"))[..SIBLINGS - 1].to_vec();
        assert!(suggested(&few).is_empty());
        let different =
            many(|c| format!("/services/{}", vec![c.to_string(); usize::from(c as u8 % 4) + 1].join("-")));
        assert!(suggested(&different).is_empty());
        assert!(suggested(&many(|c| format!("/nouvelles/article-{c}"))).is_empty(), "the config has it");
        assert!(suggested(&many(|c| format!("/page-{c}"))).is_empty(), "it would cover the whole site");
    }

    #[test]
    fn what_a_template_keeps_is_nobodys() {
        assert!(suggested(&many(|c| format!("/patient/tremblay/{c}isite-x"))).is_empty());
        assert!(suggested(&many(|c| format!("/dossier/TREJ12345678/{c}isite-x"))).is_empty());
        let found = many(|c| format!("/medecins/docteur-{c}oy"));
        assert!(suggested(&found).iter().all(|template| !template.contains("oy")));
    }

    #[test]
    fn suggestions_are_bounded() {
        let found: Vec<String> = LETTERS
            .chars()
            .flat_map(|one| LETTERS.chars().map(move |two| (one, two)))
            .flat_map(|(one, two)| many(move |c| format!("/liste-{one}o{two}o/article-{c}o")))
            .collect();
        assert_eq!(suggested(&found).len(), MOST_SUGGESTED);
    }
}
