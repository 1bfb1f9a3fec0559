//! In: the open state of every site. Out: one block of bytes, and back. It holds what the process
//! holds in memory: day keys, token tables, the week's sums, draws that are not committed yet. Only
//! `checkpoint.rs` writes it, and only into memory.

use std::hash::Hasher as _;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use siphasher::sip128::{Hasher128 as _, SipHasher24};
use zeroize::Zeroizing;

use super::day::OpenDay;
use super::declared::Declared;
use super::guarantee::Preset;
use super::page_list::PageList;
use super::release::Release;
use super::table::{GOALS_PER_TOKEN, MAX_TOKENS, PAGES_PER_TOKEN, Slot, TokenDay, TokenTable};
use super::targets::Targets;
use super::token::{DayKey, KEY_BYTES};
use super::week::{Cadence, OpenWeek};
use crate::policy::{Day, PathPattern};

/// Ends with the format's version. A block of another version is as one that cannot be read: what an
/// earlier program counted in its open day is lost with a gap, never misread.
const MAGIC: &[u8; 8] = b"PVUSAGE2";
const CHECK_BYTES: usize = 16;

/// One site as it was.
pub(super) struct SiteState {
    pub(super) site: String,
    pub(super) open: Option<OpenDay>,
    pub(super) week: Option<OpenWeek>,
    pub(super) unsettled: Vec<Release>,
}

/// One site as it is, for writing.
pub(super) struct SiteParts<'a> {
    pub(super) site: &'a str,
    pub(super) open: Option<&'a OpenDay>,
    pub(super) week: Option<&'a OpenWeek>,
    pub(super) unsettled: &'a [Release],
}

#[derive(Serialize)]
struct HeadOut<'a> {
    site: &'a str,
    open: Option<DayHead>,
    week: Option<&'a OpenWeek>,
    unsettled: &'a [Release],
}

#[derive(Deserialize)]
struct HeadIn {
    site: String,
    open: Option<DayHead>,
    week: Option<OpenWeek>,
    unsettled: Vec<Release>,
}

#[derive(Serialize, Deserialize)]
struct DayHead {
    day: u32,
    cadence: Cadence,
    preset: Preset,
    hours_released: u32,
    full: bool,
    awaits_pages: bool,
    capacity: usize,
    pages: Vec<String>,
    declared: Declared,
    tokens: usize,
}

/// Appends a site to a block.
pub(super) fn write_site(block: &mut Zeroizing<Vec<u8>>, parts: &SiteParts<'_>) -> Option<()> {
    let open = parts.open.map(|open| DayHead {
        day: open.day.0,
        cadence: open.cadence,
        preset: open.preset,
        hours_released: open.hours_released,
        full: open.full,
        awaits_pages: open.awaits_pages,
        capacity: open.table.capacity(),
        pages: open.pages.names().to_vec(),
        declared: open.targets.declared().clone(),
        tokens: open.table.len(),
    });
    let head = HeadOut { site: parts.site, open, week: parts.week, unsettled: parts.unsettled };
    let head = Zeroizing::new(serde_json::to_vec(&head).ok()?);
    block.extend_from_slice(&u64::try_from(head.len()).ok()?.to_le_bytes());
    block.extend_from_slice(&head);
    if let Some(open) = parts.open {
        block.reserve(KEY_BYTES + open.table.len() * SLOT_BYTES);
        block.extend_from_slice(open.key.bytes());
        open.table.slots().for_each(|slot| write_slot(block, slot));
    }
    Some(())
}

/// A block with nothing in it yet but the moment, in seconds since the epoch.
pub(super) fn begin(now: i64) -> Zeroizing<Vec<u8>> {
    let mut block = Zeroizing::new(MAGIC.to_vec());
    block.extend_from_slice(&now.to_le_bytes());
    block
}

/// Ends a block with its check sum.
pub(super) fn seal(block: &mut Zeroizing<Vec<u8>>) {
    let sum = check_sum(block);
    block.extend_from_slice(&sum);
}

