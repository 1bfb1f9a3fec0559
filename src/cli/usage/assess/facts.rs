//! In: a site's config and its store. Out: the facts that a self-assessment rests on, in the words of a language.

use super::super::spent::{Millionths, budget, by_day, of_every_day, rho};
use crate::cli::failure::Failure;
use crate::config::{Config, GoalReached, Site, UsagePreset, UsageRelease};
use crate::policy::Day;
use crate::server::{COUNTS_DAYS, is_counted, preset, store_file};
use crate::store::{LedgerLine, Store};
use crate::usage::{DELTA, FamilyShare, Guarantee, Preset, ReleaseBook as _, epsilon};

/// Exports that are looked through for this site's.
const EXPORTS: u32 = 1_000;

/// What is so of one site.
pub(super) struct Facts<'a> {
    config: &'a Config,
    site: &'a Site,
    today: Day,
    preset: Preset,
    ledger: Vec<LedgerLine>,
    gaps: usize,
    exports: usize,
    templates: usize,
}

/// How a language says them; `%` stands where figures go, in their order.
pub(super) struct Words {
    budget: &'static str,
    release: &'static str,
    nothing_released: &'static str,
    ledger: &'static str,
    gaps: &'static str,
    exports: &'static str,
    region: &'static str,
    no_region: &'static str,
    sensitive: &'static str,
    sensitive_short: &'static str,
    no_sensitive: &'static str,
    sensitive_insisted: &'static str,
    pages: &'static str,
    declared: &'static str,
    events: &'static str,
    no_events: &'static str,
    retention: &'static str,
    objection: &'static str,
    checkpoint: &'static str,
    worst_day: &'static str,
    above_budget: &'static str,
    none: &'static str,
    language: &'static str,
    /// What stands between a number and its fraction.
    point: &'static str,
}

impl Words {
    pub(super) const FRENCH: Words = Words {
        budget: "Préréglage « % » : rho % par jeton-jour, soit epsilon % à delta %.",
        release: "Publication : « % », dans le fuseau %.",
        nothing_released: "Rien n’est publié encore : le registre est vide.",
        ledger: "Publications au registre : %, du % au %.",
        gaps: "Lacunes notées (rien, ou pas tout, n’a été compté) : %.",
        exports: "Exportations consignées : %.",
        region: "Régions : d’après l’adresse tronquée, avec une base GeoIP ; pays, et province au Canada ou région au Maroc.",
        no_region: "Régions : inconnues, aucune base GeoIP n’est configurée.",
        sensitive: "Chemins sensibles configurés : % ; leurs pages comptent sous celle qui les contient.",
        sensitive_short: "les pages sensibles n’ont pas de case à elles.",
        no_sensitive: "aucun chemin sensible n’est configuré : à revoir si une page révèle un état de santé.",
        pages: "Pages : liste fermée (plan du site, liens publics, % entrées de la configuration, % modèles approuvés).",
        sensitive_insisted: "les pages sensibles n’ont pas de case à elles, sauf celles dont la configuration a voulu faire un objectif ou une étape.",
        declared: "Déclarés : % objectifs, % parcours, % campagnes ; dont sur des chemins sensibles, par une clé expresse : %.",
        events: "Événements par script : oui ; un numéro dans une liste fermée, envoyé au site lui-même, rien d’autre.",
        no_events: "Événements par script : non.",
        retention: "Conservation des comptes : % jours.",
        objection: "Opposition au compte : %/.",
        checkpoint: "Jour ouvert : en mémoire ; copie de secours sur un système de fichiers en mémoire seulement.",
        worst_day: "le jour le plus coûteux a dépensé rho % sur %.",
        above_budget: "ATTENTION : un jour a dépassé son budget, voir `paravent usage explain`.",
        none: "personne : à compléter",
        language: "fr",
        point: ",",
    };

