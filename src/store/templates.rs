//! In: templates of pages that a site's survey suggests, and what the operator decides on them. Out: the same. What nobody
//! decided on and no survey suggests any more is forgotten.

use rusqlite::{TransactionBehavior, params};

use super::database::{Store, StoreError};
use crate::policy::Day;

/// What the operator decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateState {
    Suggested,
    /// Its pages are counted under it from the next day on.
    Approved,
    /// Never suggested again.
    Declined,
}

impl TemplateState {
    const ALL: [TemplateState; 3] =
        [TemplateState::Suggested, TemplateState::Approved, TemplateState::Declined];

    /// The name in the store and on the command line.
    pub const fn id(self) -> &'static str {
        match self {
            TemplateState::Suggested => "suggested",
            TemplateState::Approved => "approved",
            TemplateState::Declined => "declined",
        }
    }
}

/// A template of pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageTemplate {
    pub site: String,
    /// `/medecins/{…}`.
    pub template: String,
    pub state: TemplateState,
    /// Since when it is so.
    pub since: Day,
}

impl Store {
    /// Keeps what a survey suggests now. What is decided stays decided.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn suggest_templates(&self, site: &str, templates: &[String]) -> Result<(), StoreError> {
        let today = self.clock.today();
        let known = self.templates()?;
        let gone = known.iter().filter(|known| {
            known.site == site
                && known.state == TemplateState::Suggested
                && !templates.contains(&known.template)
        });
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for template in gone {
            let forget =
                "DELETE FROM page_template WHERE site = ?1 AND template = ?2 AND state = 'suggested'";
            transaction.execute(forget, params![site, template.template])?;
        }
        for template in templates {
            let keep = "INSERT OR IGNORE INTO page_template (site, template, state, since_day) \
                        VALUES (?1, ?2, 'suggested', ?3)";
            transaction.execute(keep, params![site, template, today.0])?;
        }
        Ok(transaction.commit()?)
    }

    /// Every template, by site and then by name.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub fn templates(&self) -> Result<Vec<PageTemplate>, StoreError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "SELECT site, template, state, since_day FROM page_template ORDER BY site, template",
        )?;
        let templates = query.query_map([], |row| {
            let id: String = row.get(2)?;
            let state = TemplateState::ALL.into_iter().find(|state| state.id() == id);
            Ok(PageTemplate {
                site: row.get(0)?,
                template: row.get(1)?,
                state: state.unwrap_or(TemplateState::Declined),
                since: Day(row.get(3)?),
            })
        })?;
        Ok(templates.collect::<Result<_, _>>()?)
    }

    /// Notes the operator's decision; tells whether there is such a template.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn decide_template(
        &self,
        site: &str,
        template: &str,
        state: TemplateState,
    ) -> Result<bool, StoreError> {
        let decide = "UPDATE page_template SET state = ?3, since_day = ?4 WHERE site = ?1 AND template = ?2";
        let today = self.clock.today();
        Ok(self.connection().execute(decide, params![site, template, state.id(), today.0])? > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::usage::ReleaseBook as _;

    fn names(templates: &[&str]) -> Vec<String> {
        templates.iter().map(|template| (*template).to_owned()).collect()
    }

    #[test]
    fn a_decision_outlives_what_surveys_suggest() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("paravent.db"), Clock::set_to(86_400)).unwrap();
        store.suggest_templates("clinic", &names(&["/a/{…}", "/b/{…}", "/c/{…}"])).unwrap();
        store.suggest_templates("other", &names(&["/a/{…}"])).unwrap();
        assert!(store.decide_template("clinic", "/a/{…}", TemplateState::Approved).unwrap());
        assert!(store.decide_template("clinic", "/b/{…}", TemplateState::Declined).unwrap());
        assert!(!store.decide_template("clinic", "/nothing/{…}", TemplateState::Approved).unwrap());
        store.suggest_templates("clinic", &names(&["/b/{…}", "/d/{…}"])).unwrap();
        let of = |site: &str| -> Vec<(String, &'static str)> {
            let all = store.templates().unwrap().into_iter().filter(|template| template.site == site);
            all.map(|template| (template.template, template.state.id())).collect()
        };
        let expected = [("/a/{…}", "approved"), ("/b/{…}", "declined"), ("/d/{…}", "suggested")];
        assert_eq!(of("clinic"), expected.map(|(template, state)| (template.to_owned(), state)));
        assert_eq!(of("other"), [("/a/{…}".to_owned(), "suggested")]);
        assert_eq!(store.approved_templates("clinic").unwrap(), ["/a/{…}"]);
        assert!(store.approved_templates("other").unwrap().is_empty());
    }
}
