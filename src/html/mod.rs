//! Pages, rewritten as they pass.
//!
//! In: the bytes of an HTML, XHTML or SVG document as the origin sends them, a [`Decision`] and what
//! the other rooms want set in. Out: the same bytes without what the decision blocks, and the list
//! of what was taken out. It must never know who visits, and it never passes on a byte it could not
//! read: where it cannot go on it returns an error, and the caller cuts the stream.
//!
//! A page goes through these files:
//!
//! | file | what it does |
//! |---|---|
//! | `sniff` | whether a body without a Content-Type is HTML |
//! | `charset` | which charset a browser would read it in |
//! | `stream` | the public [`HtmlStream`]: waits for the charset, then feeds the engine |
//! | `engine` | lol_html and its handlers; nested documents |
//! | `carrier` | how bytes of any charset travel through lol_html unharmed |
//! | `tag` | which tags are worth reading at all |
//! | `placement` | where the guard and the banner go |
//! | `elements`, `roles` | what each attribute means, and what becomes of its element |
//! | `scripts`, `signatures`, `snippet` | scripts, and what inline code betrays |
//! | `migration` | scripts that wait for another consent manager |
//! | `frames`, `links`, `srcset`, `css` | frames and `srcdoc`; links, `meta`, `base`; candidates; styles |
//! | `sheet`, `library` | style sheet files; vendors' libraries under other names |
//! | `judge`, `urls`, `entities`, `stopped` | rulings on URLs, escapes, and the record of it all |
//!
//! [`Decision`]: crate::policy::Decision

mod carrier;
mod charset;
mod css;
mod elements;
mod engine;
mod entities;
mod error;
mod foreign;
mod frames;
mod insertions;
mod judge;
mod library;
mod links;
mod migration;
mod placement;
mod roles;
mod scripts;
mod sheet;
mod signatures;
mod sniff;
mod snippet;
mod srcset;
mod stopped;
mod stream;
mod tag;
mod urls;

pub use error::HtmlError;
pub use insertions::{Around, BlockedFrame, Insertions};
pub use library::{LIBRARY_WINDOW, library_in};
pub use sheet::Sheet;
pub use signatures::{Mention, Seen, Signatures};
pub use sniff::{Sniffed, sniff};
pub use stopped::{Stop, Stopped};
pub use stream::{HtmlStream, Kind, Page};
pub use urls::{judge_parsed, judge_url};

#[cfg(test)]
mod testing;