    pub(super) const ENGLISH: Words = Words {
        budget: "Preset “%”: rho % for a token-day, which is epsilon % at delta %.",
        release: "Release: “%”, in the time zone %.",
        nothing_released: "Nothing is released yet: the ledger is empty.",
        ledger: "Releases in the ledger: %, from % to %.",
        gaps: "Gaps noted (nothing, or not everything, was counted): %.",
        exports: "Exports logged: %.",
        region: "Regions: from the truncated address, with a GeoIP database; country, and province in Canada or region in Morocco.",
        no_region: "Regions: unknown, no GeoIP database is configured.",
        sensitive: "Sensitive paths configured: %; their pages count as the page above them.",
        sensitive_short: "sensitive pages have no cell of their own.",
        no_sensitive: "no sensitive path is configured: to be looked at again if a page tells of someone’s health.",
        pages: "Pages: a closed list (sitemap, public links, % entries of the config, % approved templates).",
        sensitive_insisted: "sensitive pages have no cell of their own, but for those of which the config has made a goal or a step.",
        declared: "Declared: % goals, % funnels, % campaigns; of them on sensitive paths, by an express key: %.",
        events: "Events by script: yes; a number in a closed list, sent to the site itself, and nothing else.",
        no_events: "Events by script: no.",
        retention: "Counts are kept for % days.",
        objection: "Objecting to being counted: %/.",
        checkpoint: "Open day: in memory; its safety copy only on a file system in memory.",
        worst_day: "the costliest day spent rho % of %.",
        above_budget: "ATTENTION: a day is above its budget, see `paravent usage explain`.",
        none: "nobody: to be filled in",
        language: "en",
        point: ".",
    };
}

impl Words {
    /// A number as the language writes it.
    fn figure(&self, number: &str) -> String {
        number.replace('.', self.point)
    }

    fn rho(&self, millionths: Millionths) -> String {
        self.figure(&rho(millionths))
    }
}

