//! In: a database of any earlier version. Out: the same at the newest, each step whole or not at all.

use rusqlite::{Connection, TransactionBehavior};

use super::database::StoreError;

/// In order; the database's `user_version` is how many it has had. Never edited, only added to.
const STEPS: &[&str] = &[
    include_str!("migrations/0001_counts.sql"),
    include_str!("migrations/0002_accounts.sql"),
    include_str!("migrations/0003_seen_hosts.sql"),
    include_str!("migrations/0004_receipts.sql"),
    include_str!("migrations/0005_seen.sql"),
    include_str!("migrations/0006_page_templates.sql"),
];

const NEWEST: u32 = STEPS.len() as u32;

/// Takes the steps that are missing.
///
/// # Errors
/// Where a step fails, or the database is of a newer program.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    // Taken at once, so that two processes that start together do not both take a step.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let had: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if had > NEWEST {
        return Err(StoreError::Newer { version: had, known: NEWEST });
    }
    for step in STEPS.iter().skip(had as usize) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", NEWEST)?;
    Ok(transaction.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_taken_once_and_a_newer_database_is_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        migrate(&mut connection).unwrap();
        connection.pragma_update(None, "user_version", NEWEST + 1).unwrap();
        assert!(matches!(migrate(&mut connection), Err(StoreError::Newer { .. })));
    }

    #[test]
    fn an_older_database_catches_up() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(STEPS[0]).unwrap();
        connection.pragma_update(None, "user_version", 1).unwrap();
        migrate(&mut connection).unwrap();
        let accounts: i64 =
            connection.query_row("SELECT count(*) FROM account", [], |row| row.get(0)).unwrap();
        assert_eq!(accounts, 0);
    }

    #[test]
    fn hosts_that_were_seen_before_cookies_were_are_kept() {
        let mut connection = Connection::open_in_memory().unwrap();
        STEPS[..4].iter().for_each(|step| connection.execute_batch(step).unwrap());
        connection.pragma_update(None, "user_version", 4).unwrap();
        connection
            .execute_batch("INSERT INTO seen_host VALUES ('clinic', 'a.example', 'page', 1, 2, 3)")
            .unwrap();
        migrate(&mut connection).unwrap();
        let kept: (String, i64) = connection
            .query_row("SELECT name, last_day FROM seen WHERE site = 'clinic' AND kind = 'host'", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert_eq!(kept, ("a.example".to_owned(), 2));
    }
}
