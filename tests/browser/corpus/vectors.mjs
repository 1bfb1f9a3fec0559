// In: the corpus. Out: the table of vectors: each way in which a page can reach someone else, the pages that try it, and the
// wall that is proven on them. `tests/COVERAGE.md` is made of it.

import { DISGUISES } from './disguises.mjs';
import { HEADERS } from './headers.mjs';
import { MADE, STORED, UNSTOPPABLE } from './made.mjs';
import { ACTS, ADDRESSES, FRAMES, LINKS, MEDIA, SCRIPTS, STYLES } from './markup.mjs';
import { HIDDEN, SNIPPETS } from './snippets.mjs';

const beginning = (of, ...starts) => Object.keys(of).filter((id) => starts.some((start) => id.startsWith(start)));
const row = (says, of) => ({ says, of });
// What is proven without a browser, by a test of the server itself: the file, and the test in it.
const proven = (says, file, test) => ({ says, of: [], file, test });

/** By chapter: what is said of it, and the ids of the corpus that try it. A `test` stands for what Chromium cannot show. */
export const VECTORS = {
  'In the page': [
    row('`script[src]`, `script[type=module]`', ['script-src', 'script-async', 'script-module', 'script-in-svg', 'module-import', 'data-url']),
    row('import maps', ['import-map']),
    row('speculation rules', ['speculation-rules']),
    ...Object.keys(SNIPPETS).map((id) => row(`inline snippet: ${id.replace('inline-', '')}`, [id])),
    row('hosts split over concatenated strings, or escaped', ['split-host', 'escaped-in-script', 'string-from-codes']),
    row('`document.write` of a tag', ['document-write', 'document-write-element', 'site-jquery-write']),
    row('types mangled by an optimiser', ['script-type-mangled', 'script-data-src', 'site-rocket-loader']),
    row('code in attributes and addresses', ['event-handler', 'javascript-url']),
    row('newlines, tabs, upper case, backslashes, references, ports in an address', Object.keys(ADDRESSES)),
    row('`noscript`', ['noscript-body', 'noscript-head']),
    row('`iframe[src]`', ['iframe-src', 'iframe-hidden', 'own-frame']),
    row('`iframe[srcdoc]`', ['iframe-srcdoc', 'iframe-srcdoc-nested']),
    row('content of `template`', ['template-content']),
    row('`img`, `picture`, `srcset`, `imagesrcset`', ['img-src', 'img-lazy', 'img-srcset', 'picture-source', 'link-imagesrcset']),
    row('`input[type=image]`', ['input-image']),
    row('`video[poster]`, `audio`, `source`, `track`', ['video-poster', 'video-source', 'audio-src', 'track']),
    row('`object[data]`, `embed`', ['object-data', 'embed-src', 'own-svg-document']),
    row('`body[background]`', ['body-background', 'table-background']),
    row('SVG: `image`, `use`, `feImage`, paint, animation', beginning(MEDIA, 'svg-')),
    row('`link`: stylesheet', ['link-stylesheet', 'link-stylesheet-print']),
    row('`link`: preload, modulepreload, prefetch', ['link-preload', 'link-modulepreload', 'link-prefetch']),
    row('`link`: preconnect, dns-prefetch, prerender', ['link-preconnect', 'link-dns-prefetch', 'link-prerender']),
    row('`link`: icon, manifest', ['link-icon', 'link-manifest']),
    row('`a[ping]`, `area[ping]`', ['a-ping', 'area-ping']),
    row('`meta`: refresh', ['meta-refresh']),
    row('`meta`: Content-Security-Policy is kept, and admits the banner', ['meta-csp']),
    row('`base[href]`', ['base-href']),
    row('forms to a tracker', ['form-action', 'form-formaction']),
    row('`portal`, `fencedframe`', ['fenced-frame']),
    row('`style` elements and attributes: `url()`, `@import`, `@font-face`, `image-set()`', beginning(STYLES, 'style-')),
    row('style sheets of the site itself', ['own-style-sheet']),
  ],
  'In the headers': Object.values(HEADERS).flatMap((group) => Object.keys(group)).map((id) => row(`\`${id.replace('header-', '')}\``, [id])).concat(
    proven('`Service-Worker-Allowed` (the worker\'s script is prefixed, whatever its scope)', 'tests/service_workers.rs', 'navigations_are_sent_to_the_network_before_the_worker_is_asked'),
  ),
  'Same-origin disguises': [
    row('relays on the site\'s own host, in the page', beginning(DISGUISES, 'relay-').filter((id) => id !== 'relay-made')),
    row('relays that a script calls', ['relay-made']),
    row('subdomains of the site', ['subdomain']),
    row('service workers that import trackers', ['service-worker-import', 'service-worker-fetch']),
    proven('subdomains whose CNAME leads to a tracker', 'tests/learning.rs', 'a_declared_host_whose_cname_leads_to_a_tracker_is_ruled_as_the_tracker'),
    proven('a vendor\'s library under another name', 'tests/disguised_scripts.rs', 'a_library_under_another_name_is_emptied_until_its_vendor_is_granted'),
    proven('what a script sends to a relay or a server-side tag manager', 'tests/disguised_scripts.rs', 'what_a_script_sends_to_a_relay_ends_here_until_its_vendor_is_granted'),
    proven('paths on the own host that the operator\'s lists name', 'tests/learning.rs', 'an_operators_list_names_unknown_hosts_and_catches_relays'),
  ],
  'In requests': [row('tracker cookies and click ids towards the origin', ['request'])],
  'Made by scripts': [
    row('`fetch`, XHR, `sendBeacon`', ['made-fetch', 'made-fetch-keepalive', 'made-xhr', 'made-beacon']),
    row('`new Image`, `new Audio`, `FontFace`', ['made-image', 'made-audio', 'made-font']),
    row('WebSocket, EventSource', ['made-websocket', 'made-eventsource']),
    row('injected script, style, frame', ['made-script', 'made-import', 'made-link', 'made-style', 'made-iframe', 'made-srcdoc', 'made-blank-frame', 'made-document-write']),
    row('workers', beginning(MADE, 'made-worker', 'made-shared')),
    row('injected preconnect', ['made-preconnect', 'made-preconnect-attribute']),
    ...Object.keys(UNSTOPPABLE).map((id) => row(`\`${id.replace('made-', '')}\` of a script`, [id])),
    row('`document.cookie`, storage, `cookieStore`', Object.keys(STORED)),
  ],
  'Sites as builders and plug-ins make them': ['elementor', 'divi', 'wix', 'squarespace', 'rocket-loader', 'nested-head', 'next-data',
    'curly-quotes', 'jquery-write', 'amp', 'gtm-custom-html'].map((name) => row(name, [`site-${name}`])),
};

