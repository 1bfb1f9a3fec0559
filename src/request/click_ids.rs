//! In: a query. Out: the same, byte for byte, without the parameters that advertisers and mailing
//! services number visitors by (promise RQ9). Only names are read. A click id that a site's own
//! script has packed into another parameter's value is not found.

use url::form_urlencoded;

/// Names in lower case. Advertisers' click ids, then e-mail recipients, then linkers that carry a
/// visitor's number from one site to another. Campaign names (`utm_…`) number nobody and stay.
const NAMES: [&str; 87] = [
    "gclid",
    "gclsrc",
    "gbraid",
    "wbraid",
    "dclid",
    "gad_source",
    "gad_campaignid",
    "srsltid",
    "gdfms",
    "gdftrk",
    "gdffi",
    "fbclid",
    "fbadid",
    "fb_action_ids",
    "igshid",
    "igsh",
    "msclkid",
    "ttclid",
    "li_fat_id",
    "twclid",
    "rdt_cid",
    "qclid",
    "ndclid",
    "epik",
    "sccid",
    "s_kwcid",
    "ef_id",
    "yclid",
    "ymclid",
    "ysclid",
    "_openstat",
    "tblci",
    "dicbo",
    "obclickid",
    "irclickid",
    "irgwc",
    "cjevent",
    "sscid",
    "awc",
    "zanpid",
    "ransiteid",
    "raneaid",
    "admitad_uid",
    "rb_clickid",
    "unicorn_click_id",
    "iclid",
    "wickedid",
    "wicked_email",
    "mc_eid",
    "mc_cid",
    "_hsenc",
    "_hsmi",
    "__hstc",
    "__hssc",
    "__hsfp",
    "hsctatracking",
    "vero_id",
    "vero_conv",
    "mkt_tok",
    "oly_anon_id",
    "oly_enc_id",
    "ml_subscriber",
    "ml_subscriber_hash",
    "_kx",
    "_ke",
    "trk_contact",
    "trk_msg",
    "trk_module",
    "trk_sid",
    "dm_i",
    "bsft_eid",
    "bsft_uid",
    "bsft_clkid",
    "elqtrackid",
    "elqtrack",
    "_bta_tid",
    "_bta_c",
    "__s",
    "ck_subscriber_id",
    "ss_email_id",
    "vgo_ee",
    "_gl",
    "_ga",
    "_branch_match_id",
    "pk_vid",
    "guce_referrer",
    "guce_referrer_sig",
];

/// The query without click ids; `None` where it has none.
pub(super) fn strip(query: &str) -> Option<String> {
    let mut kept = String::with_capacity(query.len());
    // Pairs keep the separator before them; `;` separates too, for some servers and in `&amp;`.
    for pair in pairs(query).filter(|pair| !is_click_id(pair)) {
        kept.push_str(if kept.is_empty() { pair.trim_start_matches(['&', ';']) } else { pair });
    }
    let stripped = pairs(query).any(is_click_id);
    stripped.then_some(kept)
}

/// Each pair with its separator before it.
fn pairs(query: &str) -> impl Iterator<Item = &str> {
    let mut rest = query;
    std::iter::from_fn(move || {
        let end = rest.get(1..)?.find(['&', ';']).map_or(rest.len(), |at| at + 1);
        let (pair, after) = rest.split_at(end);
        rest = after;
        Some(pair)
    })
}

fn is_click_id(pair: impl AsRef<str>) -> bool {
    let pair = pair.as_ref().trim_start_matches(['&', ';']);
    let name = form_urlencoded::parse(pair.as_bytes()).next().map(|(name, _)| name.to_ascii_lowercase());
    // `gclid[]` is the same parameter to PHP.
    let plain = name.as_deref().unwrap_or_default().split('[').next().unwrap_or_default().trim().to_owned();
    NAMES.contains(&plain.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn click_ids_go_and_the_rest_stays_byte_for_byte() {
        let of = |query| strip(query);
        assert_eq!(of("a=1&gclid=x&b=%C3%A9+2").as_deref(), Some("a=1&b=%C3%A9+2"));
        assert_eq!(of("fbclid=x&a=1").as_deref(), Some("a=1"));
        assert_eq!(of("a=1&MSCLKID=x").as_deref(), Some("a=1"));
        assert_eq!(of("gclid").as_deref(), Some(""));
        assert_eq!(of("a=1&amp;gclid=x;b=2").as_deref(), Some("a=1&amp;b=2"));
        assert_eq!(of("%67clid=x&a&&b=").as_deref(), Some("a&&b="));
        assert_eq!(of("gclid[]=x&gclid%5B0%5D=y&c=1").as_deref(), Some("c=1"));
        assert_eq!(of("mc_eid=1&_hsenc=2&ScCid=3&q=gclid").as_deref(), Some("q=gclid"));
    }

    #[test]
    fn a_query_without_click_ids_is_left_alone() {
        for query in ["", "&", "a=1&&b", "q=gclid%3Dx", "utm_source=x", "gclidx=1", ";", "é=1"] {
            assert_eq!(strip(query), None, "{query}");
        }
    }
}
