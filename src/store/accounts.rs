//! In: names, roles and passwords. Out: accounts, and whether a password is right. Passwords are kept
//! as argon2id hashes; sessions are not kept here at all.

use argon2::password_hash::{self, PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use rusqlite::{OptionalExtension as _, params};
use thiserror::Error;

use super::database::{Store, StoreError};

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything, accounts too.
    Operator,
    /// The privacy officer: every page, the ledger and the logs; changes nothing.
    Officer,
    /// Released counts and their exports.
    Marketer,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 3] = [Role::Operator, Role::Officer, Role::Marketer];

    /// As commands and the database write it.
    pub const fn id(self) -> &'static str {
        match self {
            Role::Operator => "operator",
            Role::Officer => "officer",
            Role::Marketer => "marketer",
        }
    }

    /// The role of an id.
    pub fn from_id(id: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.id() == id)
    }
}

/// Who may log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    pub role: Role,
    /// Seconds since the epoch.
    pub created_at: i64,
}

/// Why an account was not made or changed.
#[derive(Debug, Error)]
pub enum AccountError {
    #[error("there is an account of this name already")]
    Taken,
    #[error("a name has 1 to 64 letters, digits, dots, dashes, underscores or @")]
    Name,
    #[error("a password has at least {MIN_PASSWORD} characters and at most {MAX_PASSWORD} bytes")]
    Password,
    #[error("the system gives no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
    #[error("the password could not be hashed: {0}")]
    Hash(password_hash::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Characters of a password, at least (NIST SP 800-63B-4 asks 15 of one used alone; 12 with lock-out).
pub const MIN_PASSWORD: usize = 12;
/// Bytes of a password, at most: longer ones would only cost time.
const MAX_PASSWORD: usize = 1_024;
const SALT_BYTES: usize = 16;

impl Store {
    /// Makes an account.
    ///
    /// # Errors
    /// Where the name is taken or unfit, the password too short, or the database away.
    pub fn add_account(&self, name: &str, role: Role, password: &str) -> Result<(), AccountError> {
        let fit = |c: char| c.is_alphanumeric() || ".-_@".contains(c);
        if name.is_empty() || name.chars().count() > 64 || !name.chars().all(fit) {
            return Err(AccountError::Name);
        }
        let hash = hashed(password)?;
        let insert =
            "INSERT OR IGNORE INTO account (name, role, password, created_at) VALUES (?1, ?2, ?3, ?4)";
        let values = params![name, role.id(), hash, self.clock.seconds()];
        match self.connection().execute(insert, values).map_err(StoreError::from)? {
            0 => Err(AccountError::Taken),
            _ => Ok(()),
        }
    }

    /// Removes an account; false where there is none of this name.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn remove_account(&self, name: &str) -> Result<bool, StoreError> {
        Ok(self.connection().execute("DELETE FROM account WHERE name = ?1", params![name])? > 0)
    }

    /// Changes a password; false where there is no such account.
    ///
    /// # Errors
    /// Where the password is too short or the database away.
    pub fn change_password(&self, name: &str, password: &str) -> Result<bool, AccountError> {
        let hash = hashed(password)?;
        let update = "UPDATE account SET password = ?2 WHERE name = ?1";
        let changed = self.connection().execute(update, params![name, hash]);
        Ok(changed.map_err(StoreError::from)? > 0)
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let connection = self.connection();
        let mut query =
            connection.prepare_cached("SELECT name, role, created_at FROM account ORDER BY name")?;
        let accounts = query.query_map([], |row| {
            Ok(Account { name: row.get(0)?, role: role(&row.get::<_, String>(1)?), created_at: row.get(2)? })
        })?;
        Ok(accounts.collect::<Result<_, _>>()?)
    }

    /// The account of this name; `None` where there is none. For a session whose account may have
    /// been removed or changed since.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn account(&self, name: &str) -> Result<Option<Account>, StoreError> {
        Ok(self.with_hash(name)?.map(|(account, _)| account))
    }