/// The moment and the sites of a block. `sensitive` gives a site's patterns, which are the config's.
/// `None` where anything is amiss.
pub(super) fn read(
    block: &[u8],
    sensitive: impl Fn(&str) -> Vec<PathPattern>,
) -> Option<(i64, Vec<SiteState>)> {
    let (body, sum) = block.split_at_checked(block.len().checked_sub(CHECK_BYTES)?)?;
    if check_sum(body) != sum {
        return None;
    }
    let mut rest = Reader(body.strip_prefix(MAGIC)?);
    let moment = i64::from_le_bytes(rest.take()?);
    let mut sites = Vec::new();
    while !rest.0.is_empty() {
        sites.push(read_site(&mut rest, &sensitive)?);
    }
    Some((moment, sites))
}

fn read_site(rest: &mut Reader<'_>, sensitive: &impl Fn(&str) -> Vec<PathPattern>) -> Option<SiteState> {
    let length = usize::try_from(u64::from_le_bytes(rest.take()?)).ok()?;
    let head: HeadIn = serde_json::from_slice(rest.slice(length)?).ok()?;
    let open = match &head.open {
        Some(day) => Some(read_day(rest, day, sensitive(&head.site))?),
        None => None,
    };
    Some(SiteState { site: head.site, open, week: head.week, unsettled: head.unsettled })
}

fn read_day(rest: &mut Reader<'_>, head: &DayHead, sensitive: Vec<PathPattern>) -> Option<OpenDay> {
    if head.tokens > MAX_TOKENS {
        return None;
    }
    let key = Zeroizing::new(rest.take::<KEY_BYTES>()?);
    let mut table = TokenTable::new(head.capacity);
    for _ in 0..head.tokens {
        table.restore(read_slot(rest)?);
    }
    Some(OpenDay {
        day: Day(head.day),
        key: DayKey::from_bytes(&key),
        pages: Arc::new(PageList::restored(&head.pages, sensitive)),
        targets: Arc::new(Targets::frozen(&head.declared)),
        table,
        cadence: head.cadence,
        preset: head.preset,
        hours_released: head.hours_released,
        full: head.full,
        awaits_pages: head.awaits_pages,
    })
}

const SLOT_BYTES: usize = 16 + 12 + GOALS_PER_TOKEN + 2 * (2 + PAGES_PER_TOKEN);

fn write_slot(block: &mut Vec<u8>, slot: &Slot) {
    let day = &slot.day;
    block.extend_from_slice(&slot.bits.to_le_bytes());
    block.extend_from_slice(&[
        day.agent,
        day.hour,
        day.entries,
        day.source,
        day.device,
        day.language,
        day.consent,
        day.distinct,
        day.campaign,
        day.speed,
        day.dead_link,
        day.steps,
    ]);
    block.extend_from_slice(&day.goals);
    for number in [day.region, day.views].iter().chain(&day.pages) {
        block.extend_from_slice(&number.to_le_bytes());
    }
}

fn read_slot(rest: &mut Reader<'_>) -> Option<Slot> {
    let bits = u128::from_le_bytes(rest.take()?);
    let [agent, hour, entries, source, device, language, consent, distinct] = rest.take()?;
    let [campaign, speed, dead_link, steps] = rest.take()?;
    let goals = rest.take()?;
    let mut number = || rest.take().map(u16::from_le_bytes);
    let (region, views) = (number()?, number()?);
    let mut pages = [0; PAGES_PER_TOKEN];
    for page in &mut pages {
        *page = number()?;
    }
    let day = TokenDay {
        agent,
        hour,
        entries,
        source,
        device,
        language,
        consent,
        distinct,
        campaign,
        speed,
        dead_link,
        steps,
        goals,
        region,
        views,
        pages,
    };
    Some(Slot { bits, day })
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.slice(N)?.try_into().ok()
    }

    fn slice(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(head)
    }
}

