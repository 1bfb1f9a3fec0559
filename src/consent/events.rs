//! In: a site's closed list of events. Out: the tag of the script that tells of them by number, and which
//! entry a number that comes back stands for. A body that is anything but such a number is nothing.

use askama::Template;
use sha2::{Digest, Sha256};

use super::OriginPolicy;
use super::assets::EVENTS;
use crate::config::{EventEntry, Outbound, Site};
use crate::policy::Decision;

/// The longest body that is read: the list's print, a point, and a number.
pub const MAX_EVENT_BYTES: usize = 16;

/// The script's tag; empty where the site has no events, or the visitor objected to being counted.
pub fn events_tag(site: &Site, decision: &Decision, origin_policy: OriginPolicy<'_>) -> String {
    let list = site.usage.event_list();
    if list.is_empty() || !decision.consent().counted {
        return String::new();
    }
    let places = places(&list);
    let tag = Tag {
        src: EVENTS.path(site),
        integrity: &EVENTS.integrity,
        origin_policy,
        to: event_path(site),
        of: print_of(&places),
        places,
    };
    tag.render().unwrap_or_default()
}

/// Where events are told.
pub fn event_path(site: &Site) -> String {
    format!("{}/event", site.prefix)
}

/// The entry that a body stands for. `None` for a page of before the list changed as well: its numbers may
/// mean something else now.
pub fn read_event(site: &Site, body: &[u8]) -> Option<EventEntry> {
    let list = site.usage.event_list();
    let (print, number) = std::str::from_utf8(body).ok()?.split_once('.')?;
    let plain = number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit());
    let number: usize = number.parse().ok().filter(|_| plain)?;
    let current = print == print_of(&places(&list));
    list.into_iter().nth(number).filter(|_| current)
}

#[derive(Template)]
#[template(path = "consent/events.html")]
struct Tag<'a> {
    src: String,
    integrity: &'a str,
    origin_policy: OriginPolicy<'a>,
    to: String,
    of: String,
    places: String,
}

/// The list as the script reads it, an entry a line.
fn places(list: &[EventEntry]) -> String {
    let line = |entry: &EventEntry| match entry {
        EventEntry::Press(Outbound::Site) => "site:".to_owned(),
        EventEntry::Press(Outbound::Phone) => "tel:".to_owned(),
        EventEntry::Press(Outbound::Email) => "mailto:".to_owned(),
        EventEntry::Page(path) => path.clone(),
    };
    list.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Eight hex digits that tell one list from another; the same for everybody.
fn print_of(places: &str) -> String {
    Sha256::digest(places).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Goal, GoalReached, Localised};
    use crate::consent::fixture::Fixture;

    fn fixture() -> Fixture {
        let mut fixture = Fixture::quebec();
        let goal = |id: &str, reached| Goal { id: id.to_owned(), label: Localised(Vec::new()), reached };
        let usage = &mut fixture.site.usage;
        usage.events = true;
        usage.pages = vec!["/medecins/{…}".to_owned()];
        usage.goals = vec![
            goal("thanks", GoalReached::Page(vec!["/merci".to_owned()])),
            goal("call", GoalReached::Outbound(Outbound::Phone)),
        ];
        fixture
    }

    #[test]
    fn the_script_is_small_and_told_the_list_and_nothing_of_the_visitor() {
        assert!(EVENTS.text.len() <= 1_024, "{} bytes: {}", EVENTS.text.len(), EVENTS.text);
        let fixture = fixture();
        let tag = |decision: &Decision| events_tag(&fixture.site, decision, OriginPolicy::Absent);
        let plain = tag(&fixture.unasked());
        assert!(
            plain.contains(r#"src="/_privacy/assets/events."#)
                && plain.contains(r#"data-to="/_privacy/event""#)
        );
        assert!(plain.contains("data-places=\"tel:\n/merci\n/medecins/{…}\""), "{plain}");
        assert_eq!(plain, tag(&fixture.saved(&["analytics"], &[])), "the same whatever was chosen");
        assert_eq!(tag(&fixture.objected()), "");
        let nonce = OriginPolicy::Present { nonce: Some("n0") };
        let under_policy = events_tag(&fixture.site, &fixture.unasked(), nonce);
        assert!(under_policy.contains("integrity=\"sha256-") && under_policy.contains("nonce=\"n0\""));
    }

    #[test]
    fn events_are_off_unless_switched_on() {
        let mut fixture = fixture();
        fixture.site.usage.events = false;
        assert_eq!(events_tag(&fixture.site, &fixture.unasked(), OriginPolicy::Absent), "");
        let print = print_of("");
        assert_eq!(read_event(&fixture.site, format!("{print}.0").as_bytes()), None);
    }

    #[test]
    fn a_number_of_the_list_is_an_entry_and_all_else_is_nothing() {
        let site = fixture().site;
        let print = print_of("tel:\n/merci\n/medecins/{…}");
        let read = |body: &str| read_event(&site, body.replace('P', &print).as_bytes());
        assert_eq!(read("P.0"), Some(EventEntry::Press(Outbound::Phone)));
        assert_eq!(read("P.2"), Some(EventEntry::Page("/medecins/{…}".to_owned())));
        for body in ["P.3", "P.-1", "P.+1", "P.001", "P.", "P", "00000000.0", "", "P.0 ", "P./merci", "P.1.1"]
        {
            assert_eq!(read(body), None, "{body}");
        }
        assert_eq!(read_event(&site, &[0xff, b'.', b'0']), None);
        assert!(print.len() + ".64".len() <= MAX_EVENT_BYTES);
    }
}
