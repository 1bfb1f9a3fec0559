//! In: a truncated network. Out: the country or province it is in, from a MaxMind-format file. The
//! look-up never sees an address; without a file, or with a broken one, the region is unknown and
//! everything else works.

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use lru::LruCache;
use maxminddb::{MaxMindDbError, PathElement, Reader};

use super::network::Network;

/// Networks remembered, so that a busy page does not walk the tree again for each of its parts.
const REMEMBERED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4095);

/// A country (`MA`) or a part of one (`CA-QC`), by ISO 3166.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Region(String);

impl Region {
    /// The code.
    pub fn code(&self) -> &str {
        &self.0
    }

    /// `None` unless the codes look like ISO 3166-1 alpha-2 and 3166-2: they come from a file that
    /// anyone may have made, and go into a header.
    fn new(country: &str, part: Option<&str>) -> Option<Region> {
        let upper = |text: &str| text.bytes().all(|b| b.is_ascii_uppercase());
        let named = country.len() == 2 && upper(country);
        let part = part.filter(|part| {
            (1..=3).contains(&part.len())
                && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        });
        let code = part.map_or_else(|| country.to_owned(), |part| format!("{country}-{part}"));
        named.then_some(Region(code))
    }
}

/// The regions' file and what was looked up lately.
pub(super) struct Regions {
    file: Option<Reader<Vec<u8>>>,
    lately: Mutex<LruCache<Network, Option<Region>>>,
}

impl Regions {
    /// Opens the file; one that is absent or cannot be read leaves every region unknown.
    pub(super) fn open(file: Option<&Path>) -> Regions {
        let file = file.and_then(|path| Reader::open_readfile(path).ok());
        Regions { file, lately: Mutex::new(LruCache::new(REMEMBERED)) }
    }

    /// The file opened again; `None` where one is named and cannot be read.
    pub(super) fn reopen(file: Option<&Path>) -> Option<Regions> {
        let regions = Regions::open(file);
        (regions.are_known() || file.is_none()).then_some(regions)
    }

    /// Whether there is a file to look in.
    pub(super) fn are_known(&self) -> bool {
        self.file.is_some()
    }

    /// The region of a network.
    pub(super) fn of(&self, network: Network) -> Option<Region> {
        let file = self.file.as_ref()?;
        let mut lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        lately.get_or_insert(network, || look_up(file, network.address()).ok().flatten()).clone()
    }
}

/// Both shapes in use: MaxMind's nested one, and the flat one of the CC0 country databases.
fn look_up(file: &Reader<Vec<u8>>, address: IpAddr) -> Result<Option<Region>, MaxMindDbError> {
    use PathElement::{Index, Key};
    let found = file.lookup(address)?;
    if let Some(country) = found.decode_path::<&str>(&[Key("country_code")])? {
        return Ok(Region::new(country, None));
    }
    let country = found.decode_path::<&str>(&[Key("country"), Key("iso_code")])?;
    let part = found.decode_path::<&str>(&[Key("subdivisions"), Index(0), Key("iso_code")])?;
    Ok(country.and_then(|country| Region::new(country, part)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visitor::fixtures::region_file;

    fn network(address: &str) -> Network {
        Network::of(address.parse().unwrap())
    }

    fn code(regions: &Regions, address: &str) -> Option<String> {
        regions.of(network(address)).map(|region| region.code().to_owned())
    }

    #[test]
    fn both_shapes_of_file_are_read() {
        let file = region_file();
        let regions = Regions::open(Some(file.path()));
        assert!(regions.are_known());
        for _ in 0..2 {
            assert_eq!(code(&regions, "192.0.2.200").as_deref(), Some("CA-QC"));
            assert_eq!(code(&regions, "198.51.100.1").as_deref(), Some("MA"));
            assert_eq!(code(&regions, "203.0.113.1"), None);
        }
        assert_eq!(code(&regions, "2001:db8::1"), None, "a file without IPv6 knows nothing of it");
    }

    #[test]
    fn without_a_readable_file_the_region_is_unknown() {
        let broken = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(broken.path(), b"not a database").unwrap();
        for path in [None, Some(broken.path()), Some(Path::new("/nonexistent.mmdb"))] {
            let regions = Regions::open(path);
            assert!(!regions.are_known());
            assert_eq!(code(&regions, "192.0.2.1"), None);
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let file = region_file();
        let regions = Regions::open(Some(file.path()));
        for n in 0..5000u32 {
            regions.of(Network::of(std::net::Ipv4Addr::from(n << 8).into()));
        }
        assert_eq!(regions.lately.lock().unwrap().len(), REMEMBERED.get());
    }

    #[test]
    fn codes_that_are_none_are_refused() {
        assert_eq!(Region::new("ca", None), None);
        assert_eq!(Region::new("CAN", None), None);
        assert_eq!(Region::new("CA", Some("Q\r\n")), Some(Region("CA".into())));
    }
}
