//! In: a receipt and the line before it. Out: hashes, and the bytes that are signed. Fields are
//! prefixed with their length and each kind of text with a name of its own, so that no two different
//! things have the same bytes. Pure.

use ed25519_dalek::Signature;
use sha2::{Digest as _, Sha256};

use super::keys::{PublicKeys, SigningKeys};
use crate::policy::{Day, Receipt};

/// SHA-256.
pub(super) type Hash = [u8; 32];

/// The hash over a receipt and its id. The id is 128 random bits: once it is erased, nobody can
/// try contents against the hash.
pub(super) fn content_hash(id: &str, receipt: &Receipt) -> Hash {
    hashed(
        "paravent receipt content 1",
        &[
            id.as_bytes(),
            receipt.site.as_bytes(),
            receipt.notice.as_bytes(),
            receipt.version.as_bytes(),
            receipt.purposes_text().as_bytes(),
            receipt.vendors_text().as_bytes(),
            receipt.language.as_bytes(),
            receipt.jurisdiction.as_bytes(),
            &receipt.hour.0.to_be_bytes(),
            &[u8::from(receipt.guardian)],
        ],
    )
}

/// Which chain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Chain {
    pub site: String,
    pub writer: String,
}

/// A place in a chain: a line, or what stands before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub seq: i64,
    pub day: Day,
    pub hash: Hash,
}

impl Chain {
    /// What stands before the first line.
    pub fn beginning(&self) -> Link {
        let hash = hashed("paravent receipt chain 1", &[self.site.as_bytes(), self.writer.as_bytes()]);
        Link { seq: 0, day: Day(0), hash }
    }

    /// The line after `before`.
    pub fn next(&self, before: &Link, day: Day, content: &Hash) -> Link {
        let seq = before.seq + 1;
        let hash = hashed(
            "paravent receipt line 1",
            &[
                self.site.as_bytes(),
                self.writer.as_bytes(),
                &seq.to_be_bytes(),
                &day.0.to_be_bytes(),
                &before.hash,
                content,
            ],
        );
        Link { seq, day, hash }
    }

    fn message(&self, what: Signed, link: &Link) -> Vec<u8> {
        framed(
            what.label(),
            &[
                self.site.as_bytes(),
                self.writer.as_bytes(),
                &link.seq.to_be_bytes(),
                &link.day.0.to_be_bytes(),
                &link.hash,
            ],
        )
    }
}

/// What a signature says of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signed {
    /// That it is the last of its day.
    Head,
    /// That everything up to it was purged.
    Start,
}

impl Signed {
    const fn label(self) -> &'static str {
        match self {
            Signed::Head => "paravent receipt head 1",
            Signed::Start => "paravent receipt start 1",
        }
    }
}

/// A link with its signature.
#[derive(Clone, Debug)]
pub(super) struct Seal {
    pub link: Link,
    /// The key's id.
    pub key: String,
    pub signature: Vec<u8>,
}

impl Seal {
    pub fn new(keys: &SigningKeys, chain: &Chain, what: Signed, link: Link) -> Seal {
        let signature = keys.sign(&chain.message(what, &link)).to_bytes().to_vec();
        Seal { link, key: keys.id().to_owned(), signature }
    }

    /// `None` where the key is not known.
    pub fn holds(&self, keys: &PublicKeys, chain: &Chain, what: Signed) -> Option<bool> {
        let key = keys.key(&self.key)?;
        let signature = Signature::from_slice(&self.signature);
        Some(signature.is_ok_and(|s| key.verify_strict(&chain.message(what, &self.link), &s).is_ok()))
    }
}

fn hashed(name: &str, fields: &[&[u8]]) -> Hash {
    Sha256::digest(framed(name, fields)).into()
}

fn framed(name: &str, fields: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for field in std::iter::once(&name.as_bytes()).chain(fields) {
        bytes.extend((field.len() as u64).to_be_bytes());
        bytes.extend_from_slice(field);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Hour;
    use crate::store::receipts::fixture::receipt;

    #[test]
    fn each_field_changes_the_contents_hash() {
        let plain = receipt();
        let hash = |receipt: &Receipt| content_hash("id", receipt);
        let others = [
            Receipt { site: "other".into(), ..plain.clone() },
            Receipt { notice: "other".into(), ..plain.clone() },
            Receipt { version: "2".into(), ..plain.clone() },
            Receipt { purposes: crate::policy::PurposeSet::ALL, ..plain.clone() },
            Receipt { vendors: [("hotjar".to_owned(), true)].into(), ..plain.clone() },
            Receipt { language: "en".into(), ..plain.clone() },
            Receipt { jurisdiction: "gdpr".into(), ..plain.clone() },
            Receipt { hour: Hour(plain.hour.0 + 1), ..plain.clone() },
            Receipt { guardian: !plain.guardian, ..plain.clone() },
        ];
        for other in &others {
            assert_ne!(hash(other), hash(&plain), "{other:?}");
        }
        assert_ne!(content_hash("di", &plain), hash(&plain));
    }

    #[test]
    fn no_two_things_have_the_same_bytes() {
        let chain = |site: &str, writer: &str| Chain { site: site.into(), writer: writer.into() };
        assert_ne!(chain("ab", "c").beginning().hash, chain("a", "bc").beginning().hash);
        let (own, link) = (chain("a", "b"), chain("a", "b").beginning());
        assert_ne!(own.message(Signed::Head, &link), own.message(Signed::Start, &link));
        let next = own.next(&link, Day(1), &[0; 32]);
        assert_ne!(next.hash, own.next(&link, Day(2), &[0; 32]).hash);
        assert_ne!(next.hash, own.next(&next, Day(1), &[0; 32]).hash);
    }
}
