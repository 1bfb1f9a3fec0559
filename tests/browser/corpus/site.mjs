// In: where the origin and the proxy listen. Out: the corpus' one site: its config, and the made-up vendors whose hosts tell
// which vector contacted them: `VECTOR.KIND.test`.

/** The host all pages are served under. */
export const HOST = 'corpus.localhost';

/** What a grant of each purpose opens, by the purpose's id. Nobody classified `stranger.test`. */
export const KINDS = { measure: 'analytics', advert: 'marketing', widget: 'functional', stranger: null };

/** Vendors of the built-in catalogue that the site offers, with their purpose. */
const OFFERED = {
  'google-analytics': 'analytics', 'google-tag-manager': 'analytics', 'meta-pixel': 'marketing', youtube: 'functional',
  crisp: 'functional', 'google-maps': 'functional', 'google-fonts': 'functional', hotjar: 'analytics',
};

/** The config, for `startServe`. `checkpoints` is a directory that stays in memory. */
export function configuration({ port, adminPort, stateDirectory }, originPort, checkpoints) {
  return `
[server]
listen = ["127.0.0.1:${port}"]
admin_listen = "127.0.0.1:${adminPort}"
state_dir = "${stateDirectory}"
[server.usage]
checkpoint_dir = "${checkpoints}"

${ownVendor('measure', 'analytics', 'analytics')}
${ownVendor('advert', 'marketing', 'advertising')}
${ownVendor('widget', 'functional', 'chat')}
[[site]]
hosts = ["${HOST}"]
origin = ["http://127.0.0.1:${originPort}"]
jurisdiction = "quebec"
languages = ["en", "fr"]

[site.contact]
title = { fr = "Responsable de la protection des renseignements personnels", en = "Privacy officer" }
email = "privacy@clinic.example"

${[...Object.keys(KINDS).filter((kind) => KINDS[kind]), ...Object.keys(OFFERED)].map(offer).join('')}`;
}

function ownVendor(kind, purpose, sort) {
  return `[[vendor]]
id = "${kind}"
name = "${kind}"
entity = "${kind} inc."
country = "CA"
purpose = "${purpose}"
kind = "${sort}"
policy_url = "https://${kind}.test/privacy"
hosts = ["${kind}.test"]
why = { en = "Stands for a vendor of ${purpose}.", fr = "Représente un fournisseur." }
`;
}

function offer(id) {
  return `[[site.vendor]]\nid = "${id}"\ncontract = "Contract of ${id}"\nauthorisation = "Assessment of ${id}"\n`;
}
