//! Controls over who receives something: named, under contract, in which country, with whose leave.

use super::{Control, counted, terms, third_parties};
use crate::config::Site;
use crate::policy::{Vendor, WithheldReason};
use crate::promises::Verdict;

pub(crate) const INVENTORY: Control = Control {
    id: "inventory",
    does: "the inventory on the privacy page and its JSON come from the very catalogue that enforces it",
    tests: &[
        "src/consent/declaration.rs::the_declaration_lists_what_is_offered_and_what_is_withheld",
        "src/consent/privacy.rs::it_names_everyone_and_everything_they_keep",
    ],
    verdict: |site| {
        let items: usize = site.policy.offered().map(|(vendor, _)| vendor.cookies.len()).sum();
        let offered = counted(site.policy.offers.len(), "vendor");
        Verdict::kept(format!(
            "{offered} with {} declared, {} listed as withheld",
            counted(items, "cookie or key"),
            site.policy.withheld.len()
        ))
    },
};

pub(crate) const VENDORS_NAMED: Control = Control {
    id: "vendors-named",
    does: "each vendor on offer is shown with its legal entity, country and purpose, and has a contract reference",
    tests: &[
        "src/consent/privacy.rs::it_names_everyone_and_everything_they_keep",
        "src/promises/tests.rs::each_control_that_a_config_can_break_says_so",
    ],
    verdict: |site| {
        let nameless = |vendor: &Vendor| vendor.entity.is_empty() || vendor.country.is_empty();
        let lacking: Vec<&str> = third_parties(site)
            .filter(|(vendor, _)| nameless(vendor) || is_without_contract(site, vendor))
            .map(|(vendor, _)| &*vendor.id)
            .collect();
        Verdict::unless(
            &lacking,
            "without entity, country or contract",
            format!("{} with entity, country and contract", counted(third_parties(site).count(), "vendor")),
        )
    },
};

pub(crate) const RESIDENCY: Control = Control {
    id: "residency",
    does: "a vendor that processes data outside Canada cannot be granted; who was withheld for it is listed",
    tests: &[
        "tests/config.rs::what_a_vendor_lacks_withholds_it",
        "tests/config.rs::the_examples_withhold_what_their_promises_rule_out",
    ],
    verdict: |site| {
        let abroad: Vec<&str> = third_parties(site)
            .filter(|(vendor, _)| vendor.country != "CA")
            .map(|(vendor, _)| &*vendor.id)
            .collect();
        Verdict::unless(
            &abroad,
            "offered outside CA",
            withheld_for(site, WithheldReason::Residency, "all in CA"),
        )
    },
};

pub(crate) const CONTRACTS: Control = Control {
    id: "contracts",
    does: "a vendor without a contract reference cannot be offered",
    tests: &[
        "tests/config.rs::what_a_vendor_lacks_withholds_it",
        "tests/config.rs::a_promise_of_the_profile_cannot_be_taken_back",
    ],
    verdict: |site| {
        let without: Vec<&str> = third_parties(site)
            .filter(|(vendor, _)| is_without_contract(site, vendor))
            .map(|(vendor, _)| &*vendor.id)
            .collect();
        let kept = withheld_for(site, WithheldReason::NoContract, "all under contract");
        Verdict::unless(&without, "offered without a contract", kept)
    },
};

pub(crate) const AUTHORISATIONS: Control = Control {
    id: "authorisations",
    does: "a vendor outside Morocco stays off without an authorisation reference",
    tests: &[
        "tests/config.rs::what_a_vendor_lacks_withholds_it",
        "tests/config.rs::a_promise_of_the_profile_cannot_be_taken_back",
    ],
    verdict: |site| {
        let authorised =
            |vendor: &Vendor| terms(site, vendor).is_some_and(|terms| terms.authorisation.is_some());
        let without: Vec<&str> = third_parties(site)
            .filter(|(vendor, _)| vendor.country != "MA" && !authorised(vendor))
            .map(|(vendor, _)| &*vendor.id)
            .collect();
        let kept = withheld_for(site, WithheldReason::NoAuthorisation, "all in MA or authorised");
        Verdict::unless(&without, "abroad without an authorisation", kept)
    },
};

fn is_without_contract(site: &Site, vendor: &Vendor) -> bool {
    terms(site, vendor).is_none_or(|terms| terms.contract.is_none())
}

/// `all in CA; withheld: hotjar (US)`.
fn withheld_for(site: &Site, reason: WithheldReason, all: &str) -> String {
    let held = site.policy.withheld.iter().filter(|held| held.reason == reason);
    let named = held.filter_map(|held| site.policy.catalogue.vendor(held.vendor));
    let named: Vec<String> = named.map(|vendor| format!("{} ({})", vendor.id, vendor.country)).collect();
    if named.is_empty() { all.to_owned() } else { format!("{all}, withheld: {}", named.join(", ")) }
}
