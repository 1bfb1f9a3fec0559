//! The part of `paravent lookup --unknown` about cookies. In: the cookies of a site that nobody listed, by the
//! shapes of their names. Out: each with what becomes of it, and what to write to list it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::config::Site;
use crate::policy::{Day, Mode, Store};
use crate::store::Seen;

/// What was met on a site and is still in nobody's list; empty where there is nothing.
pub(super) fn of_site(site: &Site, seen: &[Seen]) -> String {
    let mut cookies: BTreeMap<&str, Vec<&Seen>> = BTreeMap::new();
    for row in seen {
        cookies.entry(&row.name).or_default().push(row);
    }
    let is_unlisted = |name: &str| site.policy.catalogue.stored(name, Store::Cookie).is_none();
    let unlisted = cookies.into_iter().filter(|(name, _)| is_unlisted(name));
    unlisted.map(|(name, rows)| described(site, name, &rows)).collect()
}

fn described(site: &Site, name: &str, rows: &[&Seen]) -> String {
    let first = rows.iter().map(|row| row.first).min().map(Day::iso).unwrap_or_default();
    let last = rows.iter().map(|row| row.last).max().map(Day::iso).unwrap_or_default();
    let most = rows.iter().map(|row| row.reports).max().unwrap_or(0);
    let is_set = rows.iter().any(|row| row.place == "set-cookie");
    let by =
        if is_set { "the origin" } else { "a script of a page, or the origin long ago: browsers send it" };
    let effect = match site.policy.mode {
        Mode::Enforce => "it is kept until the browser closes",
        Mode::Observe => "it is left as it is; enforcing would cut it to the session",
    };
    let mut text = format!("\n  cookie {name}: unlisted\n");
    // Writing to a String cannot fail.
    let _ = writeln!(text, "    seen       {first} to {last}; {most} times or more on one day");
    let _ = writeln!(text, "    set by     {by}");
    let _ = writeln!(text, "    effect     {effect}");
    text.push_str(&to_write(site, name));
    text
}

/// TOML to paste. What only the operator can know is left empty, so that `paravent check` asks for it.
fn to_write(site: &Site, name: &str) -> String {
    if name.chars().all(|c| !c.is_ascii_alphanumeric()) {
        return "    not told by name: it has none, or one that may be made for a visitor\n".to_owned();
    }
    let id = id(name);
    let why: Vec<String> = site.languages.iter().map(|language| format!("{language} = \"\"")).collect();
    let why = why.join(", ");
    format!(
        "    to list it, fill in the rest and write under the [[site]] of {}:\n\n[[vendor]]\nid = \"{id}\"\n\
         # What visitors know it as.\nname = \"\"\n\
         # \"necessary\" only where the site does not work without it; else it waits for consent.\npurpose = \"\"\n\
         kind = \"platform\"\nwhy = {{ {why} }}\n\n[[vendor.cookie]]\nname = \"{name}\"\n\
         # Until the browser closes; or so many days.\ndays = 0\nwhy = {{ {why} }}\n\n\
         [[site.vendor]]\nid = \"{id}\"\n",
        site.name
    )
}

/// Small letters joined by hyphens, as an id must be.
fn id(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(str::to_ascii_lowercase).collect();
    format!("cookie-{}", words.join("-"))
}
