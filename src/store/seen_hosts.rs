//! In: hosts that a site's pages use, already cut and above the threshold. Out: the same with the first
//! and the last day. Bounded for each site, and purged by day.

use rusqlite::{Transaction, TransactionBehavior, params};

use super::database::{Store, StoreError};
use super::purge_log::note_purge;
use crate::policy::Day;

/// Hosts kept of one site.
const MOST_HOSTS: u32 = 500;

/// A host that is unknown or not offered, and where it was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenHost {
    /// The site's name.
    pub site: String,
    /// A registrable host, or a host pattern of the catalogue.
    pub host: String,
    /// The directive that refused it, or `page`.
    pub directive: String,
    pub first: Day,
    pub last: Day,
    /// At least so many reports on its busiest day.
    pub reports: u16,
}

impl Store {
    /// Keeps what was seen: a known host's days become wider and its reports more, never less.
    ///
    /// # Errors
    /// Where the database cannot be written; then nothing of it is kept.
    pub fn note_seen(&self, seen: &[SeenHost]) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for host in seen {
            upsert(&transaction, host)?;
        }
        let mut sites: Vec<&str> = seen.iter().map(|host| host.site.as_str()).collect();
        sites.sort_unstable();
        sites.dedup();
        for site in sites {
            trim(&transaction, site)?;
        }
        Ok(transaction.commit()?)
    }

    /// What was seen on a site's pages, by host and directive.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn seen_hosts(&self, site: &str) -> Result<Vec<SeenHost>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "SELECT site, host, directive, first_day, last_day, reports FROM seen_host \
             WHERE site = ?1 ORDER BY host, directive",
        )?;
        let seen = query.query_map(params![site], |row| {
            Ok(SeenHost {
                site: row.get(0)?,
                host: row.get(1)?,
                directive: row.get(2)?,
                first: Day(row.get(3)?),
                last: Day(row.get(4)?),
                reports: row.get(5)?,
            })
        })?;
        Ok(seen.collect::<Result<_, _>>()?)
    }

    /// Deletes what was last seen before `before`, and says how much. Nothing of it is left in the
    /// write-ahead file.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn purge_seen(&self, before: Day) -> Result<usize, StoreError> {
        let today = self.clock.today();
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let purged = transaction.execute("DELETE FROM seen_host WHERE last_day < ?1", params![before.0])?;
        note_purge(&transaction, today, "seen hosts", purged)?;
        transaction.commit()?;
        drop(connection);
        if purged > 0 {
            self.leave_no_trace()?;
        }
        Ok(purged)
    }
}

fn upsert(transaction: &Transaction<'_>, seen: &SeenHost) -> Result<(), StoreError> {
    let values = params![seen.site, seen.host, seen.directive, seen.first.0, seen.last.0, seen.reports];
    transaction
        .prepare_cached(
            "INSERT INTO seen_host (site, host, directive, first_day, last_day, reports) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET \
             first_day = min(first_day, excluded.first_day), \
             last_day = max(last_day, excluded.last_day), \
             reports = max(reports, excluded.reports)",
        )?
        .execute(values)?;
    Ok(())
}

/// Of too many hosts those go that were not seen for the longest time, the rarest first.
fn trim(transaction: &Transaction<'_>, site: &str) -> Result<(), StoreError> {
    transaction.execute(
        "DELETE FROM seen_host WHERE site = ?1 AND host NOT IN \
         (SELECT host FROM seen_host WHERE site = ?1 GROUP BY host \
          ORDER BY max(last_day) DESC, max(reports) DESC, host LIMIT ?2)",
        params![site, MOST_HOSTS],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("paravent.db"), Clock::set_to(0)).unwrap();
        (folder, store)
    }

    fn seen(host: &str, day: u32, reports: u16) -> SeenHost {
        SeenHost {
            site: "clinic".to_owned(),
            host: host.to_owned(),
            directive: "img-src".to_owned(),
            first: Day(day),
            last: Day(day),
            reports,
        }
    }

    #[test]
    fn days_widen_and_reports_grow() {
        let (_folder, store) = store();
        for (day, reports) in [(10, 30), (12, 3), (11, 10)] {
            store.note_seen(&[seen("a.example", day, reports)]).unwrap();
        }
        let kept = SeenHost { first: Day(10), last: Day(12), ..seen("a.example", 0, 30) };
        assert_eq!(store.seen_hosts("clinic").unwrap(), [kept]);
        assert_eq!(store.seen_hosts("other").unwrap(), []);
    }

    #[test]
    fn a_site_has_a_bounded_number_of_hosts_and_the_oldest_go() {
        let (_folder, store) = store();
        let many: Vec<SeenHost> = (0..MOST_HOSTS).map(|n| seen(&format!("h{n}.example"), 10, 3)).collect();
        store.note_seen(&many).unwrap();
        store
            .note_seen(&[seen("new.example", 11, 3), SeenHost { reports: 10, ..seen("h7.example", 10, 3) }])
            .unwrap();
        let hosts: Vec<String> =
            store.seen_hosts("clinic").unwrap().into_iter().map(|seen| seen.host).collect();
        assert_eq!(hosts.len(), MOST_HOSTS as usize);
        assert!(hosts.contains(&"new.example".to_owned()) && hosts.contains(&"h7.example".to_owned()));
        assert!(!hosts.contains(&"h99.example".to_owned()));
    }

    #[test]
    fn what_is_old_is_purged_and_leaves_no_trace() {
        let (folder, store) = store();
        store.note_seen(&[seen("canary-old.example", 9, 3), seen("new.example", 10, 3)]).unwrap();
        assert_eq!(store.purge_seen(Day(10)).unwrap(), 1);
        assert_eq!(store.seen_hosts("clinic").unwrap().len(), 1);
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(memchr::memmem::find(&bytes, b"canary-old").is_none());
        }
    }
}
