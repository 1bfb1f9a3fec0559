//! In: what happens on a site for some days: visits, hours that pass, crashes, restarts, a store that is
//! away, crowds that fill the table. Out: how much all of that with one token-day more changes what is
//! released, noise left out. It goes through the real pipeline: closed lists, tokens, table, snapshots,
//! closes, weeks. `scripts/prove sensitivity` tells more of these stories.

#![allow(clippy::print_stdout, reason = "`scripts/prove` shows what was measured")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::fixtures::full_or;
use super::sensitivity_world_tests::{AGENTS, CROWD, HOUR, Look, OWN, PAGES, Step, Story, World, look};
use super::*;

/// Squared differences of each family's vectors in two neighbouring worlds; `None` where the table
/// answered otherwise, which is what the capacity's share pays for.
fn differences(story: &Story) -> Vec<(FamilyTerms, Option<i64>)> {
    let (without, with) = (World::of(story, false), World::of(story, true));
    let same_answers = without.answers() == with.answers();
    let squared = |terms: &FamilyTerms| {
        let (without, with) = (without.vector(terms.family), with.vector(terms.family));
        assert!(without.keys().eq(with.keys()), "{:?}: the cells themselves tell", terms.family);
        without.values().zip(with.values()).map(|(a, b)| (a - b).pow(2)).sum()
    };
    let counts = |terms: &FamilyTerms| terms.family == Family::Capacity || same_answers;
    FAMILIES.iter().map(|terms| (*terms, counts(terms).then(|| squared(terms)))).collect()
}

fn any_look() -> impl Strategy<Value = Look> {
    let sources = prop::sample::select(Source::ALL);
    let outcomes = prop::sample::select(ConsentOutcome::ALL);
    let devices = prop::sample::select(Device::ALL);
    let regions = prop::sample::select(&[None, Some("CA-QC"), Some("FR"), Some("nowhere")][..]);
    let languages = prop::sample::select(&["fr", "en", "ar", "tlh"][..]);
    let agents = prop::sample::select(&[AGENTS[0], AGENTS[0], AGENTS[1], AGENTS[2], AGENTS[3]][..]);
    let purposes = prop::sample::select(&["", "", "", "prefetch"][..]);
    let acts =
        prop_oneof![6 => Just(Act::Opens), 1 => Just(Act::Posts), 1 => Just(Act::Presses(Press::Phone))];
    let campaigns = prop::sample::select(&["", "", "newsletter", "unknown"][..]);
    let beside = (acts, campaigns, prop::bool::weighted(0.1), 0u64..5_000);
    (0..PAGES + 3, sources, regions, devices, languages, outcomes, (agents, purposes), beside).prop_map(
        |(page, source, region, device, language, consent, (agent, purpose), beside)| Look {
            act: beside.0,
            page,
            campaign: beside.1,
            lost: beside.2,
            taken: beside.3,
            source,
            region,
            device,
            language,
            consent,
            agent,
            purpose,
        },
    )
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (OWN..12, any_look(), prop_oneof![9 => Just(1u16), 1 => Just(3), 1 => Just(1_001)])
            .prop_map(|(visitor, look, times)| Step::View(visitor, look, times)),
        12 => any_look().prop_map(|look| Step::View(OWN, look, 1)),
        4 => (1..3 * HOUR).prop_map(Step::Pass),
        1 => (1..30i64).prop_map(Step::Pass),
        1 => Just(Step::Pass(9 * HOUR)),
        1 => Just(Step::Crash),
        1 => Just(Step::Restart),
        1 => Just(Step::Outage),
        1 => prop::sample::select(&[90, CROWD, CROWD + 80][..]).prop_map(Step::Crowd),
    ]
}

fn any_story() -> impl Strategy<Value = Story> {
    let plans = prop::sample::select(&[ReleasePlan::Daily, ReleasePlan::Weekly][..]);
    (plans, prop::collection::vec(any_step(), 1..60)).prop_map(|(plan, steps)| Story { plan, steps })
}

#[test]
fn one_token_day_changes_what_is_released_by_no_more_than_declared() {
    let cases = u32::try_from(full_or(2_000, 20)).unwrap();
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut largest: BTreeMap<&str, i64> = BTreeMap::new();
    let result = TestRunner::new_with_rng(config, random).run(&any_story(), |story| {
        for (terms, squared) in differences(&story) {
            prop_assert!(
                squared <= Some(terms.sensitivity_squared.into()),
                "{:?}: {squared:?}",
                terms.family
            );
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    for story in worst_stories() {
        for (terms, squared) in differences(&story) {
            let seen = largest.entry(terms.family.id()).or_default();
            *seen = (*seen).max(squared.unwrap_or(0));
            assert!(*seen <= terms.sensitivity_squared.into(), "{:?}: {seen}", terms.family);
        }
    }
    for terms in FAMILIES {
        let (family, seen) = (terms.family, largest[terms.family.id()]);
        println!("{:10} squared {seen}, declared {}", family.id(), terms.sensitivity_squared);
        assert_eq!(seen, i64::from(terms.sensitivity_squared), "{family:?}: the declared bound is met");
    }
}

/// Those in which a token-day changes all that it can.
fn worst_stories() -> Vec<Story> {
    let own = |look: Look| Step::View(OWN, look, 1);
    let others = (1..12).map(|visitor| Step::View(visitor, look(visitor), 2));
    let mut busy: Vec<Step> = others.clone().chain((0..20).map(|page| own(look(page)))).collect();
    busy.extend([
        Step::Pass(HOUR),
        Step::Crash,
        own(look(30)),
        Step::Pass(HOUR),
        Step::Restart,
        own(Look { campaign: "newsletter", ..look(31) }),
        own(Look { lost: true, ..look(32) }),
        own(Look { act: Act::Posts, ..look(8) }),
        own(Look { act: Act::Presses(Press::Phone), ..look(0) }),
    ]);
    let machine = Look { agent: AGENTS[2], ..look(1) };
    let full = [own(look(1)), own(Look { source: Source::Direct, ..look(2) }), Step::Crowd(CROWD + 80)];
    let story = |plan, steps: Vec<Step>| Story { plan, steps };
    vec![
        story(ReleasePlan::Daily, busy.clone()),
        story(ReleasePlan::Weekly, busy),
        story(ReleasePlan::Daily, others.chain([own(machine)]).collect()),
        story(ReleasePlan::Daily, full.to_vec()),
        story(ReleasePlan::Weekly, full.to_vec()),
    ]
}
