//! Words by which paths are judged: for records, for a clinic's own people, of clinics' pages, and given names. In small
//! letters without accents and vowel signs, as `persons::plain` leaves them. Nothing here is sent or kept.

/// What is below one of these is about one person.
#[rustfmt::skip]
pub(super) const RECORDS: &[&str] = &[
    "patient", "patients", "patiente", "patientes", "dossier", "dossiers", "compte", "comptes", "account", "accounts",
    "client", "clients", "cliente", "clientes", "profil", "profils", "profile", "profiles", "user", "users",
    "utilisateur", "utilisateurs", "utilisatrice", "usager", "usagers", "usagere", "membre", "membres", "member",
    "members", "resultat", "resultats", "result", "results", "ordonnance", "ordonnances", "prescription",
    "prescriptions", "facture", "factures", "invoice", "invoices", "recu", "recus", "receipt", "receipts", "record",
    "records", "portail", "portal", "confirmation",
    "confirmations", "reservation", "reservations", "booking", "bookings", "appointment", "appointments", "requete",
    "requetes", "demande", "demandes", "merci", "remerciement", "beneficiaire", "beneficiaires", "assure", "assures",
    "مريض", "المريض", "المرضى", "مرضى", "ملف", "الملف", "ملفات", "حساب", "حسابي", "نتايج", "النتايج", "وصفة",
];

/// Who is presented below one of these is presented by the site.
#[rustfmt::skip]
pub(super) const PUBLIC_PARENTS: &[&str] = &[
    "medecin", "medecins", "equipe", "equipes", "team", "teams", "staff", "doctor", "doctors", "docteur", "docteurs",
    "docteures", "physician", "physicians", "specialiste", "specialistes", "specialist", "specialists", "praticien",
    "praticiens", "practitioner", "practitioners", "provider", "providers", "professionnel", "professionnels",
    "professionnelles", "professional", "professionals", "chirurgien", "chirurgiens", "surgeon", "surgeons",
    "dentiste", "dentistes", "dentist", "dentists", "radiologiste", "radiologistes", "radiologue", "radiologues",
    "radiologist", "radiologists", "psychologue", "psychologues", "psychologist", "psychologists",
    "physiotherapeute", "physiotherapeutes", "therapeute", "therapeutes", "therapist", "therapists", "infirmiere",
    "infirmieres", "infirmiers", "nurse", "nurses", "auteur", "auteurs", "author", "authors", "direction",
    "leadership", "board", "الاطباء", "اطباء", "طبيب", "فريقنا", "الفريق", "فريق",
];

/// Before the name of someone; not a doctor's.
pub(super) const HONORIFICS: &[&str] = &[
    "mr",
    "mme",
    "mlle",
    "mrs",
    "madame",
    "monsieur",
    "mademoiselle",
    "miss",
    "mister",
    "السيد",
    "السيدة",
    "الانسة",
];

/// Streets and hospitals that are named after someone.
pub(super) const PLACES: &[(&str, &str)] = &[
    ("jean", "talon"),
    ("jean", "coutu"),
    ("pierre", "boucher"),
    ("charles", "lemoyne"),
    ("anna", "laberge"),
    ("marie", "clarac"),
    ("marie", "enfant"),
    ("louis", "hippolyte"),
    ("jeanne", "mance"),
    ("hassan", "ii"),
    ("mohammed", "v"),
    ("mohammed", "vi"),
    ("mohamed", "v"),
    ("mohamed", "vi"),
];

/// Small words, which join others and are no one's name.
#[rustfmt::skip]
pub(super) const FUNCTION_WORDS: &[&str] = &[
    "a", "au", "aux", "d", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "par", "pour", "sans", "sur", "un",
    "une", "votre", "vos", "notre", "nos", "mon", "ma", "mes", "avec", "chez", "dans", "entre", "que", "qui", "quoi",
    "comment", "quand", "pourquoi", "se", "ne", "pas", "and", "the", "of", "for", "to", "in", "on", "with", "your",
    "our", "my", "how", "what", "when", "why", "is", "are", "it", "you", "we", "saint", "sainte", "st", "ste",
    "في", "من", "على", "الى", "عن", "مع", "كيف",
];

