// In: the vectors. Out: the pages of the corpus. Each:
//   path, vectors   where it is, and the ids of what it holds
//   page, files     what the origin serves for it and beside it, as in `support/origin.mjs`
//   contacts        hosts that it contacts without a proxy: `{ requests, connections, noscript, perhaps }`
//   foreign         texts that may not be left where the page as it is served would have the browser load something
//   wire            names of headers that may not reach the browser before a choice
//   ruledOut        `[host, rule]`: what stays shut when everything is granted; a host that begins with a dot is a suffix, one
//                   that ends with a dot a prefix
//   wall            1: no foreign address is left in the page. 2: a script makes them, only the policy stops them. 'best effort':
//                   no request is made, empty connections are counted and not forbidden
//   makes           its own scripts ask strangers for more, so that wall 2 is tried too

import { addressesOf } from './addresses.mjs';
import { HEADERS } from './headers.mjs';
import { MADE, STORED, UNSTOPPABLE } from './made.mjs';
import { ACTS, ADDRESSES, FRAMES, LINKS, MEDIA, SCRIPTS, STYLES } from './markup.mjs';
import { sitePages } from './sites.mjs';
import { HIDDEN, SNIPPETS } from './snippets.mjs';

const WRITTEN_KINDS = ['measure', 'stranger'];
const MADE_KINDS = ['measure', 'advert', 'stranger'];
const GROUPS = { scripts: SCRIPTS, addresses: ADDRESSES, media: MEDIA, frames: FRAMES, links: LINKS, acts: ACTS, styles: STYLES, hidden: HIDDEN };
const SNIPPETS_A_PAGE = 10;
const STRANGERS = ['.stranger.test', 'unknown-host'];

/** The whole corpus. */
export function corpus() {
  return [...markupPages(), ...headerPages(), ...snippetPages(), ...madePages(), storagePage(), plainScriptPage(), ...sitePages()];
}