/// Against a torn or damaged file, not against anyone: who can write there can read there.
fn check_sum(bytes: &[u8]) -> [u8; CHECK_BYTES] {
    let mut hasher = SipHasher24::new();
    hasher.write(bytes);
    u128::from(hasher.finish128()).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::families::Family;
    use crate::usage::fixtures::{declared, pages, targets, view};
    use crate::usage::noise::Noise;
    use crate::usage::region::RegionIndex;
    use crate::usage::source::Source;
    use crate::usage::targets::{Aims, CampaignIndex};
    use crate::usage::token::DayToken;
    use crate::usage::view::{Device, PageView, Speed, What};

    /// A view that leaves something in every field of its token's day.
    fn full() -> PageView {
        PageView {
            what: What::Page(Some(Speed::Slow)),
            aims: Aims { goals: 0b110, steps: 0b001_000_001 },
            campaign: CampaignIndex(2),
            source: Source::Google,
            region: RegionIndex(300),
            device: Device::Computer,
            ..view()
        }
    }

    fn block() -> Zeroizing<Vec<u8>> {
        let mut noise = Noise::seeded(1);
        let (pages, targets) = (Arc::new(pages()), Arc::new(targets()));
        let (cadence, preset) = (Cadence::Weekly, Preset::Strict);
        let mut day = OpenDay::opened(Day(1), pages, targets, cadence, preset).unwrap();
        let mut week = None;
        day.add(&full(), DayToken { bits: 77, day: 1 });
        day.add(&full().not_found().unwrap(), DayToken { bits: 77, day: 1 });
        let unsettled = day.close("clinic", &mut week, &mut noise).unwrap();
        let mut block = begin(1_000);
        let whole =
            SiteParts { site: "clinic", open: Some(&day), week: week.as_ref(), unsettled: &unsettled };
        write_site(&mut block, &whole).unwrap();
        let bare = SiteParts { site: "other", open: None, week: None, unsettled: &[] };
        write_site(&mut block, &bare).unwrap();
        seal(&mut block);
        block
    }

    #[test]
    fn what_was_written_is_read() {
        let (moment, sites) = read(&block(), |_| Vec::new()).unwrap();
        let [clinic, other] = sites.as_slice() else { panic!("two sites") };
        assert_eq!((moment, clinic.site.as_str(), other.site.as_str()), (1_000, "clinic", "other"));
        let open = clinic.open.as_ref().unwrap();
        assert_eq!((open.day, open.preset, open.cadence), (Day(1), Preset::Strict, Cadence::Weekly));
        let slot = open.table.slots().next().unwrap();
        assert_eq!((slot.bits, slot.day.distinct_pages()), (77, [1].as_slice()));
        let mut same = TokenTable::new(1);
        same.add(DayToken { bits: 77, day: 1 }, &full());
        same.add(DayToken { bits: 77, day: 1 }, &full().not_found().unwrap());
        assert_eq!(Some(&slot.day), same.days().next(), "every field of a token's day");
        assert_eq!(open.targets.declared(), &declared());
        assert_eq!(open.pages.names(), pages().names());
        assert_eq!(clinic.week.as_ref().unwrap().last_day(), Day(1));
        assert!(clinic.unsettled.iter().any(|release| release.family == Family::Visits));
        assert!(other.open.is_none() && other.unsettled.is_empty());
    }

    #[test]
    fn a_block_of_another_version_is_refused() {
        let mut block = block();
        assert!(read(&block, |_| Vec::new()).is_some());
        let version = MAGIC.len() - 1;
        block[version] -= 1;
        let body = block.len() - CHECK_BYTES;
        block.truncate(body);
        seal(&mut block);
        assert!(read(&block, |_| Vec::new()).is_none());
    }

    #[test]
    fn a_damaged_block_is_none() {
        let block = block();
        for length in 0..block.len() {
            assert!(read(&block[..length], |_| Vec::new()).is_none(), "cut at {length}");
        }
        for at in (0..block.len()).step_by(7) {
            let mut other = block.to_vec();
            other[at] ^= 1;
            assert!(read(&other, |_| Vec::new()).is_none(), "changed at {at}");
        }
    }
}
