//! In: a region's ISO 3166 code, as the door found it. Out: its place in a closed list: the countries,
//! and the provinces and regions of the two countries whose clinics this was built for.

/// A region's place in [`RegionIndex::names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegionIndex(pub(super) u16);

impl RegionIndex {
    /// No region, or one that the list does not have.
    pub const UNKNOWN: RegionIndex = RegionIndex(0);

    /// The place of `CA-QC` or `FR`; a part of a country that is not in the list counts as the
    /// country.
    pub fn of(code: Option<&str>) -> RegionIndex {
        let Some(code) = code else { return RegionIndex::UNKNOWN };
        let country = code.split('-').next().unwrap_or_default();
        let place = CODES.binary_search(&code).or_else(|_| CODES.binary_search(&country));
        place.ok().and_then(|at| u16::try_from(at + 1).ok()).map_or(RegionIndex::UNKNOWN, RegionIndex)
    }

    /// The names of the cells, in the order of the indexes.
    pub fn names() -> impl Iterator<Item = &'static str> {
        std::iter::once("unknown").chain(CODES.iter().copied())
    }
}

/// ISO 3166-1 alpha-2, with ISO 3166-2 for Canada and Morocco; sorted.
#[rustfmt::skip]
const CODES: &[&str] = &[
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ",
    "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS",
    "BT", "BV", "BW", "BY", "BZ", "CA", "CA-AB", "CA-BC", "CA-MB", "CA-NB", "CA-NL", "CA-NS",
    "CA-NT", "CA-NU", "CA-ON", "CA-PE", "CA-QC", "CA-SK", "CA-YT", "CC", "CD", "CF", "CG", "CH",
    "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DE", "DJ", "DK",
    "DM", "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR",
    "GA", "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT",
    "GU", "GW", "GY", "HK", "HM", "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ",
    "IR", "IS", "IT", "JE", "JM", "JO", "JP", "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW",
    "KY", "KZ", "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MA-01",
    "MA-02", "MA-03", "MA-04", "MA-05", "MA-06", "MA-07", "MA-08", "MA-09", "MA-10", "MA-11",
    "MA-12", "MC", "MD", "ME", "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR",
    "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA", "NC", "NE", "NF", "NG", "NI", "NL", "NO",
    "NP", "NR", "NU", "NZ", "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM", "PN", "PR", "PS",
    "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG", "SH",
    "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST", "SV", "SX", "SY", "SZ", "TC", "TD",
    "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO", "TR", "TT", "TV", "TW", "TZ", "UA", "UG",
    "UM", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI", "VN", "VU", "WF", "WS", "YE", "YT", "ZA",
    "ZM", "ZW",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn name(code: &str) -> &'static str {
        RegionIndex::names().nth(usize::from(RegionIndex::of(Some(code)).0)).unwrap()
    }

    #[test]
    fn every_code_finds_itself() {
        assert!(CODES.is_sorted());
        for code in CODES {
            assert_eq!(name(code), *code);
        }
    }

    #[test]
    fn what_is_not_listed_is_its_country_or_unknown() {
        assert_eq!(name("FR-IDF"), "FR");
        assert_eq!(name("CA-ZZ"), "CA");
        assert_eq!(name("ZZ"), "unknown");
        assert_eq!(RegionIndex::of(None), RegionIndex::UNKNOWN);
    }
}