/** A whole document. */
export function documentOf({ title, head = '', body = '', bodyAttributes = '' }) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<title>${title}</title>
${head}
</head>
<body${bodyAttributes}>
<h1>${title}</h1>
${body}
<p>End of the page.</p>
</body>
</html>
`;
}

function markupPages() {
  return Object.entries(GROUPS).flatMap(([group, vectors]) => [
    written(`/markup/${group}`, only(vectors, (vector) => !vector.alone)),
    ...Object.entries(only(vectors, (vector) => vector.alone)).flatMap(([id, vector]) =>
      (vector.kinds ?? WRITTEN_KINDS).map((kind) => written(`/markup/${id}/${kind}`, { [id]: { ...vector, kinds: [kind] } }))),
    late(`/late/${group}`, only(vectors, (vector) => (vector.late ?? true) === true), 2),
    late(`/late-frames/${group}`, only(vectors, (vector) => vector.late === 'bare'), 'best effort'),
  ]).filter((page) => page.vectors.length > 0);
}

// The vectors stand in the page as its author wrote them.
function written(path, vectors) {
  const all = uses(vectors, WRITTEN_KINDS);
  const inHead = all.filter(({ vector }) => vector.where === 'head').map(({ vector, u }) => vector.markup(u));
  const inBody = all.map(({ vector, u }) => (vector.where === 'head' ? vector.body?.(u) ?? '' : vector.markup(u)));
  const extras = Object.assign({}, ...all.map(({ vector, u }) => vector.page?.(u)));
  const page = documentOf({ title: path, head: inHead.join('\n'), body: inBody.join('\n'), ...extras });
  return { path, wall: 1, ...described(vectors, all), page };
}

// The same vectors, put into the page by a script that no rewriter can read, once it has loaded.
function late(path, vectors, wall) {
  const all = uses(vectors, WRITTEN_KINDS, true);
  const markup = all.map(({ vector, u }) => vector.markup(u) + (vector.body?.(u) ?? '')).join('\n');
  const code = `addEventListener('load', function () {
  document.body.append(document.createRange().createContextualFragment(atob('${Buffer.from(markup).toString('base64')}')));
});`;
  const page = documentOf({ title: path, body: `<script>${code}</script>` });
  return { path, wall, ...described(vectors, all), foreign: [], page };
}

function headerPages() {
  return Object.entries(HEADERS).map(([group, vectors]) => {
    const all = uses(vectors, WRITTEN_KINDS);
    const headers = {};
    for (const [name, value] of all.flatMap(({ vector, u }) => Object.entries(vector.headers(u)))) {
      headers[name] = [...headers[name] ?? [], ...[value].flat()];
    }
    const path = `/headers/${group}`;
    const body = [...new Set(all.map(({ vector }) => vector.body ?? ''))].join('\n');
    const page = (request) => ({
      headers: filled(headers, request.headers.host), body: documentOf({ title: path, body }), status: all[0].vector.status ?? 200,
    });
    const wire = Object.values(vectors).flatMap((vector) => vector.wire ?? []);
    return { path, wall: 1, ...described(vectors, all), foreign: [], wire, page };
  });
}

function filled(headers, host) {
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values.map((value) => value.replaceAll('HOST', host))]));
}

function snippetPages() {
  const entries = Object.entries(SNIPPETS);
  const pages = [];
  for (let from = 0; from < entries.length; from += SNIPPETS_A_PAGE) {
    const some = entries.slice(from, from + SNIPPETS_A_PAGE);
    const calls = some.map(([, { calls }]) => `<script>var page_${from} = document.title; ${calls};</script>`);
    const path = `/snippets/${pages.length + 1}`;
    pages.push({
      path,
      wall: 1,
      vectors: some.map(([id]) => id),
      page: documentOf({ title: path, head: some.map(([, { markup }]) => markup).join('\n'), body: calls.join('\n') }),
      contacts: { requests: [...new Set(some.flatMap(([, { hosts }]) => hosts))] },
      foreign: some.flatMap(([, { gone }]) => gone),
      ruledOut: some.flatMap(([, { ruledOut = [] }]) => ruledOut),
    });
  }
  return pages;
}

function madePages() {
  return [madePage('/made/traffic', MADE, 2), madePage('/made/unstoppable', UNSTOPPABLE, 'best effort')];
}

function madePage(path, vectors, wall) {
  const all = uses(vectors, MADE_KINDS);
  const scripts = all.map(({ vector, u }) => {
    const [first, ...labels] = u.host.split('.');
    const to = `[${[`https://${first}`, ...labels].map((label) => `'${label}'`)}].join('.').concat('/')`;
    return `<script>(function () { ${vector.code(to, u)} })();</script>`;
  });
  return { path, wall, ...described(vectors, all), foreign: [], page: documentOf({ title: path, body: scripts.join('\n') }) };
}

function storagePage() {
  const path = '/made/storage';
  const body = Object.values(STORED).map((code) => `<script>${code}</script>`).join('\n');
  return { path, wall: 'best effort', vectors: Object.keys(STORED), page: documentOf({ title: path, body }), contacts: { requests: [] }, foreign: [], ruledOut: [] };
}

// What works without the proxy although its type is wrong.
function plainScriptPage() {
  const path = '/works/plain-script';
  const body = '<script src="/files/plain-script.js"></script><script>if (!window.plainScript) throw new Error("it did not run")</script>';
  const files = { '/files/plain-script.js': { type: 'text/plain', body: 'window.plainScript = true' } };
  return { path, wall: 1, vectors: [], page: documentOf({ title: path, body }), files, contacts: { requests: [] }, foreign: [], ruledOut: [] };
}

function only(vectors, wanted) {
  return Object.fromEntries(Object.entries(vectors).filter(([, vector]) => wanted(vector)));
}

function uses(vectors, kinds, isLate = false) {
  return Object.entries(vectors).flatMap(([id, vector]) =>
    (vector.kinds ?? kinds).map((kind) => ({ vector, kind, u: addressesOf(id, kind, isLate) })));
}

function described(vectors, all) {
  const contacting = (contact) => all.filter(({ vector }) => (vector.contact ?? 'request') === contact).map(({ u }) => u.host);
  const entries = Object.entries(vectors);
  const named = ({ vector, kind }) => (vector.inline ? kind !== 'stranger' && vector.wall !== 2 : true);
  return {
    vectors: Object.keys(vectors),
    files: Object.assign({}, ...all.map(({ vector, u }) => (typeof vector.files === 'function' ? vector.files(u) : vector.files))),
    contacts: {
      requests: contacting('request'), connections: contacting('connection'), noscript: contacting('noscript'), perhaps: contacting('perhaps'),
    },
    foreign: all.filter(named).map(({ u }) => u.host),
    ruledOut: [...entries.filter(([, vector]) => vector.refused).map(([id, vector]) => [`${id}.`, vector.refused]), STRANGERS],
  };
}
