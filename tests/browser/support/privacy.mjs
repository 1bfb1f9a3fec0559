// In: a visitor, a sink, and a declaration. Out: assertions on what left the browser and what stayed in it. Each names
// all it found, so that a failure says which tracker got through.

import assert from 'node:assert/strict';

// What a site needs to work, and the choice itself. Everything else is optional and wants a grant.
const NECESSARY_COOKIES = /^(PHPSESSID|lang|consent|__Host-consent)$/;

/** Nothing foreign was contacted, not even by a bare connection. */
export function assertSilence(sink, when) {
  assert.deepEqual(sink.requests.map(address), [], `requests ${when}`);
  assert.deepEqual(sink.connections.map((c) => c.host ?? 'unknown'), [], `connections ${when}`);
}

/**
 * The browser holds nothing but necessary cookies, and no storage key. `necessary` adds names of the site's own; `under`
 * limits it to one domain: what vendors keep on theirs after a grant, no site can take away.
 */
export async function assertNoTraces(visitor, when, { javaScript = true, necessary = /^$/, under = '' } = {}) {
  const optional = (await visitor.cookies())
    .filter(({ domain }) => domain.endsWith(under))
    .map(({ name, domain, path }) => ({ name, domain, path }))
    .filter(({ name }) => !NECESSARY_COOKIES.test(name) && !necessary.test(name));
  assert.deepEqual(optional, [], `cookies ${when}`);
  if (!javaScript) return;
  assert.deepEqual(await visitor.storageKeys(), { local: [], session: [], databases: [] }, `storage ${when}`);
}

/** Every contact is one that the declaration allows under these grants. */
export function assertOnlyAllowed(sink, declaration, purposes, when) {
  const strangers = contacts(sink).filter((contact) => !declaration.allows(purposes, contact));
  assert.deepEqual(strangers.map(address), [], `contacts beyond ${purposes} ${when}`);
}

/** If vendors of the purpose are offered, at least one of them was asked for something: the grant does what it says. */
export function assertContacted(sink, declaration, purpose, when) {
  if (declaration.offered(purpose).length === 0) return;
  const met = sink.requests.some((request) => declaration.belongsTo(purpose, request));
  assert.ok(met, `no vendor of ${purpose} was contacted ${when}: ${sink.hosts}`);
}

/** The errors that `with` has and `without` lacks, what the browser says of requests it refused left aside. */
export function newErrors(withProxy, without) {
  const known = new Set(without.map(faceless));
  return withProxy.map(faceless).filter((error) => !known.has(error) && !REFUSAL.test(error));
}

const REFUSAL = /Content Security Policy|ERR_BLOCKED_BY_CSP|ERR_BLOCKED_BY_RESPONSE/;

// Ports differ between the two runs, and a failed resource is named by line and column.
function faceless(error) {
  return error.replace(/localhost:\d+/g, 'localhost').replace(/:\d+:\d+/g, '');
}

// A spare connection without a name cannot be judged; it is counted where nothing at all is allowed.
function contacts(sink) {
  const bare = sink.bareConnections.filter((connection) => connection.host !== null);
  return [...sink.requests, ...bare.map(({ host }) => ({ host }))];
}

function address({ scheme, host, path }) {
  return `${scheme ?? 'connection'}://${host}${path ?? ''}`;
}
