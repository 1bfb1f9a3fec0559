//! In: which client hints the origin asks browsers for. Out: only those that do not tell one visitor
//! from another. `Critical-CH` would even make the browser ask again before it shows anything.

use http::{HeaderMap, HeaderValue};

const ASKED: [&str; 2] = ["accept-ch", "critical-ch"];

/// The low-entropy hints of User-Agent Client Hints, and those a page is laid out by.
const LOW_ENTROPY: [&str; 7] = [
    "sec-ch-ua",
    "sec-ch-ua-mobile",
    "sec-ch-ua-platform",
    "sec-ch-prefers-color-scheme",
    "sec-ch-prefers-reduced-motion",
    "sec-ch-prefers-reduced-transparency",
    "save-data",
];

/// Removes the others from both lists.
pub(super) fn clean(headers: &mut HeaderMap) {
    for name in ASKED {
        let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
        let tokens = lines.flat_map(|line| line.split(',')).map(str::trim);
        let kept: Vec<&str> =
            tokens.filter(|hint| LOW_ENTROPY.iter().any(|low| low.eq_ignore_ascii_case(hint))).collect();
        let value = HeaderValue::from_str(&kept.join(", ")).ok().filter(|value| !value.is_empty());
        match value {
            Some(value) => drop(headers.insert(name, value)),
            None => drop(headers.remove(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_low_entropy_hints_are_asked_for() {
        let given = [
            ("accept-ch", "Sec-CH-UA-Model, Sec-CH-UA-Mobile"),
            ("accept-ch", "DPR"),
            ("critical-ch", "Sec-CH-UA-Arch"),
        ];
        let mut headers: HeaderMap =
            given.into_iter().map(|(n, v)| (n.parse().unwrap(), HeaderValue::from_static(v))).collect();
        clean(&mut headers);
        let kept: Vec<_> = headers.iter().map(|(n, v)| (n.as_str(), v.to_str().unwrap())).collect();
        assert_eq!(kept, [("accept-ch", "Sec-CH-UA-Mobile")]);
    }
}
