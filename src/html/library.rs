//! In: the start of a script that the site serves from its own host. Out: whose library it is, if it is the
//! library itself, served under another name. Takes no decision.
//!
//! Only what a vendor's own file holds counts, in the first bytes of it: words of its inside, several at
//! once, that no page calls and no snippet has. Libraries that are also published as packages are left
//! out: a site's own bundle with one in it must not be emptied, and what it sends is kept in by other means.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::policy::{Catalogue, VendorIndex};

/// As many bytes of a script as are looked at.
pub const LIBRARY_WINDOW: usize = 128 * 1024;

struct Library {
    /// The catalogue's ids of the products that this file may serve.
    vendors: &'static [&'static str],
    /// Words that all stand in its first `within` bytes.
    words: &'static [&'static str],
    within: usize,
}

const fn library(vendors: &'static [&'static str], within: usize, words: &'static [&'static str]) -> Library {
    Library { vendors, words, within }
}

const KIB: usize = 1024;

const LIBRARIES: [Library; 16] = [
    // gtm.js and gtag/js are one program with other data.
    library(
        &["google-tag-manager", "google-analytics", "google-ads"],
        16 * KIB,
        &["\"resource\": {", "\"macros\":[", "\"function\":\"__"],
    ),
    library(&["google-analytics"], 128 * KIB, &["_gaUserPrefs", "GoogleAnalyticsObject", "ga-disable-"]),
    library(&["google-analytics"], 128 * KIB, &["__utm.gif", "__utmz", "_gaUserPrefs"]),
    library(&["meta-pixel"], 8 * KIB, &["fbq.version", "fbq._releaseSegment"]),
    library(&["meta-pixel"], 128 * KIB, &["__fbEventsPlugin", "fbq.registerPlugin"]),
    library(&["matomo", "matomo-cloud"], 128 * KIB, &["JSON_PIWIK", "_paq"]),
    library(&["matomo", "matomo-cloud"], 128 * KIB, &["matomoPluginAsyncInit", "_paq"]),
    library(&["hotjar"], 8 * KIB, &["hjSiteSettings", "hjBootstrap"]),
    library(&["hotjar"], 128 * KIB, &["hjBootstrapCalled", "_hjSettings"]),
    library(&["microsoft-clarity"], KIB, &["clarity-js v", "microsoft/clarity"]),
    library(&["linkedin-insight"], 128 * KIB, &["_already_called_lintrk", "_linkedin_data_partner_ids"]),
    library(&["tiktok-pixel"], 128 * KIB, &["_tt_enable_cookie", "TiktokAnalyticsObject"]),
    library(&["microsoft-ads"], 128 * KIB, &["function UET(", "UET.prototype", "uetq"]),
    library(&["plausible"], 16 * KIB, &["plausible_ignore", "data-domain"]),
    library(&["umami"], 16 * KIB, &["umami.disabled", "website-id"]),
    library(&["fathom"], 128 * KIB, &["blockFathomTracking", "fathom"]),
];

/// `None` where it could not be built, which `every_word_is_found` rules out.
static WORDS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::new(LIBRARIES.iter().flat_map(|library| library.words)).ok());

/// The vendors whose library `start` is the beginning of, by their places in `catalogue`; none where it is
/// nobody's.
pub fn library_in(catalogue: &Catalogue, start: &[u8]) -> Vec<VendorIndex> {
    let Some(words) = WORDS.as_ref() else { return Vec::new() };
    let window = &start[..start.len().min(LIBRARY_WINDOW)];
    let mut ends = vec![None; words.patterns_len()];
    for found in words.find_overlapping_iter(window) {
        ends[found.pattern().as_usize()].get_or_insert(found.end());
    }
    let mut ends = ends.into_iter();
    let known = LIBRARIES.iter().find(|library| {
        // Taken before they are looked at, so that the next library begins at its own words.
        let ends: Vec<Option<usize>> = ends.by_ref().take(library.words.len()).collect();
        ends.iter().all(|end| end.is_some_and(|end| end <= library.within))
    });
    let ids = known.map_or(&[][..], |library| library.vendors);
    ids.iter().filter_map(|id| catalogue.by_id(id)).map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vendors(script: &str) -> Vec<String> {
        let catalogue = Catalogue::built_in();
        let found = library_in(&catalogue, script.as_bytes());
        found.iter().map(|at| catalogue.vendor(*at).unwrap().id.to_string()).collect()
    }

    #[test]
    fn every_library_is_known_by_all_its_words_and_not_by_fewer() {
        let catalogue = Catalogue::built_in();
        for library in &LIBRARIES {
            assert!(library.vendors.iter().all(|id| catalogue.by_id(id).is_some()), "{:?}", library.vendors);
            assert_eq!(vendors(&library.words.join(";")), library.vendors);
            for word in library.words {
                let fewer: Vec<&str> = library.words.iter().copied().filter(|one| one != word).collect();
                assert!(vendors(&fewer.join(";")).is_empty(), "{:?} without {word}", library.vendors);
            }
            let late = format!("{}{}", " ".repeat(library.within), library.words.join(";"));
            assert!(vendors(&late).is_empty(), "{:?} far into a file", library.vendors);
        }
    }

    #[test]
    fn the_files_that_vendors_serve_are_known() {
        let container = "\n// Copyright 2012 Google Inc. All rights reserved.\n \n(function(){\n\nvar data = {\n\
            \"resource\": {\n  \"version\":\"7\",\n  \n  \"macros\":[{\"function\":\"__e\"},{\"function\":\"__u\"}],\n";
        assert_eq!(vendors(container), ["google-tag-manager", "google-analytics", "google-ads"]);
        let pixel = "/**\n* Copyright (c) 2017-present, Facebook, Inc. All rights reserved.\n*/\n\
            fbq.version=\"2.9.176\";fbq._releaseSegment = \"stable\";fbq.pendingConfigs=[\"global_config\"];";
        assert_eq!(vendors(pixel), ["meta-pixel"]);
        let clarity =
            "/* clarity-js v0.7.20: https://github.com/microsoft/clarity (License: MIT) */\n!function(){";
        assert_eq!(vendors(clarity), ["microsoft-clarity"]);
    }

    #[test]
    fn scripts_that_speak_of_vendors_are_not_theirs() {
        for own in [
            "window.dataLayer=[];function gtag(){dataLayer.push(arguments)}window['ga-disable-UA-1']=true",
            "(function(i,s,o,g,r,a,m){i['GoogleAnalyticsObject']=r;})(window,document,'script','//www.google-analytics.com/analytics.js','ga');",
            "!function(f){n=f.fbq=function(){};n.version='2.0'}(window);fbq('init','1')",
            "var _paq=window._paq||[];_paq.push(['trackPageView']);u+'matomo.js'",
            "(function(h){h._hjSettings={hjid:1,hjsv:6}})(window)",
            "!function(w,d,t){w.TiktokAnalyticsObject=t;ttq.load('C1')}(window,document,'ttq')",
            "_linkedin_data_partner_ids.push('1');window.lintrk=function(){}",
            "localStorage.plausible_ignore = 'true'",
            "{\"tags\":[],\"macros\":[]}",
        ] {
            assert!(vendors(own).is_empty(), "{own}");
        }
    }
}
