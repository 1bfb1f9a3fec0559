//! Controls over what is known of a visitor, and what is counted.

use super::Control;
use crate::config::UsagePreset;
use crate::promises::Verdict;

pub(crate) const TRUNCATED_ADDRESS: Control = Control {
    id: "truncated-address",
    does: "an address is cut to /24 or /48 at the door, before anything else sees it",
    tests: &[
        "src/visitor/network.rs::the_last_octet_leaves_no_trace",
        "src/visitor/network.rs::the_last_80_bits_leave_no_trace",
        "tests/canaries.rs::a_direct_ipv4_address_ends_at_the_door",
        "tests/canaries.rs::a_direct_ipv6_address_ends_at_the_door",
    ],
    verdict: |_| Verdict::kept("no key keeps more than a /24 or /48"),
};

pub(crate) const COARSE_REGION: Control = Control {
    id: "coarse-region",
    does: "the region comes from the truncated address, is a hint to the origin and a cell of a table, and is not kept per visitor",
    tests: &[
        "tests/proxy_http.rs::the_region_of_the_truncated_network_and_the_language_reach_the_origin_as_hints",
        "src/usage/region.rs::what_is_not_listed_is_its_country_or_unknown",
    ],
    verdict: |_| Verdict::kept("a region at most, and none where there is no GeoIP file"),
};

pub(crate) const COARSE_DEVICE: Control = Control {
    id: "coarse-device",
    does: "of browser and equipment only phone, tablet or computer is told, never a User-Agent",
    tests: &[
        "src/visitor/device.rs::three_classes_and_no_more",
        "tests/counted.rs::nothing_of_a_visitor_is_left_behind",
    ],
    verdict: |_| Verdict::kept("three classes; no key adds a fourth"),
};

pub(crate) const NOISED_COUNTS: Control = Control {
    id: "noised-counts",
    does: "visits are counted on this server in one table without a row per visitor, and released with noise",
    tests: &[
        "src/usage/noise_tests.rs::each_value_comes_as_often_as_its_exact_probability",
        "tests/counted.rs::nothing_of_a_visitor_is_left_behind",
    ],
    verdict: |site| {
        let rho = match site.usage.preset {
            UsagePreset::Strict => "0.1",
            UsagePreset::Balanced => "0.25",
            UsagePreset::Detailed => "0.5",
        };
        Verdict::kept(format!(
            "released counts carry noise for rho {rho} a period; receipts are never joined"
        ))
    },
};

pub(crate) const CLOSED_PAGES: Control = Control {
    id: "closed-pages",
    does: "pages are looked up in a closed list; no query, form field or unlisted address enters a count",
    tests: &[
        "src/usage/page_list.rs::a_path_is_looked_up_in_the_form_its_origin_sees",
        "src/usage/page_list.rs::what_is_not_listed_has_no_name",
    ],
    verdict: |_| Verdict::kept("queries are cut off before the lookup; no key counts them"),
};

pub(crate) const LOGGED_EXPORTS: Control = Control {
    id: "logged-exports",
    does: "exports hold released counts only, and each is logged before it is handed out",
    tests: &["src/dashboard/export.rs::csv_has_every_cell_as_it_was_released_and_is_logged"],
    verdict: |_| Verdict::kept("an export that cannot be logged is not made"),
};

pub(crate) const UPLOADS: Control = Control {
    id: "uploads",
    does: "request bodies are streamed to the origin, never parsed, logged or counted",
    tests: &[
        "tests/proxy_http.rs::an_upload_reaches_the_origin_byte_for_byte_while_it_is_sent",
        "tests/counted.rs::nothing_of_a_visitor_is_left_behind",
    ],
    verdict: |site| match site.request_body_bytes {
        0 => Verdict::broken("request_body_bytes = 0: nothing can be uploaded"),
        bytes => Verdict::kept(format!("up to {bytes} bytes pass unread")),
    },
};

pub(crate) const OBJECTION: Control = Control {
    id: "objection",
    does: "who objects to being counted is not counted",
    tests: &[
        "tests/counted.rs::what_is_no_page_view_of_a_person_is_not_counted",
        "tests/counted.rs::an_event_is_taken_from_the_sites_own_pages_by_number_and_from_nobody_who_objected",
        "src/consent/events.rs::the_script_is_small_and_told_the_list_and_nothing_of_the_visitor",
        "src/consent/outcome.rs::objecting_to_being_counted_leaves_the_choice_alone",
    ],
    verdict: |_| Verdict::kept("one can object on the privacy page; no key takes that away"),
};
