// In: the pages of the corpus, and how a visitor comes to them. Out: what each page did in the browser and at the sink.
// First all pages are looked at, then all is judged: so one leak does not hide another.

import { visiting } from '../support/chromium.mjs';

const NOT_THE_CHOICE = /^(?!(__Host-)?consent$)/;

/**
 * Visits every page of `pages` under `site` in one profile. `prepare(visitor)` comes first; what it causes is not counted.
 * Gives path → `{ requests, bare, errors, cookies, storage }`: addresses as `scheme://host/path`, hosts of empty
 * connections, texts, names.
 */
export async function survey(site, pages, options, prepare = () => {}) {
  const seen = new Map();
  await visiting(options, async (visitor, sink) => {
    await prepare(visitor);
    for (const { path } of pages) {
      sink.reset();
      const errorsBefore = visitor.errors.length;
      await visitor.visit(site + path);
      seen.set(path, {
        requests: sink.requests.map(({ scheme, host, path: at }) => ({ scheme, host: host.replace(/\.$/, ''), path: at })),
        bare: sink.bareConnections.map(({ host }) => host ?? 'unknown'),
        errors: visitor.errors.slice(errorsBefore),
        cookies: (await visitor.cookies()).map(({ name, domain }) => ({ name, domain })),
        storage: options.javaScript === false ? null : await visitor.storageKeys().catch(() => null),
      });
      // A host may keep 180 cookies in Chromium: with all of the corpus' in it, the choice would be among those that go.
      await visitor.page.context().clearCookies({ name: NOT_THE_CHOICE });
    }
    seen.cookieHeader = (await visitor.cookies()).filter(({ domain }) => domain.endsWith('localhost'))
      .map(({ name, value }) => `${name}=${value}`).join('; ');
  });
  return seen;
}

/** The hosts that one page's visit contacted, by a request or an empty connection. */
export function hostsOf({ requests, bare }) {
  return [...new Set([...requests.map(({ host }) => host), ...bare])].sort();
}

/** Runs `jobs` (functions that give a promise), so many at a time; gives their results in order. */
export async function inLanes(lanes, jobs) {
  const results = [];
  const waiting = [...jobs.entries()];
  await Promise.all(Array.from({ length: lanes }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await next[1]();
  }));
  return results;
}
