//! What a notice must say, under each law and in each language, looked for in the rendered pages: who,
//! for which purposes, to whom, where to; what such tools can do, that they are off and how to switch
//! them on; that refusing costs nothing; how to withdraw. Quebec: P-39.1, s. 8 and 8.1, A-2.1, s. 65 and
//! 65.0.1; Canada: PIPEDA, principles 4.3 and 4.8; Morocco: Law 09-08, art. 5; Europe: GDPR, art. 13.

use super::fixture::Fixture;
use super::{KnownOfVisitor, banner, privacy_page};
use crate::policy::Jurisdiction;

/// The first layer, whatever the law.
const FIRST: [(&str, [&str; 11]); 3] = [
    (
        "fr",
        [
            "clinique.example",
            "Google Analytics",
            "savoir comment le site est utilisé",
            "annonces selon vos visites",
            "vous identifier, vous localiser ou établir votre profil",
            "Tout est désactivé en ce moment",
            "« Accepter » active tout ; « Choisir », ce que vous voulez",
            "Refuser ne change rien au site",
            "changer d’avis à tout moment, au bas de chaque page",
            "États-Unis",
            "Page de confidentialité",
        ],
    ),
    (
        "en",
        [
            "clinique.example",
            "Google Analytics",
            "learning how the site is used",
            "ads based on your visits",
            "identify you, locate you or build a profile of you",
            "All of it is off right now",
            "“Accept” switches on everything; “Choose”, what you want",
            "Refusing changes nothing on the site",
            "change your mind at any time, at the bottom of every page",
            "United States",
            "Privacy page",
        ],
    ),
    (
        "ar",
        [
            "clinique.example",
            "Google Analytics",
            "معرفة استعمال الموقع",
            "إعلانات حسب زيارتكم",
            "تتعرف عليكم أو على مكانكم أو تجمع ملفا عنكم",
            "الكل معطل",
            "«قبول» يشغل الكل، و«الاختيار» ما شئتم",
            "الرفض لا يغير شيئا",
            "غيروا رأيكم متى شئتم أسفل كل صفحة",
            "الولايات المتحدة",
            "صفحة الخصوصية",
        ],
    ),
];

/// The second layer, whatever the law.
const SECOND: [(&str, [&str; 11]); 3] = [
    (
        "fr",
        [
            "Google LLC",
            "_ga_*",
            "400 jours",
            "180 jours",
            "365 jours",
            "vie-privee@clinique.example",
            "30 jours",
            "recevoir une copie",
            "faire corriger",
            "retirer votre accord",
            "Version 3 de cet avis. En vigueur le 1er novembre 2026",
        ],
    ),
    (
        "en",
        [
            "Google LLC",
            "_ga_*",
            "400 days",
            "180 days",
            "365 days",
            "vie-privee@clinique.example",
            "30 days",
            "receive a copy",
            "corrected",
            "withdraw your agreement",
            "Version 3 of this notice. In effect on November 1, 2026",
        ],
    ),
    (
        "ar",
        [
            "Google LLC",
            "_ga_*",
            "400 يوم",
            "180 يوم",
            "365 يوم",
            "vie-privee@clinique.example",
            "30 يوم",
            "الحصول على نسخة",
            "تصحيح",
            "سحب موافقتكم",
            "النسخة 3 من هذا الإشعار. تاريخ السريان: 1 نونبر 2026",
        ],
    ),
];

/// What only one law's notice says in the first layer (whether information leaves), and in the second
/// (where the rights come from), by language.
const BY_LAW: [(Jurisdiction, [[&str; 2]; 3]); 6] = [
    (
        Jurisdiction::Quebec,
        [["sortir du Québec", "loi 25"], ["leave Quebec", "Law 25"], ["من كيبيك", "القانون 25"]],
    ),
    (
        Jurisdiction::Canada,
        [["sortiraient du Canada", "LPRPDE"], ["leave Canada", "PIPEDA"], ["من كندا", "PIPEDA"]],
    ),
    (
        Jurisdiction::Morocco,
        [
            ["sortiraient du Maroc", "loi 09-08"],
            ["leave Morocco", "Law 09-08"],
            ["من المغرب", "القانون 09-08"],
        ],
    ),
    (
        Jurisdiction::Gdpr,
        [["seraient traités ici", "RGPD"], ["be processed here", "GDPR"], ["ستعالج معطيات", "GDPR"]],
    ),
    (
        Jurisdiction::UsHipaa,
        [
            ["sortiraient des États-Unis", "HIPAA"],
            ["leave the United States", "HIPAA"],
            ["من الولايات المتحدة", "HIPAA"],
        ],
    ),
    (
        Jurisdiction::Strict,
        [
            ["seraient traités ici", "où que vous viviez"],
            ["be processed here", "wherever you live"],
            ["ستعالج معطيات", "أينما كنتم تعيشون"],
        ],
    ),
];

fn pages(law: Jurisdiction, language: &'static str) -> (String, String) {
    let fixture = Fixture::under(law);
    let decision = fixture.unasked();
    let view = fixture.view(language, &decision);
    let known =
        KnownOfVisitor { network: "203.0.113.0/24", region: None, language, device: "phone", receipt: false };
    (banner(&view), privacy_page(&view, &known))
}

#[test]
fn the_first_layer_says_all_the_law_asks_under_each_law_and_in_each_language() {
    for (law, by_language) in BY_LAW {
        for ((language, wanted), [whereabouts, _]) in FIRST.into_iter().zip(by_language) {
            let (first, _) = pages(law, language);
            for sentence in wanted.into_iter().filter(|s| !is_home(law, s)).chain([whereabouts]) {
                assert!(first.contains(sentence), "{} {language}: {sentence}", law.id());
            }
        }
    }
}

/// The United States are no abroad under their own law.
fn is_home(law: Jurisdiction, sentence: &str) -> bool {
    law == Jurisdiction::UsHipaa && ["États-Unis", "United States", "الولايات المتحدة"].contains(&sentence)
}

#[test]
fn the_second_layer_says_the_rest_under_each_law_and_in_each_language() {
    for (law, by_language) in BY_LAW {
        let rules = law.rules();
        for ((language, wanted), [_, source]) in SECOND.into_iter().zip(by_language) {
            let (_, second) = pages(law, language);
            // The choice lives longer under some laws.
            let wanted = wanted.into_iter().filter(|s| rules.choice_days == 180 || !s.starts_with("180"));
            for sentence in wanted.chain([source, rules.regulator.url]) {
                assert!(second.contains(sentence), "{} {language}: {sentence}", law.id());
            }
        }
    }
}

#[test]
fn within_canada_is_still_outside_quebec() {
    let mut fixture = Fixture::quebec();
    fixture.offer_only(&["hotjar"]);
    let decision = fixture.unasked();
    assert!(banner(&fixture.view("fr", &decision)).contains("pourraient sortir du Québec : Malte"));
}