/// Words of clinics' pages; below [`RECORDS`] nothing else is let through.
#[rustfmt::skip]
pub(super) const PLAIN_WORDS: &[&str] = &[
    "accueil", "acces", "access", "accessibilite", "accessibility", "accompagnement", "actualite", "actualites",
    "admission", "admissions", "adulte", "adultes", "adult", "adults", "aide", "allergie", "allergies", "analyse",
    "analyses", "annulation", "annuler", "appareil", "application", "apres", "assurance", "assurances", "assistance",
    "avant", "avis", "before", "after", "billing", "biopsie", "biopsy", "blog", "blogue", "brochure", "brochures",
    "cabinet", "campagne", "cancel", "cancer", "cardiologie", "cardiology", "care", "centre", "center", "certificat",
    "chirurgie", "choisir", "clinic", "clinics", "clinique", "cliniques", "code", "conditions", "conduite",
    "confidentialite", "connexion", "conseil", "conseils", "consent", "consentement", "consultation", "consultations",
    "contact", "contacts", "cookies", "cost", "costs", "cout", "couts", "covid", "create", "creer", "declaration",
    "demander", "dentaire", "dermatologie", "dermatology", "diagnostic", "documents", "douleur", "droit", "droits",
    "echographie", "education", "enfant", "enfants", "child", "children", "english", "enseignement", "espace",
    "etape", "etapes", "examen", "examens", "exam", "exams", "faq", "fee", "fees", "femme", "femmes", "women", "form",
    "formation", "formulaire", "formulaires", "forms", "foire", "frais", "francais", "frequentes", "garderie",
    "general", "generale", "grossesse", "pregnancy", "groupe", "guide", "guides", "gynecologie", "health", "help",
    "heures", "hours", "homme", "hommes", "men", "hopital", "hospital", "hopitaux", "horaire", "horaires", "imagerie",
    "imaging", "info", "infos", "information", "informations", "inscription", "instructions", "irm", "mri",
    "laboratoire", "laboratory", "liens", "links", "lire", "liste", "list", "login", "logout", "maladie", "maladies",
    "mammographie", "medical", "medicale", "medicaux", "medication", "medicament", "medicaments", "mental",
    "mentale", "nouveau", "nouveaux", "nouvelle", "nouvelles", "new", "news", "nutrition", "octobre", "mars", "open",
    "ouvrir", "orientation", "orl", "paiement", "parents", "parking", "stationnement", "password", "passe", "mot",
    "patients", "pay", "payment", "pediatrie", "pediatrics", "personnel", "personnels", "plainte", "plaintes",
    "complaint", "complaints", "politique", "policy", "postop", "postoperatoire", "preparation", "preparations",
    "preparer", "prepare", "prevention", "prise", "prix", "price", "prices", "privacy", "privee", "prive", "vie",
    "procedure", "procedures", "professionnel", "programme", "programmes", "program", "programs", "protection",
    "question", "questions", "radiographie", "radiologie", "radiology", "recherche", "research", "recommandations",
    "reference", "references", "referral", "referrals", "refuser", "rdv", "rendez", "vous", "renseignement",
    "renseignements", "ressource", "ressources", "resource", "resources", "responsabilites", "retour", "return",
    "sante", "scanner", "scan", "securite", "security", "sein", "seins", "breast", "service", "services", "soin",
    "soins", "soutien", "support", "suivi", "suivis", "follow", "up", "survey", "sondage", "symptomes", "symptoms",
    "tarif", "tarifs", "rates", "telecharger", "download", "teleconsultation", "telemedecine", "telehealth", "test",
    "tests", "temoignages", "testimonials", "traitement", "traitements", "treatment", "treatments", "transport",
    "trouver", "find", "urgence", "urgences", "emergency", "vaccin", "vaccination", "vaccins", "vaccine", "vaccines",
    "visite", "visites", "visit", "visits", "visiteurs", "visitors", "video", "videos", "virtuel", "virtual",
    "ligne", "online", "index", "fr", "ar", "html", "php", "page", "pages", "site", "sites", "plan", "map",
    "تحضير", "التحضير", "فحص", "الفحص", "معلومات", "المعلومات", "حقوق", "دليل", "اسيلة", "شايعة", "موعد", "عيادة",
];

