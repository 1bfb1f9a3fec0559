//! Whom the choice falls on, without a network.

use super::*;
use crate::config::Config;

const SITE: &str = r#"
[server]
listen = ["127.0.0.1:0"]
[[site]]
hosts = ["clinic.example"]
origin = ["http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:3"]
jurisdiction = "quebec"
languages = ["fr"]
contact = { title = { fr = "Responsable" }, email = "vie-privee@clinic.example" }
health = { path = "/", fall = 1, rise = 1, eject_after = 1, eject = 600, eject_longest = 600 }
"#;

fn client(text: &str, before: Option<&OriginClient>) -> OriginClient {
    let config = Config::from_text("paravent.toml", text).unwrap();
    let client = OriginClient::new(&config.sites[0], &config.server.timeouts, before).unwrap();
    client.come_into_force();
    client
}

fn upstream(client: &OriginClient, at: usize) -> &Arc<Upstream> {
    &client.pools[at].upstream
}

/// The ports of whom the next choices fall on.
fn chosen(client: &OriginClient, times: usize) -> Vec<u16> {
    (0..times).map(|_| client.choose(None).unwrap().upstream.origin.port).collect()
}

#[tokio::test]
async fn the_fewest_under_way_are_first_and_among_equals_each_has_its_turn() {
    let client = client(SITE, None);
    assert_eq!(chosen(&client, 6), [1, 2, 3, 1, 2, 3]);
    let places = [upstream(&client, 0).take_place(), upstream(&client, 2).take_place()];
    assert_eq!(chosen(&client, 3), [2, 2, 2]);
    let more = [upstream(&client, 1).take_place(), upstream(&client, 1).take_place()];
    assert!(!chosen(&client, 6).contains(&2));
    drop((places, more));
    assert_eq!(upstream(&client, 1).in_flight(), 0);
}

#[tokio::test]
async fn who_is_left_out_is_the_last_resort_and_a_site_without_others_is_out_of_reach() {
    let client = client(SITE, None);
    upstream(&client, 0).failed();
    upstream(&client, 1).checked(false);
    assert_eq!(chosen(&client, 4), [3, 3, 3, 3]);
    let _busy = [upstream(&client, 2).take_place(), upstream(&client, 2).take_place()];
    assert_eq!(chosen(&client, 4), [3, 3, 3, 3]);
    assert!(client.is_reachable());
    let another = client.choose(Some(&client.pools[2])).unwrap();
    assert_eq!(another.upstream.origin.port, 1, "one that failed before one that is down");
    assert!(client.well_but(&client.pools[2]).is_none());
    upstream(&client, 2).failed();
    assert!(!client.is_reachable());
    assert!(client.choose(None).is_some(), "a site is never without an origin to ask");
    upstream(&client, 1).checked(true);
    assert!(client.is_reachable());
    assert_eq!(chosen(&client, 2), [2, 2]);
}

#[tokio::test]
async fn one_on_trial_is_asked_by_one_request_at_a_time() {
    let client = client(&SITE.replace("eject = 600", "eject = 1"), None);
    upstream(&client, 0).failed();
    while upstream(&client, 0).state() == State::Ejected {
        tokio::task::yield_now().await;
    }
    assert_eq!(upstream(&client, 0).state(), State::Trial);
    let busy: Vec<Place> = (1..3).map(|at| upstream(&client, at).take_place()).collect();
    assert_eq!(chosen(&client, 2), [1, 1]);
    let _trial = upstream(&client, 0).take_place();
    assert!(!chosen(&client, 6).contains(&1));
    drop(busy);
}

#[tokio::test]
async fn an_origin_that_stays_keeps_its_health_under_new_rules() {
    let old = client(SITE, None);
    upstream(&old, 0).failed();
    upstream(&old, 1).checked(false);
    let text = SITE.replace("\"http://127.0.0.1:3\"", "\"http://127.0.0.1:4\"");
    let new = client(&text.replace("path = \"/\", fall = 1, rise = 1, ", ""), Some(&old));
    let states: Vec<State> = new.upstreams().map(|upstream| upstream.state()).collect();
    // Nobody checks the second any more, so nothing says that it is down.
    assert_eq!(states, [State::Ejected, State::Up, State::Up]);
    assert!(Arc::ptr_eq(upstream(&old, 0), upstream(&new, 0)));
}