impl<'a> Facts<'a> {
    /// # Errors
    /// Where the store cannot be read.
    pub(super) fn gathered(
        store: &Store,
        config: &'a Config,
        site: &'a Site,
        today: Day,
    ) -> Result<Facts<'a>, Failure> {
        Ok(Facts {
            config,
            site,
            today,
            preset: preset(site.usage.preset),
            ledger: store.ledger(&site.name, Day(0), today)?,
            gaps: store.gaps(&site.name, 0, i64::MAX)?.len(),
            exports: store.exports(EXPORTS)?.iter().filter(|export| export.site == site.name).count(),
            templates: store.approved_templates(&site.name)?.len(),
        })
    }

    /// Each place of the form with what goes there.
    pub(super) fn filled(&self, words: &Words) -> Vec<(&'static str, String)> {
        let Facts { config, site, .. } = self;
        let of_budget = self.preset.rho().in_millionths().into();
        let epsilon = words.figure(&format!("{:.1}", epsilon(of_budget)));
        let delta = format!("{DELTA:e}");
        let contact =
            site.contact.as_ref().map(|of| format!("{}, {}", of.title.in_language(words.language), of.email));
        let sensitive = site.policy.sensitive.len();
        let (exports, pages) = (self.exports.to_string(), site.usage.pages.len().to_string());
        let budget = [preset_word(site.usage.preset), &words.rho(of_budget), &epsilon, &delta];
        vec![
            ("facts_budget", put(words.budget, &budget)),
            ("facts_release", put(words.release, &[release_word(site.usage.release), &site.usage.time_zone])),
            ("facts_ledger", self.of_ledger(words)),
            ("facts_gaps", put(words.gaps, &[&self.gaps.to_string()])),
            ("facts_exports", put(words.exports, &[&exports])),
            ("facts_exports_short", put(words.exports, &[&exports])),
            (
                "facts_region",
                if config.server.geoip.is_some() { words.region } else { words.no_region }.to_owned(),
            ),
            ("facts_sensitive", put(words.sensitive, &[&sensitive.to_string()])),
            (
                "facts_sensitive_short",
                match sensitive {
                    0 => words.no_sensitive,
                    _ if self.insisted() > 0 => words.sensitive_insisted,
                    _ => words.sensitive_short,
                }
                .to_owned(),
            ),
            ("facts_declared", self.of_declared(words)),
            (
                "facts_events",
                if site.usage.event_list().is_empty() { words.no_events } else { words.events }.to_owned(),
            ),
            ("facts_pages", put(words.pages, &[&pages, &self.templates.to_string()])),
            ("facts_retention", put(words.retention, &[&COUNTS_DAYS.to_string()])),
            ("facts_objection", put(words.objection, &[&site.prefix])),
            ("facts_checkpoint", words.checkpoint.to_owned()),
            ("facts_worst_day", self.of_worst_day(words)),
            ("worst_week", words.rho(self.of_last_week())),
            ("families", self.of_families(words)),
            ("retention_days", COUNTS_DAYS.to_string()),
            ("store", store_file(&config.server).display().to_string()),
            ("contact", contact.unwrap_or_else(|| words.none.to_owned())),
            ("jurisdiction", site.jurisdiction.id().to_owned()),
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("date", self.today.iso()),
            ("prefix", site.prefix.clone()),
            ("site", site.name.clone()),
            ("epsilon", epsilon),
            ("delta", delta),
        ]
    }

    fn of_ledger(&self, words: &Words) -> String {
        let (first, last) = (self.ledger.iter().map(|line| line.from).min(), self.last());
        match (first, last) {
            (Some(first), Some(last)) => {
                put(words.ledger, &[&self.ledger.len().to_string(), &first.iso(), &last.iso()])
            }
            _ => words.nothing_released.to_owned(),
        }
    }

    fn last(&self) -> Option<Day> {
        self.ledger.iter().map(|line| line.to).max()
    }

    fn of_last_week(&self) -> u64 {
        let last = self.last().unwrap_or(self.today);
        of_every_day(&self.ledger, Day(last.0.saturating_sub(6)), last)
    }

    fn of_worst_day(&self, words: &Words) -> String {
        let spent = by_day(&self.ledger, Day(0), self.today);
        let days = spent.into_iter().map(|(day, spent)| (spent, budget(&self.ledger, day, self.preset)));
        let days: Vec<(u64, u64)> = days.collect();
        if days.iter().any(|(spent, budget)| spent > budget) {
            return words.above_budget.to_owned();
        }
        let Some((spent, of)) = days.into_iter().max() else { return words.nothing_released.to_owned() };
        put(words.worst_day, &[&words.rho(spent), &words.rho(of)])
    }

    fn of_declared(&self, words: &Words) -> String {
        let usage = &self.site.usage;
        let numbers = [usage.goals.len(), usage.funnels.len(), usage.campaigns.len(), self.insisted()];
        let numbers = numbers.map(|number| number.to_string());
        put(words.declared, &numbers.each_ref().map(String::as_str))
    }

    /// Goals and funnels with a sensitive page in them.
    fn insisted(&self) -> usize {
        let is_sensitive = |path: &String| self.site.policy.sensitive.iter().any(|of| of.matches(path));
        let usage = &self.site.usage;
        let goals = usage.goals.iter().filter(|goal| match &goal.reached {
            GoalReached::Page(paths) | GoalReached::Form(paths) => paths.iter().any(is_sensitive),
            GoalReached::Outbound(_) => false,
        });
        let funnels = usage.funnels.iter().filter(|funnel| funnel.steps.iter().flatten().any(is_sensitive));
        goals.count() + funnels.count()
    }

    fn of_families(&self, words: &Words) -> String {
        let counted = |share: &FamilyShare| is_counted(&self.site.usage, share.family);
        let lines = Guarantee::of(self.preset).families.into_iter().filter(counted).map(|share| {
            let (id, cells) = (share.family.id(), share.sensitivity_squared);
            let sigma = words.figure(&format!("{:.3}", share.sigma.value()));
            format!("    {id:<17}{cells:<4}{:<10}{sigma}", words.rho(share.rho.in_millionths().into()))
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// The words with a figure at each `%`.
fn put(words: &str, figures: &[&str]) -> String {
    figures.iter().fold(words.to_owned(), |text, figure| text.replacen('%', figure, 1))
}

const fn preset_word(preset: UsagePreset) -> &'static str {
    match preset {
        UsagePreset::Strict => "strict",
        UsagePreset::Balanced => "balanced",
        UsagePreset::Detailed => "detailed",
    }
}

const fn release_word(release: UsageRelease) -> &'static str {
    match release {
        UsageRelease::Auto => "auto",
        UsageRelease::Daily => "daily",
        UsageRelease::Weekly => "weekly",
    }
}
