//! In: a vendor that a visitor asked to load once. Out: a signed text that says so for a minute,
//! and the vendor where such a text comes back in time. It names no visitor.

use super::keys::{Keys, Use};

/// How long "load once" waits for its navigation, in seconds.
pub(super) const LIFETIME: i64 = 60;

const FORMAT: &str = "1";

/// Writes the cookie's value, valid for [`LIFETIME`] from `now` (seconds since 1970).
pub(super) fn issue(keys: &Keys, site: &str, vendor: &str, now: i64) -> String {
    let payload = format!("{FORMAT}.{vendor}.{}", now.saturating_add(LIFETIME));
    let signature = keys.sign(Use::Once, &[site, &payload]);
    format!("{payload}.{signature}")
}

/// The vendor, where the text was signed for `site` and its minute is not over. One that would
/// last longer than a minute from now was signed before the clock was set back: as none.
pub(super) fn read(keys: &Keys, site: &str, value: &str, now: i64) -> Option<String> {
    let (signed, signature) = value.rsplit_once('.')?;
    if !keys.verifies(Use::Once, &[site, signed], signature) {
        return None;
    }
    let fields: Vec<&str> = signed.split('.').collect();
    let &[FORMAT, vendor, ends] = fields.as_slice() else { return None };
    let left = ends.parse::<i64>().ok()?.saturating_sub(now);
    (1..=LIFETIME).contains(&left).then(|| vendor.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_for_a_minute_on_its_site() {
        let keys = Keys::ephemeral().unwrap();
        let value = issue(&keys, "clinic", "youtube", 1_000);
        let at = |now| read(&keys, "clinic", &value, now);
        assert_eq!(at(1_000).as_deref(), Some("youtube"));
        assert_eq!(at(1_059).as_deref(), Some("youtube"));
        assert_eq!(at(1_060), None);
        assert_eq!(at(999), None);
        assert_eq!(read(&keys, "other", &value, 1_000), None);
    }

    #[test]
    fn changed_texts_are_none() {
        let keys = Keys::ephemeral().unwrap();
        let value = issue(&keys, "clinic", "youtube", 1_000);
        for changed in [value.replace("youtube", "hotjar"), value.replace("1060", "1061"), String::new()] {
            assert_eq!(read(&keys, "clinic", &changed, 1_000), None, "{changed}");
        }
    }
}
