//! In: a choice, and the signed text of one that a browser brings back. Out: that text, and the
//! choice where every character and the signature are right; else nothing, as if none was made.
//!
//! `1.<notice>.<day>.<purposes>.<vendors>.<flags>.<receipt>.<signature>`: format version, the
//! notice's fingerprint, days since 1970 in UTC, first letters of the granted purposes, exceptions
//! (`1youtube~0hotjar`), flags (`o` objects to being counted, `n` has not chosen), receipt id. Only
//! characters that need no escaping in a cookie or a URL. A refusal holds nothing of who made it:
//! it is the same text for everyone that day.

use std::collections::BTreeMap;
use std::io;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::keys::{Keys, Use};
use crate::key_file::random;
use crate::policy::{Day, Purpose, PurposeSet, StoredChoice};

const FORMAT: &str = "1";
/// 16 random bytes in unpadded base64.
const RECEIPT_CHARS: usize = 22;

/// The id of a receipt. It names one visitor's grant, so it has neither Debug nor Display.
#[derive(Clone, PartialEq, Eq)]
pub struct ReceiptId(String);

impl ReceiptId {
    /// A new one, of 128 random bits.
    ///
    /// # Errors
    /// Where the system gives no randomness.
    pub fn random() -> io::Result<ReceiptId> {
        Ok(ReceiptId(URL_SAFE_NO_PAD.encode(random::<16>()?.as_slice())))
    }

    /// Reads an id as a cookie or a receipt writes it.
    pub fn parse(text: &str) -> Option<ReceiptId> {
        (text.len() == RECEIPT_CHARS && is_plain(text)).then(|| ReceiptId(text.to_owned()))
    }

