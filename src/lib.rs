//! Paravent: a folding screen in front of a clinic's website.
//!
//! # The way of a request
//!
//! ```text
//! accept → VISITOR (address truncated and dropped at the door) → POLICY decides → REQUEST cleaned → origin
//!        → RESPONSE headers → HTML rewritten in streaming, banner set in → visitor
//!                                     └→ USAGE: a page view of constants → table in memory → noised release
//!                                                                               → STORE → DASHBOARD
//! ```
//!
//! One function in `server/pipeline.rs` reads as that sentence. Each stage takes the value the stage
//! before it made: `PeerAddress` (consumed) → `Arrival` → `Visitor` → `Decision` → `CleanRequest` →
//! the origin's response → `HtmlStream` → `PageView`.
//!
//! # The house
//!
//! | room | what it does | may import (rooms) |
//! |---|---|---|
//! | `clock` | the one source of time, injected | policy |
//! | `key_file` | keys on disk: private, whole, wiped from memory | |
//! | `policy` | pure: purposes, choices, receipts, catalogue, `decide()` → `Decision` with the rule's name | |
//! | `config` | TOML file → checked `Config`, every problem at once | policy |
//! | `promises` | what the five profiles promise, what keeps it, and whether a config does | policy, config |
//! | `visitor` | the door: truncation, trusted proxies, region, language, device class, consent cookie, keys | policy, config, clock, key_file |
//! | `request` | what the origin may see | policy, visitor |
//! | `response` | what the browser may see: cookies, policy headers, caching | policy |
//! | `html` | streaming rewrite; fails closed | policy |
//! | `consent` | what the visitor sees and presses: banner, privacy page, words | policy, config |
//! | `usage` | page views in constants, closed page list, token table, noise, release | policy, clock |
//! | `learning` | policy reports and cookies' names, cut while parsed, and the threshold for what is told of them | policy |
//! | `store` | SQLite: receipts and their signed chain, released counts, ledger, gaps, accounts, logs, hosts and cookies seen, suggested templates | policy, usage, clock, key_file |
//! | `dashboard` | the operator's and marketer's pages: login, usage with its ranges, exports | policy, clock, usage, store |
//! | `egress` | Paravent's own fetches: the site's sitemap and public links, from its origin; CNAMEs of its hosts | policy, config |
//! | `demo` | five clinics' pages as their origins would serve them, tags and all | |
//! | `server` | the shell: listeners, TLS, HTTP versions, the origin's client, limits, the pipeline | all but cli |
//! | `cli` | the commands | all |
//!
//! `tests/architecture.rs` keeps this table: who imports whom, which crates appear where, how long
//! files and functions may be.
//!
//! Where the map differs from the first design, and why: `demo` is a room of its own, because its pages
//! are data that no other room should see. `consent` makes no cookies: the door signs them, so that one
//! room holds the keys. The day token is made in `usage`, which holds the day's key, from what the pipeline
//! borrows to it before the request is cleaned; the door keeps nothing for it. `learning` is a room because
//! browsers' reports hold whole URLs, and nothing but a host may leave it. `promises` is apart from `policy`,
//! because it judges whole configs: contacts, contracts and origins, which no decision needs. `key_file`
//! stands apart because two rooms keep keys: the door signs cookies, the store signs the chain of receipts.
//!
//! # Tenets, in rank order
//!
//! Private, fail closed, correct, understandable, fast. Where two pull apart, the earlier wins.

pub mod cli;
pub mod clock;
pub mod config;
pub mod consent;
pub mod dashboard;
pub mod demo;
pub mod egress;
pub mod html;
pub mod key_file;
pub mod learning;
pub mod policy;
pub mod promises;
pub mod request;
pub mod response;
pub mod server;
pub mod store;
pub mod usage;
pub mod visitor;
