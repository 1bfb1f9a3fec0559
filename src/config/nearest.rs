//! In: a word that is not known, and those that are. Out: the one that was probably meant. Knows
//! nothing of what the words stand for.

/// The known word that takes the fewest edits, if it is near enough to be meant.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase().replace('_', "-");
    known
        .into_iter()
        .map(|candidate| (edits(&word, &candidate.replace('_', "-")), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().min(word.len()) / 3 + 1)
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, candidate)| *distance < candidate.chars().count())
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance; two neighbours that changed places count as two edits.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, letter) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_hand_is_recognised() {
        let known = ["hosts", "origin", "sensitive_paths", "languages"];
        assert_eq!(nearest("host", known), Some("hosts"));
        assert_eq!(nearest("orgin", known), Some("origin"));
        assert_eq!(nearest("sensitive-path", known), Some("sensitive_paths"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("x", ["y"]), None);
    }
}
