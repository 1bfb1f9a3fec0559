//! In: attempts to log in. Out: whether one may be made. Ten wrong passwords for a name close it for
//! a quarter of an hour, whether there is such an account or not; and all strangers together have a
//! few attempts a minute, which bounds the table and the work.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};

/// Wrong passwords for one name before it is closed.
const WRONG: u32 = 10;
/// Seconds it stays closed, and after which wrong passwords are forgotten.
const CLOSED: i64 = 15 * 60;
/// Attempts a minute over all names.
const A_MINUTE: u32 = 40;

/// Attempts of late.
#[derive(Default)]
pub(super) struct Throttle(Mutex<Attempts>);

#[derive(Default)]
struct Attempts {
    /// By the name's hash: names may be of any length.
    names: HashMap<[u8; 32], Tries>,
    minute: i64,
    in_minute: u32,
    refused: u64,
}

#[derive(Clone, Copy)]
struct Tries {
    wrong: u32,
    last: i64,
}

impl Throttle {
    /// Whether a password may be tried for `name`; else the seconds to wait. The attempt counts as
    /// wrong until [`Throttle::was_right`] says otherwise, so that attempts made at the same time
    /// are counted too.
    pub(super) fn admit(&self, name: &str, now: i64) -> Result<(), i64> {
        let mut attempts = self.lock();
        attempts.names.retain(|_, tries| now - tries.last < CLOSED);
        let known = attempts.names.get(&key(name)).copied().unwrap_or(Tries { wrong: 0, last: now });
        if known.wrong >= WRONG {
            attempts.refused += 1;
            return Err((known.last + CLOSED - now).clamp(1, CLOSED));
        }
        if attempts.minute != now / 60 {
            (attempts.minute, attempts.in_minute) = (now / 60, 0);
        }
        if attempts.in_minute >= A_MINUTE {
            attempts.refused += 1;
            return Err(60 - now.rem_euclid(60));
        }
        attempts.in_minute += 1;
        attempts.names.insert(key(name), Tries { wrong: known.wrong + 1, last: now });
        Ok(())
    }

    /// Forgets what was wrong before.
    pub(super) fn was_right(&self, name: &str) {
        self.lock().names.remove(&key(name));
    }

    /// Attempts that were not let through to a password, since the start.
    pub(super) fn refused(&self) -> u64 {
        self.lock().refused
    }

    fn lock(&self) -> MutexGuard<'_, Attempts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(name: &str) -> [u8; 32] {
    Sha256::digest(name.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_wrong_passwords_close_a_name_for_a_quarter_of_an_hour() {
        let throttle = Throttle::default();
        for at in 0..10 {
            assert_eq!(throttle.admit("amina", at), Ok(()));
        }
        assert_eq!(throttle.admit("amina", 10), Err(CLOSED - 1));
        assert_eq!(throttle.admit("other", 10), Ok(()));
        assert_eq!(throttle.admit("amina", 9 + CLOSED - 1), Err(1));
        assert_eq!(throttle.admit("amina", 9 + CLOSED), Ok(()));
        assert_eq!(throttle.refused(), 2);
    }

    #[test]
    fn a_right_password_forgets_the_wrong_ones() {
        let throttle = Throttle::default();
        for _ in 0..9 {
            throttle.admit("amina", 0).unwrap();
        }
        throttle.was_right("amina");
        assert_eq!(throttle.admit("amina", 1), Ok(()));
        assert_eq!(throttle.admit("amina", 1), Ok(()));
    }

    #[test]
    fn all_names_together_have_a_budget_too() {
        let throttle = Throttle::default();
        for n in 0..A_MINUTE {
            throttle.admit(&n.to_string(), 0).unwrap();
        }
        assert_eq!(throttle.admit("amina", 20), Err(40));
        assert_eq!(throttle.admit("amina", 60), Ok(()));
    }
}
