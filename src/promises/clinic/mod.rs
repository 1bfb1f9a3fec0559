//! What each clinic's policy promises of its website, in our own words, and what keeps it.

mod primary_care;
mod radiology_morocco;
mod radiology_quebec;
mod records_vendor;
mod second_opinion;

use super::Promise;

/// By profile, in the order of the documentation.
pub(super) const CLINICS: &[(&str, &[Promise])] = &[
    ("radiology-quebec", radiology_quebec::PROMISES),
    ("second-opinion-montreal", second_opinion::PROMISES),
    ("records-vendor", records_vendor::PROMISES),
    ("primary-care-quebec", primary_care::PROMISES),
    ("radiology-morocco", radiology_morocco::PROMISES),
];
