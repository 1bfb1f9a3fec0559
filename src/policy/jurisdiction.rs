//! In: the jurisdiction a site's config names. Out: what its law asks of consent, as data with the
//! source of each figure. Never guessed from a visitor's address.

use super::purpose::{Purpose, PurposeSet};

/// The law a site answers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jurisdiction {
    Quebec,
    Canada,
    Morocco,
    Gdpr,
    UsHipaa,
    /// The most protective value of each rule.
    Strict,
}

/// What a jurisdiction asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How long a choice lives, in days.
    pub choice_days: u32,
    /// Below this age a parent or guardian consents.
    pub guardian_below: Option<u8>,
    /// Purposes that Global Privacy Control refuses on its own.
    pub gpc_refuses: PurposeSet,
    /// How long the receipt of a grant is kept after the grant has ended, in days: as long as somebody
    /// may still ask for proof.
    pub receipts_days: u32,
    /// The authority that hears complaints.
    pub regulator: Regulator,
}

/// An authority that hears complaints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Regulator {
    pub name_fr: &'static str,
    pub name_en: &'static str,
    pub name_ar: &'static str,
    pub url: &'static str,
}

const MARKETING: PurposeSet = PurposeSet::NONE.with(Purpose::Marketing);

const CAI: Regulator = Regulator {
    name_fr: "Commission d’accès à l’information du Québec",
    name_en: "Commission d’accès à l’information du Québec",
    name_ar: "لجنة الوصول إلى المعلومات في كيبيك",
    url: "https://www.cai.gouv.qc.ca/",
};

const OPC: Regulator = Regulator {
    name_fr: "Commissariat à la protection de la vie privée du Canada",
    name_en: "Office of the Privacy Commissioner of Canada",
    name_ar: "مكتب مفوض الخصوصية في كندا",
    url: "https://www.priv.gc.ca/",
};

const CNDP: Regulator = Regulator {
    name_fr: "Commission nationale de contrôle de la protection des données à caractère personnel (CNDP)",
    name_en: "National Commission for the Control of Personal Data Protection (CNDP)",
    name_ar: "اللجنة الوطنية لمراقبة حماية المعطيات ذات الطابع الشخصي",
    url: "https://www.cndp.ma/",
};

const EDPB: Regulator = Regulator {
    name_fr: "l’autorité de protection des données de votre pays",
    name_en: "your country’s data protection authority",
    name_ar: "سلطة حماية البيانات في بلدكم",
    url: "https://www.edpb.europa.eu/about-edpb/about-edpb/members_en",
};

const OCR: Regulator = Regulator {
    name_fr: "Office for Civil Rights, U.S. Department of Health and Human Services",
    name_en: "Office for Civil Rights, U.S. Department of Health and Human Services",
    name_ar: "مكتب الحقوق المدنية، وزارة الصحة والخدمات الإنسانية الأمريكية",
    url: "https://www.hhs.gov/ocr/",
};

impl Jurisdiction {
    /// Every jurisdiction, in the order of the documentation.
    pub const ALL: [Jurisdiction; 6] = [
        Jurisdiction::Quebec,
        Jurisdiction::Canada,
        Jurisdiction::Morocco,
        Jurisdiction::Gdpr,
        Jurisdiction::UsHipaa,
        Jurisdiction::Strict,
    ];

    /// As config writes it.
    pub const fn id(self) -> &'static str {
        match self {
            Jurisdiction::Quebec => "quebec",
            Jurisdiction::Canada => "canada",
            Jurisdiction::Morocco => "morocco",
            Jurisdiction::Gdpr => "gdpr",
            Jurisdiction::UsHipaa => "us-hipaa",
            Jurisdiction::Strict => "strict",
        }
    }

    /// The jurisdiction with this id, if there is one.
    pub fn from_id(id: &str) -> Option<Jurisdiction> {
        Jurisdiction::ALL.into_iter().find(|jurisdiction| jurisdiction.id() == id)
    }

    /// What it asks. Six months follow the CNIL's recommendation of 17 September 2020 (GDPR), taken
    /// over for Quebec (P-39.1, s. 12 to 14: no longer than the purpose needs) and Morocco (Law 09-08,
    /// art. 3); guardian ages: P-39.1 s. 4.1 (14), GDPR art. 8 (16), COPPA 16 CFR 312.2 (13), Morocco's
    /// Family Code art. 209 (18). Receipts: see [`Jurisdiction::receipts_days`].
    pub const fn rules(self) -> Rules {
        let (choice_days, guardian_below, gpc_refuses, regulator) = match self {
            Jurisdiction::Quebec => (180, Some(14), MARKETING, CAI),
            Jurisdiction::Canada => (365, Some(13), MARKETING, OPC),
            Jurisdiction::Morocco => (180, Some(18), MARKETING, CNDP),
            Jurisdiction::Gdpr => (180, Some(16), MARKETING, EDPB),
            Jurisdiction::UsHipaa => (365, Some(13), MARKETING, OCR),
            Jurisdiction::Strict => (180, Some(18), PurposeSet::ALL, EDPB),
        };
        let receipts_days = self.receipts_days();
        Rules { choice_days, guardian_below, gpc_refuses, receipts_days, regulator }
    }

    /// How long a claim can be brought, and so how long the proof of consent is needed after it ended.
    /// Quebec: three years (Civil Code, art. 2925). Canada: two years (Ontario's Limitations Act, 2002,
    /// s. 4, as in most provinces). Morocco: four years for the offences of Law 09-08 (Code of Criminal
    /// Procedure, art. 5). GDPR: three years (art. 5(1)(e) and 7(1), with the regular limitation of the
    /// German Civil Code, s. 195). HIPAA: six years (45 CFR 164.530(j)(2)). Strict: the shortest.
    const fn receipts_days(self) -> u32 {
        match self {
            Jurisdiction::Quebec | Jurisdiction::Gdpr => 3 * 365,
            Jurisdiction::Canada | Jurisdiction::Strict => 2 * 365,
            Jurisdiction::Morocco => 4 * 365,
            Jurisdiction::UsHipaa => 6 * 365,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_is_the_most_protective_of_all() {
        let strict = Jurisdiction::Strict.rules();
        for jurisdiction in Jurisdiction::ALL {
            let rules = jurisdiction.rules();
            assert!(strict.choice_days <= rules.choice_days);
            assert!(strict.guardian_below >= rules.guardian_below);
            assert!(strict.receipts_days <= rules.receipts_days);
            assert!(rules.gpc_refuses.without(strict.gpc_refuses).is_empty());
            assert_eq!(Jurisdiction::from_id(jurisdiction.id()), Some(jurisdiction));
        }
    }
}
