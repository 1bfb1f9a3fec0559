//! In: hosts that a site's pages use, cookies that nobody listed and pages that a vendor was taken out of,
//! already cut and above the threshold. Out: the same with the first and the last day. Bounded for each site and kind, and purged by day.

use rusqlite::{Transaction, TransactionBehavior, params};

use super::database::{Store, StoreError};
use super::purge_log::note_purge;
use crate::policy::Day;

/// Hosts kept of one site, and as many cookies and pages.
const MOST_NAMES: u32 = 500;

/// What was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeenKind {
    /// A host that is unknown or not offered: registrable, or a host pattern of the catalogue.
    Host,
    /// A cookie that nobody listed: its name, with `*` for what may be an id.
    Cookie,
    /// A page that a vendor was taken out of, by its name in the closed list.
    Page,
}

impl SeenKind {
    const ALL: [SeenKind; 3] = [SeenKind::Host, SeenKind::Cookie, SeenKind::Page];

    const fn id(self) -> &'static str {
        match self {
            SeenKind::Host => "host",
            SeenKind::Cookie => "cookie",
            SeenKind::Page => "page",
        }
    }

    /// As the log of purges calls the class.
    const fn class(self) -> &'static str {
        match self {
            SeenKind::Host => "seen hosts",
            SeenKind::Cookie => "seen cookies",
            SeenKind::Page => "pages with something taken out",
        }
    }
}

/// A name, and what it was met with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The site's name.
    pub site: String,
    pub kind: SeenKind,
    pub name: String,
    /// Of a host, the directive that refused it, or `page`; of a cookie, `set-cookie` or `cookie`;
    /// of a page, the id of the vendor.
    pub place: String,
    pub first: Day,
    pub last: Day,
    /// At least so many reports on its busiest day.
    pub reports: u16,
}

impl Store {
    /// Keeps what was seen: what is known already gets wider days and more reports, never less.
    ///
    /// # Errors
    /// Where the database cannot be written; then nothing of it is kept.
    pub fn note_seen(&self, seen: &[Seen]) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for one in seen {
            upsert(&transaction, one)?;
        }
        let mut full: Vec<(&str, SeenKind)> = seen.iter().map(|one| (one.site.as_str(), one.kind)).collect();
        full.sort_unstable();
        full.dedup();
        for (site, kind) in full {
            trim(&transaction, site, kind)?;
        }
        Ok(transaction.commit()?)
    }

    /// What was seen on a site's pages, by name and place.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn seen(&self, site: &str, kind: SeenKind) -> Result<Vec<Seen>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "SELECT site, name, place, first_day, last_day, reports FROM seen \
             WHERE site = ?1 AND kind = ?2 ORDER BY name, place",
        )?;
        let seen = query.query_map(params![site, kind.id()], |row| {
            Ok(Seen {
                site: row.get(0)?,
                kind,
                name: row.get(1)?,
                place: row.get(2)?,
                first: Day(row.get(3)?),
                last: Day(row.get(4)?),
                reports: row.get(5)?,
            })
        })?;
        Ok(seen.collect::<Result<_, _>>()?)
    }

    /// Deletes what was last seen before `before`, and says of each class how much. Nothing of it is left in
    /// the write-ahead file.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn purge_seen(&self, before: Day) -> Result<Vec<(&'static str, usize)>, StoreError> {
        let today = self.clock.today();
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut purged = Vec::new();
        for kind in SeenKind::ALL {
            let old = "DELETE FROM seen WHERE kind = ?1 AND last_day < ?2";
            let count = transaction.execute(old, params![kind.id(), before.0])?;
            note_purge(&transaction, today, kind.class(), count)?;
            purged.push((kind.class(), count));
        }
        transaction.commit()?;
        drop(connection);
        if purged.iter().any(|(_, count)| *count > 0) {
            self.leave_no_trace()?;
        }
        Ok(purged)
    }
}

fn upsert(transaction: &Transaction<'_>, seen: &Seen) -> Result<(), StoreError> {
    let (kind, first, last) = (seen.kind.id(), seen.first.0, seen.last.0);
    let values = params![seen.site, kind, seen.name, seen.place, first, last, seen.reports];
    transaction
        .prepare_cached(
            "INSERT INTO seen (site, kind, name, place, first_day, last_day, reports) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET \
             first_day = min(first_day, excluded.first_day), \
             last_day = max(last_day, excluded.last_day), \
             reports = max(reports, excluded.reports)",
        )?
        .execute(values)?;
    Ok(())
}

/// Of too many names those go that were not seen for the longest time, the rarest first.
fn trim(transaction: &Transaction<'_>, site: &str, kind: SeenKind) -> Result<(), StoreError> {
    transaction.execute(
        "DELETE FROM seen WHERE site = ?1 AND kind = ?2 AND name NOT IN \
         (SELECT name FROM seen WHERE site = ?1 AND kind = ?2 GROUP BY name \
          ORDER BY max(last_day) DESC, max(reports) DESC, name LIMIT ?3)",
        params![site, kind.id(), MOST_NAMES],
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

    fn seen(host: &str, day: u32, reports: u16) -> Seen {
        Seen {
            site: "clinic".to_owned(),
            kind: SeenKind::Host,
            name: host.to_owned(),
            place: "img-src".to_owned(),
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
        let kept = Seen { first: Day(10), last: Day(12), ..seen("a.example", 0, 30) };
        assert_eq!(store.seen("clinic", SeenKind::Host).unwrap(), [kept]);
        assert_eq!(store.seen("other", SeenKind::Host).unwrap(), []);
    }

    #[test]
    fn a_site_has_a_bounded_number_of_names_and_the_oldest_go() {
        let (_folder, store) = store();
        let many: Vec<Seen> = (0..MOST_NAMES).map(|n| seen(&format!("h{n}.example"), 10, 3)).collect();
        store.note_seen(&many).unwrap();
        store
            .note_seen(&[seen("new.example", 11, 3), Seen { reports: 10, ..seen("h7.example", 10, 3) }])
            .unwrap();
        store.note_seen(&[Seen { kind: SeenKind::Cookie, ..seen("own", 10, 3) }]).unwrap();
        assert_eq!(store.seen("clinic", SeenKind::Cookie).unwrap().len(), 1);
        let hosts: Vec<String> =
            store.seen("clinic", SeenKind::Host).unwrap().into_iter().map(|seen| seen.name).collect();
        assert_eq!(hosts.len(), MOST_NAMES as usize);
        assert!(hosts.contains(&"new.example".to_owned()) && hosts.contains(&"h7.example".to_owned()));
        assert!(!hosts.contains(&"h99.example".to_owned()));
    }

    #[test]
    fn what_is_old_is_purged_and_leaves_no_trace() {
        let (folder, store) = store();
        store.note_seen(&[seen("canary-old.example", 9, 3), seen("new.example", 10, 3)]).unwrap();
        let cookie = Seen { kind: SeenKind::Cookie, ..seen("canary-old-cookie", 9, 3) };
        store.note_seen(&[cookie]).unwrap();
        assert_eq!(
            store.purge_seen(Day(10)).unwrap(),
            [("seen hosts", 1), ("seen cookies", 1), ("pages with something taken out", 0)]
        );
        assert_eq!(store.seen("clinic", SeenKind::Cookie).unwrap(), []);
        assert_eq!(store.seen("clinic", SeenKind::Host).unwrap().len(), 1);
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(memchr::memmem::find(&bytes, b"canary-old").is_none());
        }
    }
}