/** Ids of every vector that is defined anywhere. */
export const DEFINED = [SCRIPTS, ADDRESSES, MEDIA, FRAMES, LINKS, ACTS, STYLES, HIDDEN, SNIPPETS, ...Object.values(HEADERS), MADE, UNSTOPPABLE,
  STORED, DISGUISES].flatMap((vectors) => Object.keys(vectors));

/** The table in Markdown. `pages` is the corpus. */
export function coverage(pages) {
  const chapters = Object.entries(VECTORS).map(([chapter, rows]) => `## ${chapter}\n
| vector | wall | where |\n|---|---|---|
${rows.map((line) => `| ${line.says} | ${wallsIn(line, pages).join(', ')} | ${placesIn(line, pages).join(', ')} |`).join('\n')}\n`);
  return `# What is proven of each vector

Made by \`tests/browser/corpus.test.mjs\` from \`tests/browser/corpus/\`, which also keeps it: after a change, run it with
\`PARAVENT_COVERAGE=write\`. Every page is visited in Chromium without a proxy, where it must reach third parties, and through
Paravent before a choice, where no request and no empty connection may leave, with JavaScript on and off.

- **wall 1**: the page as it is served names no foreign address where a browser would load it.
- **wall 2**: a script makes the same load where no rewriter can see it, and the policy refuses it.
- **best effort**: no request leaves, but an empty connection may, or the guard script may be got around.

${chapters.join('\n')}`;
}

/** The walls that are proven for these ids, in order. */
export function wallsOf(ids, pages) {
  const walls = pages.filter((page) => page.vectors.some((id) => ids.includes(id))).map(({ wall }) => wall);
  if (ids.some((id) => id in DISGUISES || id === 'request')) walls.push(1);
  // A host that nobody knows is left in a script's text, and refused when it is asked for.
  if (ids.some((id) => [SCRIPTS, HIDDEN].some((vectors) => vectors[id]?.inline))) walls.push(2);
  if (pages.some((page) => page.makes && page.vectors.some((id) => ids.includes(id)))) walls.push(2);
  return [1, 2, 'best effort'].filter((wall) => walls.includes(wall)).map((wall) => (wall === 'best effort' ? wall : `wall ${wall}`));
}

/** The same for a row of the table. */
export function wallsIn({ of, file }, pages) {
  return file ? ['wall 1'] : wallsOf(of, pages);
}

function placesIn({ of, file, test }, pages) {
  return file ? [`\`${file}\`: \`${test}\``] : placesOf(of, pages);
}

function placesOf(ids, pages) {
  const places = pages.filter((page) => page.vectors.some((id) => ids.includes(id))).map(({ path }) => `\`${path}\``);
  if (ids.some((id) => id in DISGUISES || id === 'request')) places.push('`corpus/disguises.mjs`');
  return places;
}