    /// For the store of receipts and the visitor's own receipt; for no log, header or page.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Writes the cookie's value. A grant has a receipt and a refusal has none: a grant without one
/// is written as a refusal, and a refusal loses its exceptions, which grant nothing either.
pub(super) fn issue(keys: &Keys, site: &str, choice: &StoredChoice, receipt: Option<&ReceiptId>) -> String {
    let granted =
        receipt.filter(|_| grants_something(choice) && choice.vendors.keys().all(|id| is_plain(id)));
    let payload = match granted {
        Some(receipt) => payload(choice, &receipt.0),
        None => {
            let refusal =
                StoredChoice { purposes: PurposeSet::NONE, vendors: BTreeMap::new(), ..choice.clone() };
            payload(&refusal, "")
        }
    };
    let signature = keys.sign(Use::Consent, &[site, &payload]);
    format!("{payload}.{signature}")
}

/// Reads the cookie's value for `site`.
pub(super) fn read(keys: &Keys, site: &str, value: &str) -> Option<(StoredChoice, Option<ReceiptId>)> {
    let (signed, signature) = value.rsplit_once('.')?;
    if !keys.verifies(Use::Consent, &[site, signed], signature) {
        return None;
    }
    let fields: Vec<&str> = signed.split('.').collect();
    let &[FORMAT, notice, day, purposes, vendors, flags, receipt] = fields.as_slice() else { return None };
    let choice = StoredChoice {
        notice: notice.to_owned(),
        day: Day(day.parse().ok()?),
        purposes: Purpose::OPTIONAL.into_iter().filter(|p| purposes.contains(letter(*p))).collect(),
        vendors: vendors.split('~').filter(|text| !text.is_empty()).map(exception).collect::<Option<_>>()?,
        counted: !flags.contains('o'),
        chosen: !flags.contains('n'),
    };
    let receipt_id = ReceiptId::parse(receipt);
    // There is one way to write a choice; what differs from it was not written here.
    let canonical = payload(&choice, receipt) == signed && receipt_id.is_some() == grants_something(&choice);
    canonical.then_some((choice, receipt_id))
}

fn payload(choice: &StoredChoice, receipt: &str) -> String {
    let purposes: String = choice.purposes.iter().map(letter).collect();
    let exceptions = choice.vendors.iter().map(|(id, granted)| format!("{}{id}", u8::from(*granted)));
    let vendors = exceptions.collect::<Vec<_>>().join("~");
    let flags = [(!choice.counted, 'o'), (!choice.chosen, 'n')];
    let flags: String = flags.iter().filter(|(on, _)| *on).map(|(_, flag)| flag).collect();
    let StoredChoice { notice, day: Day(day), .. } = choice;
    format!("{FORMAT}.{notice}.{day}.{purposes}.{vendors}.{flags}.{receipt}")
}

fn exception(text: &str) -> Option<(String, bool)> {
    let granted = match text.chars().next()? {
        '1' => true,
        '0' => false,
        _ => return None,
    };
    text.get(1..).filter(|id| is_plain(id)).map(|id| (id.to_owned(), granted))
}

fn grants_something(choice: &StoredChoice) -> bool {
    !choice.purposes.is_empty() || choice.vendors.values().any(|granted| *granted)
}

const fn letter(purpose: Purpose) -> char {
    match purpose {
        Purpose::Necessary => 'n',
        Purpose::Functional => 'f',
        Purpose::Analytics => 'a',
        Purpose::Marketing => 'm',
    }
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn choice(purposes: PurposeSet, vendors: &[(&str, bool)]) -> StoredChoice {
        StoredChoice {
            notice: "n0tice".into(),
            day: Day(20_000),
            purposes,
            vendors: vendors.iter().map(|(id, granted)| ((*id).to_owned(), *granted)).collect(),
            counted: true,
            chosen: true,
        }
    }

    fn keys() -> Keys {
        Keys::ephemeral().unwrap()
    }

    fn forged(keys: &Keys, payload: &str) -> String {
        format!("{payload}.{}", keys.sign(Use::Consent, &["clinic", payload]))
    }

    #[test]
    fn a_grant_comes_back_as_it_went() {
        let (keys, receipt) = (keys(), ReceiptId::random().unwrap());
        let given = choice(PurposeSet::ALL, &[("hotjar", false), ("youtube", true)]);
        let value = issue(&keys, "clinic", &given, Some(&receipt));
        assert!(value.starts_with("1.n0tice.20000.fam.0hotjar~1youtube.."), "{value}");
        let (read, id) = read(&keys, "clinic", &value).unwrap();
        assert_eq!(read, given);
        assert!(id == Some(receipt));
    }

    #[test]
    fn a_refusal_is_the_same_bytes_for_everyone_that_day() {
        let keys = keys();
        let refuse = |receipt: Option<&ReceiptId>, vendors| {
            issue(&keys, "clinic", &choice(PurposeSet::NONE, vendors), receipt)
        };
        let receipts = [ReceiptId::random().unwrap(), ReceiptId::random().unwrap()];
        let first = refuse(None, &[]);
        assert_eq!(refuse(Some(&receipts[0]), &[]), first);
        assert_eq!(refuse(Some(&receipts[1]), &[("hotjar", false)]), first);
        assert!(first.starts_with("1.n0tice.20000....."), "{first}");
        let (read, id) = read(&keys, "clinic", &first).unwrap();
        assert!(read.chosen && id.is_none());
    }

    #[test]
    fn a_grant_without_a_receipt_is_written_as_a_refusal() {
        let keys = keys();
        let value = issue(&keys, "clinic", &choice(PurposeSet::ALL, &[]), None);
        assert!(read(&keys, "clinic", &value).unwrap().0.purposes.is_empty());
    }

    #[test]
    fn an_objection_is_no_choice() {
        let keys = keys();
        let objects = StoredChoice { counted: false, chosen: false, ..choice(PurposeSet::NONE, &[]) };
        let value = issue(&keys, "clinic", &objects, None);
        assert_eq!(read(&keys, "clinic", &value).unwrap().0, objects);
    }

    #[test]
    fn another_site_or_key_does_not_accept_it() {
        let keys = keys();
        let value = issue(&keys, "clinic", &choice(PurposeSet::NONE, &[]), None);
        assert!(read(&keys, "other", &value).is_none());
        assert!(read(&self::keys(), "clinic", &value).is_none());
    }

    #[test]
    fn signed_but_not_canonical_texts_are_none() {
        let (keys, id) = (keys(), "A".repeat(22));
        assert!(read(&keys, "clinic", &forged(&keys, &format!("1.n.20000.fa...{id}"))).is_some());
        for bad in [
            format!("1.n.20000.af...{id}"),
            format!("1.n.020000.fa...{id}"),
            format!("1.n.20000.fax...{id}"),
            format!("1.n.20000.fa.1b~0a..{id}"),
            format!("1.n.20000.fa.1a~0a..{id}"),
            format!("1.n.20000....{id}"),
            "1.n.20000.fa...".to_owned(),
            format!("2.n.20000.fa...{id}"),
            format!("1.n.20000.fa...{id}."),
            format!("1.n.99999999999.fa...{id}"),
        ] {
            assert!(read(&keys, "clinic", &forged(&keys, &bad)).is_none(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn one_changed_character_voids_it(at: prop::sample::Index, to in "[ -~]") {
            let (keys, receipt) = (keys(), ReceiptId::random().unwrap());
            let value = issue(&keys, "clinic", &choice(PurposeSet::ALL, &[("youtube", true)]), Some(&receipt));
            let at = at.index(value.len());
            let changed = format!("{}{to}{}", &value[..at], &value[at + 1..]);
            prop_assume!(changed != value);
            prop_assert!(read(&keys, "clinic", &changed).is_none());
        }

        #[test]
        fn no_text_stops_the_reader(text: String) {
            prop_assert!(read(&keys(), "clinic", &text).is_none());
        }
    }
}
