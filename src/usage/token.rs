//! In: what little of a request tells one visitor's requests of a day from another's. Out: the
//! [`DayToken`], a number that means nothing without the day's key. Nothing of the input is kept;
//! the key lives in memory and in the checkpoint, and is overwritten when the day closes.

use std::hash::Hasher as _;

use siphasher::sip128::{Hasher128 as _, SipHasher24};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::policy::Day;

/// The random 256-bit key of one site's day.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct DayKey([u8; KEY_BYTES]);

pub(super) const KEY_BYTES: usize = 32;

/// Who asks, for as long as it takes to make a token. Borrowed, never kept.
#[derive(Clone, Copy)]
pub struct Identity<'a> {
    /// The truncated network, as text.
    pub network: &'a str,
    pub user_agent: &'a str,
    pub accept_language: &'a str,
}

/// The same for the same [`Identity`] on the same site and day; unrelated otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Zeroize)]
pub struct DayToken {
    pub(super) bits: u128,
    pub(super) day: u32,
}

impl DayKey {
    /// # Errors
    /// Where the system gives no randomness.
    pub(super) fn random() -> Result<DayKey, getrandom::Error> {
        let mut key = DayKey([0; KEY_BYTES]);
        getrandom::fill(&mut key.0)?;
        Ok(key)
    }

    pub(super) fn from_bytes(bytes: &[u8; KEY_BYTES]) -> DayKey {
        DayKey(*bytes)
    }

    pub(super) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    /// SipHash-2-4-128 nested under both halves of the key, over fields that carry their lengths.
    pub(super) fn token(&self, site: &str, day: Day, identity: Identity<'_>) -> DayToken {
        let (inner, outer) = self.0.split_at(KEY_BYTES / 2);
        let mut hasher = SipHasher24::new_with_key(&half(inner));
        for field in [site, identity.network, identity.user_agent, identity.accept_language] {
            hasher.write_u64(field.len() as u64);
            hasher.write(field.as_bytes());
        }
        let first = u128::from(hasher.finish128());
        let mut hasher = SipHasher24::new_with_key(&half(outer));
        hasher.write(&first.to_le_bytes());
        DayToken { bits: u128::from(hasher.finish128()), day: day.0 }
    }
}

fn half(bytes: &[u8]) -> [u8; KEY_BYTES / 2] {
    let mut key = [0; KEY_BYTES / 2];
    key.copy_from_slice(bytes);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHO: Identity<'static> =
        Identity { network: "192.0.2.0", user_agent: "Mozilla/5.0", accept_language: "fr-CA,fr;q=0.9" };

    #[test]
    fn the_same_visitor_is_the_same_within_a_day_and_a_site_only() {
        let (today, tomorrow) = (DayKey::random().unwrap(), DayKey::random().unwrap());
        let token = today.token("clinic", Day(1), WHO);
        assert!(token == today.token("clinic", Day(1), WHO));
        assert!(token.bits != today.token("other", Day(1), WHO).bits, "another site");
        assert!(token.bits != tomorrow.token("clinic", Day(2), WHO).bits, "another day's key");
        let elsewhere = Identity { network: "198.51.100.0", ..WHO };
        assert!(token.bits != today.token("clinic", Day(1), elsewhere).bits, "another network");
    }

    #[test]
    fn fields_cannot_run_into_each_other() {
        let key = DayKey::from_bytes(&[7; KEY_BYTES]);
        let one = Identity { network: "a", user_agent: "bc", accept_language: "" };
        let two = Identity { network: "ab", user_agent: "c", accept_language: "" };
        assert!(key.token("s", Day(1), one) != key.token("s", Day(1), two));
    }

    #[test]
    fn each_half_of_the_key_matters() {
        let token = |at: usize| {
            let mut bytes = [7; KEY_BYTES];
            bytes[at] = 8;
            DayKey::from_bytes(&bytes).token("s", Day(1), WHO).bits
        };
        assert!(token(0) != token(1) && token(16) != token(17) && token(0) != token(16));
    }
}