/// Common given names in Quebec and Morocco. Those that are ordinary words of such pages are left out.
#[rustfmt::skip]
pub(super) const GIVEN_NAMES: &[&str] = &[
    "adam", "agathe", "alain", "albert", "alex", "alexandra", "alexandre", "alexia", "alexis", "alice", "alicia",
    "aline", "amelie", "amelia", "anais", "andre", "andree", "andrea", "andrew", "angela", "angele", "angelique",
    "anna", "anne", "annick", "annie", "anthony", "antoine", "antoinette", "arnaud", "arthur", "audrey", "aurelie",
    "beatrice", "benjamin", "benoit", "bernadette", "bernard", "bertrand", "brigitte", "bruno", "camille", "carl",
    "carole", "caroline", "catherine", "cecile", "cedric", "chantal", "charles", "charlotte", "chloe", "christian",
    "christiane", "christine", "christophe", "christopher", "claire", "claude", "claudette", "claudia", "claudine",
    "colette", "coralie", "corinne", "cynthia", "daniel", "daniele", "danielle", "danny", "dave", "david", "denis",
    "denise", "diane", "dominic", "dominique", "dylan", "eddy", "edith", "edouard", "elaine", "eleonore", "eliane",
    "elisabeth", "elise", "elizabeth", "elodie", "emile", "emilie", "emily", "emma", "emmanuel", "eric", "erika",
    "ernest", "estelle", "ethan", "etienne", "eugene", "eva", "evelyne", "fabien", "felix", "fernand",
    "florence", "francine", "francis", "francois", "francoise", "frederic", "frederique", "gabriel", "gabrielle",
    "gaetan", "gaston", "genevieve", "georges", "gerald", "gerard", "germain", "ghislain", "ghislaine", "gilles",
    "ginette", "giselle", "gregoire", "gregory", "guillaume", "gustave", "guylaine", "helene", "henri", "henriette",
    "hubert", "hugo", "hugues", "huguette", "isabel", "isabelle", "jacinthe", "jacob", "jacqueline", "jacques",
    "james", "janine", "jasmine", "jason", "jean", "jeanne", "jeannine", "jennifer", "jeremie", "jeremy",
    "jerome", "jessica", "jessy", "joanie", "joannie", "jocelyn", "jocelyne", "joel", "joelle", "john", "johanne",
    "jonathan", "jordan", "josee", "joseph", "josette", "josephine", "joshua", "jules", "julia", "julie", "julien",
    "juliette", "justin", "justine", "karine", "karen", "karl", "kathleen", "katia", "kevin", "lauren",
    "laura", "laurence", "laurent", "lea", "leo", "leon", "leonard", "liam", "linda", "lionel", "lise", "lisa",
    "logan", "lorraine", "louis", "louise", "luc", "lucas", "lucie", "lucien", "lucienne", "ludovic", "luke", "lynda",
    "lyne", "madeleine", "maelle", "maeva", "magalie", "manon", "marc", "marcel", "marcelle", "margaret",
    "marguerite", "maria", "marianne", "marie", "marielle", "marilyn", "mario", "marion", "marjolaine",
    "marjorie", "martin", "martine", "mary", "maryse", "mathias", "mathieu", "mathilde", "matthew", "maude",
    "maurice", "maxime", "maxim", "megane", "melanie", "melissa", "melissandre", "michael", "michel", "michele",
    "micheline", "mireille", "monique", "morgane", "mylene", "myriam", "nadia", "nadine", "nancy", "natacha",
    "natasha", "nathalie", "nathan", "nicholas", "nicolas", "nicole", "noah", "noemie", "normand", "oceane",
    "odette", "olivia", "olivier", "oscar", "pamela", "pascal", "pascale", "patrice", "patricia", "patrick", "paul",
    "paule", "paulette", "pauline", "peter", "philip", "philippe", "pierre", "pierrette", "rachel", "raphael",
    "raymond", "raymonde", "rebecca", "regine", "rejean", "rejeanne", "remi", "renaud", "rene", "renee",
    "richard", "rita", "robert", "roberte", "robin", "roger", "roland", "romain", "romeo", "rosalie", "rosaire",
    "roxane", "ryan", "sabrina", "samantha", "samuel", "sandra", "sandrine", "sara", "sarah", "sebastien", "serge",
    "severine", "simon", "simone", "solange", "sonia", "sophie", "stephane", "stephanie", "stephen", "steve",
    "steven", "suzanne", "suzie", "sylvain", "sylvie", "tania", "therese", "thierry", "thomas", "tommy", "tristan",
    "valerie", "vanessa", "veronique", "vincent", "virginie", "viviane", "william", "xavier", "yan", "yann", "yannick",
    "yolande", "yvan", "yves", "yvette", "yvon", "yvonne", "zachary", "zoe",
    "abdelaziz", "abdelhak", "abdelilah", "abdelkader", "abdellah", "abdellatif", "abdelmajid", "abderrahim",
    "abderrahman", "abderrahmane", "abdessamad", "abdou", "abdul", "adil", "ahmad", "ahmed", "aicha", "ali", "amal",
    "amina", "amine", "anas", "anass", "asma", "asmae", "assia", "ayman", "ayoub", "aziz", "aziza", "badr", "bilal",
    "bouchra", "brahim", "chaimae", "dounia", "driss", "fadwa", "farid", "farida", "fatiha", "fatim", "fatima",
    "fatimazahra", "fatna", "fouad", "ghita", "habiba", "hafid", "hafida", "hafsa", "hajar", "hakim", "hakima",
    "halima", "hamid", "hamza", "hanae", "hanane", "hasna", "hassan", "hassna", "hayat", "hicham", "hind", "houda",
    "houria", "hussein", "ibrahim", "ibtissam", "idriss", "ikram", "ilham", "ilyas", "iman", "imane", "ismail",
    "jamal", "jamila", "kamal", "karim", "karima", "kaoutar", "kenza", "khadija", "khalid", "khaled", "kawtar",
    "laila", "lamiae", "lahcen", "larbi", "latifa", "leila", "loubna", "maha", "mahdi", "malak", "malika", "mariam",
    "maryam", "marwa", "mehdi", "meryem", "miloud", "mina", "mohamed", "mohammed", "mohammad", "mouad", "mounir",
    "mourad", "moussa", "mustafa", "mustapha", "nabil", "nabila", "naima", "najat", "najib", "nawal", "nezha",
    "nisrine", "noura", "nouhaila", "omar", "omayma", "othmane", "oumaima", "oussama", "rabia", "rachid", "rachida",
    "rajae", "rania", "reda", "rida", "rim", "rkia", "saad", "saadia", "safae", "said", "saida", "salah", "salim",
    "salima", "salma", "samia", "samir", "samira", "sanaa", "sana", "siham", "soufiane", "soukaina", "soumaya",
    "taha", "tarik", "touria", "wafae", "walid", "wiam", "yahya", "yasmina", "yasmine", "yassin", "yassine", "youness",
    "younes", "yousra", "youssef", "yusuf", "zahra", "zakaria", "zineb", "zohra", "zouhair",
    "محمد", "احمد", "علي", "حسن", "حسين", "يوسف", "عمر", "خالد", "ابراهيم", "مصطفى", "سعيد", "رشيد", "كريم", "عبد",
    "عبدالله", "امين", "حمزة", "ايوب", "مهدي", "ياسين", "انس", "بلال", "طارق", "نبيل", "هشام", "فاطمة", "خديجة",
    "عايشة", "مريم", "زينب", "امينة", "سارة", "ليلى", "نادية", "سعاد", "حنان", "سميرة", "نجاة", "نعيمة", "رشيدة",
    "كريمة", "سلمى", "هدى", "اسماء", "ايمان", "سناء", "لطيفة", "جميلة", "حليمة", "زهرة", "الزهراء", "نورة",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usage::persons::plain;

    #[test]
    fn words_are_written_as_they_are_compared() {
        for list in [RECORDS, PUBLIC_PARENTS, HONORIFICS, FUNCTION_WORDS, PLAIN_WORDS, GIVEN_NAMES] {
            for word in list {
                assert_eq!(plain(word), *word);
            }
        }
    }

    #[test]
    fn no_name_is_a_plain_word() {
        for name in GIVEN_NAMES {
            assert!(!PLAIN_WORDS.contains(name) && !FUNCTION_WORDS.contains(name), "{name}");
        }
    }
}