    /// The account, where name and password are right. Takes as long where the name is unknown. It
    /// takes tens of milliseconds: call it where blocking is allowed.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn log_in(&self, name: &str, password: &str) -> Result<Option<Account>, StoreError> {
        let found = self.with_hash(name)?;
        let hash = found.as_ref().map_or(NOBODYS, |(_, hash)| hash);
        let right = password.len() <= MAX_PASSWORD && verifies(password, hash);
        Ok(found.filter(|_| right).map(|(account, _)| account))
    }

    fn with_hash(&self, name: &str) -> Result<Option<(Account, String)>, StoreError> {
        let query = "SELECT name, role, created_at, password FROM account WHERE name = ?1";
        let found = self.connection().query_row(query, params![name], |row| {
            let role = role(&row.get::<_, String>(1)?);
            Ok((Account { name: row.get(0)?, role, created_at: row.get(2)? }, row.get(3)?))
        });
        Ok(found.optional()?)
    }
}

/// A role that a later program has added may here do the least.
fn role(id: &str) -> Role {
    Role::from_id(id).unwrap_or(Role::Marketer)
}

/// Compared with where nobody has the name: a hash with the same costs that no password has.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$\
                       AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Argon2id with 19 MiB and two passes, as OWASP's password storage sheet gives it.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

fn hashed(password: &str) -> Result<String, AccountError> {
    if password.chars().count() < MIN_PASSWORD || password.len() > MAX_PASSWORD {
        return Err(AccountError::Password);
    }
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt)?;
    let salt = SaltString::encode_b64(&salt).map_err(AccountError::Hash)?;
    let hash = argon2().hash_password(password.as_bytes(), &salt).map_err(AccountError::Hash)?;
    Ok(hash.to_string())
}

fn verifies(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    const PASSWORD: &str = "correct horse battery";

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("paravent.db"), Clock::set_to(5)).unwrap();
        (folder, store)
    }

    #[test]
    fn only_the_right_password_opens() {
        let (_folder, store) = store();
        store.add_account("amina", Role::Marketer, PASSWORD).unwrap();
        let account = Account { name: "amina".to_owned(), role: Role::Marketer, created_at: 5 };
        assert_eq!(store.log_in("amina", PASSWORD).unwrap(), Some(account.clone()));
        assert_eq!(store.log_in("amina", "correct horse batterY").unwrap(), None);
        assert_eq!(store.log_in("nobody", PASSWORD).unwrap(), None);
        assert_eq!(store.accounts().unwrap(), [account]);
    }

    #[test]
    fn an_unknown_name_costs_a_hash_too() {
        let parsed = PasswordHash::new(NOBODYS).unwrap();
        let real = hashed(PASSWORD).unwrap();
        assert_eq!(PasswordHash::new(&real).unwrap().params, parsed.params);
        assert!(parsed.hash.is_some_and(|hash| hash.len() == 32));
        assert!(!verifies("", NOBODYS));
    }

    #[test]
    fn accounts_change_and_go() {
        let (_folder, store) = store();
        store.add_account("amina", Role::Operator, PASSWORD).unwrap();
        assert!(matches!(store.add_account("amina", Role::Officer, PASSWORD), Err(AccountError::Taken)));
        assert!(store.change_password("amina", "another long one").unwrap());
        assert!(!store.change_password("nobody", "another long one").unwrap());
        assert!(store.log_in("amina", PASSWORD).unwrap().is_none());
        assert!(store.account("amina").unwrap().is_some());
        assert!(store.remove_account("amina").unwrap() && !store.remove_account("amina").unwrap());
        assert!(store.log_in("amina", "another long one").unwrap().is_none());
    }

    #[test]
    fn unfit_names_and_short_passwords_are_refused() {
        let (_folder, store) = store();
        for name in ["", "a b", "a\u{0}", &"x".repeat(65)] {
            assert!(matches!(store.add_account(name, Role::Officer, PASSWORD), Err(AccountError::Name)));
        }
        let short = store.add_account("amina", Role::Officer, "elevenchars");
        assert!(matches!(short, Err(AccountError::Password)));
    }

    #[test]
    fn no_password_is_on_disk() {
        let (folder, store) = store();
        store.add_account("amina", Role::Marketer, PASSWORD).unwrap();
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(memchr::memmem::find(&bytes, PASSWORD.as_bytes()).is_none());
        }
    }
}
