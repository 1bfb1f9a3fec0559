// The demo's five clinics, as a visitor finds them: the languages of each (the first has no prefix in its addresses)
// and what the pages that matter here are called in them.

const SLUGS = {
  fr: { home: '', appointment: 'rendez-vous', contact: 'contact' },
  en: { home: '', appointment: 'appointment', contact: 'contact' },
  ar: { home: '', appointment: 'mawid', contact: 'ittisal' },
};

export const CLINICS = [
  { name: 'radiology-quebec', languages: ['fr', 'en'] },
  { name: 'second-opinion-montreal', languages: ['en', 'fr'] },
  { name: 'records-vendor', languages: ['fr', 'en'] },
  { name: 'primary-care-quebec', languages: ['fr', 'en'] },
  { name: 'radiology-morocco', languages: ['fr', 'ar', 'en'] },
];

/** The path of a clinic's page (`home`, `appointment`, `contact`), by default in its first language. */
export function pathOf(clinic, page, language = clinic.languages[0]) {
  const prefix = language === clinic.languages[0] ? '' : `/${language}`;
  return `${prefix}/${SLUGS[language][page]}`;
}

/** The three pages every check walks through. */
export const PAGES = ['home', 'appointment', 'contact'];
