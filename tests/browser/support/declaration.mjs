// In: a site's own inventory, `/_privacy/declaration.json`. Out: which foreign hosts may be contacted under which grants.
// What enforces and what declares must agree, so the tests believe the declaration and hold the browser to it.

import { fetchAs } from './loopback.mjs';

/** Reads the inventory of the site `host` behind the proxy on loopback `port`. */
export async function readDeclaration(port, host) {
  const { status, body } = await fetchAs(port, host, '/_privacy/declaration.json');
  if (status !== 200) throw new Error(`declaration of ${host}: ${status}\n${body}`);
  return new Declaration(JSON.parse(body));
}

class Declaration {
  #vendors;

  constructor({ vendors }) {
    if (!Array.isArray(vendors)) throw new Error('the declaration names no vendors');
    this.#vendors = vendors
      .filter((vendor) => vendor.offered !== false)
      .map(({ id, purpose, hosts = [] }) => ({ id, purpose, hosts: hosts.map(hostRule) }));
  }

  /** Ids of the vendors offered for a purpose. */
  offered(purpose) {
    return this.#vendors.filter((vendor) => vendor.purpose === purpose).map((vendor) => vendor.id);
  }

  /** Whether a contact (`{ host, path }`, path absent for a bare connection) is one that these grants, or need, allow. */
  allows(purposes, contact) {
    return this.#vendors
      .filter((vendor) => vendor.purpose === 'necessary' || purposes.includes(vendor.purpose))
      .some((vendor) => vendor.hosts.some((rule) => matches(rule, contact)));
  }

  /** Whether a contact belongs to a vendor of this purpose. */
  belongsTo(purpose, contact) {
    return this.#vendors.some((vendor) => vendor.purpose === purpose && vendor.hosts.some((rule) => matches(rule, contact)));
  }
}

// A host stands as "example.com" (subdomains included), "=example.com" (that one only), with an optional path prefix. A
// query condition tells two tags at one address apart; contacts are judged by host and path.
function hostRule(entry) {
  const [, exact, host, path] = entry.match(/^(=?)(?:\*\.)?([^/?]*)(\/[^?]*)?/);
  return { host: host.toLowerCase(), exact: exact === '=', path: path?.replace(/\*+$/, '') ?? '/' };
}

function matches(rule, { host, path }) {
  const sameHost = host === rule.host || (!rule.exact && host.endsWith(`.${rule.host}`));
  return sameHost && (path === undefined || path.startsWith(rule.path));
}
