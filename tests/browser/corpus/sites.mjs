// In: the files in `pages/`. Out: pages that imitate what site builders, optimisers and plug-ins really write, with what each
// contacts without a proxy, and what stays shut when everything is granted.

import { readFileSync } from 'node:fs';

const script = (body) => ({ type: 'text/javascript', body });

// The names of vendors that the site does not offer, as rules of `pages.mjs`.
const unasked = (...hosts) => hosts.map((host) => [host, 'vendor-not-offered']);
const unknown = (...hosts) => hosts.map((host) => [host, 'unknown-host']);

/** What a container that nobody granted advertising brings along. */
export const CONTAINER_LOSES = [
  ...unasked('googleads.g.doubleclick.net', 'td.doubleclick.net', 'stats.g.doubleclick.net', 'www.google.com'),
  ...unknown('cdn.tag-surprise.example', 'collect.tag-surprise.example'),
];

const SITES = {
  elementor: {
    requests: ['fonts.googleapis.com', 'www.youtube.com', 'www.googletagmanager.com', 'elementor.stranger.test'],
    ruledOut: unasked('stats.g.doubleclick.net'),
    foreign: ['fonts.googleapis.com', 'youtube.com/embed', 'maps.google.com', 'googletagmanager.com', 'elementor.stranger.test/bg.gif', 'elementor.stranger.test/photo.gif'],
  },
  divi: { ruledOut: [], requests: ['fonts.googleapis.com', 'connect.facebook.net', 'www.facebook.com', 'divi.stranger.test'], foreign: ['fonts.googleapis.com', 'connect.facebook.net', 'www.facebook.com', 'divi.stranger.test'] },
  wix: { requests: ['static.parastorage.com', 'static.wixstatic.com', 'www.google.com', 'frog.wix.com'], ruledOut: unknown('static.parastorage.com', 'static.wixstatic.com', 'frog.wix.com'), foreign: ['static.parastorage.com', 'static.wixstatic.com/media/a.gif', 'google.com/maps'] },
  squarespace: { requests: ['assets.squarespace.com', 'static1.squarespace.com', 'images.squarespace-cdn.com'], ruledOut: unknown('assets.squarespace.com', 'static1.squarespace.com', 'images.squarespace-cdn.com'), foreign: ['polyfiller', 'site.css', 'plain.gif'] },
  'rocket-loader': {
    requests: ['www.googletagmanager.com', 'rocket.stranger.test'],
    ruledOut: unasked('stats.g.doubleclick.net'),
    foreign: ['googletagmanager.com'],
    files: {
      '/cdn-cgi/scripts/7d0fa10a/cloudflare-static/rocket-loader.min.js': script(`window.__cfRLUnblockHandlers = true;
document.querySelectorAll('script[type$="-text/javascript"]').forEach(function (parked) {
  var real = document.createElement('script');
  if (parked.src) { real.src = parked.src } else { real.text = parked.text }
  parked.replaceWith(real);
});`),
    },
  },
  'nested-head': { requests: ['www.googletagmanager.com', 'nested-head.stranger.test'], ruledOut: unasked('stats.g.doubleclick.net'), foreign: ['googletagmanager.com', 'nested-head.stranger.test'] },
  'next-data': {
    requests: ['www.googletagmanager.com', 'www.youtube.com', 'fonts.googleapis.com'],
    ruledOut: unasked('stats.g.doubleclick.net'),
    foreign: [],
    files: {
      '/_next/static/chunks/main.js': script(`var data = JSON.parse(document.getElementById('__NEXT_DATA__').textContent).props.pageProps;
var nodes = document.querySelectorAll('#__next > *').length;
if (nodes !== 2) throw new Error('hydration: ' + nodes);
data.scripts.forEach(function (address) { var s = document.createElement('script'); s.src = address; document.head.append(s); });
var l = document.createElement('link'); l.rel = 'stylesheet'; l.href = data.fonts; document.head.append(l);
var f = document.createElement('iframe'); f.src = 'https://www.youtube.com/embed/x'; f.title = 'video'; document.querySelector('main').append(f);`),
    },
  },
  'curly-quotes': { requests: ['curly-quotes.stranger.test'], foreign: ['curly-quotes.stranger.test/a.js', 'curly-quotes.stranger.test/a.css', 'curly-quotes.stranger.test/b.gif'] },
  'jquery-write': {
    requests: ['www.google-analytics.com', 'jquery-write.stranger.test'],
    foreign: ['google-analytics.com'],
    files: {
      '/files/jquery-like.js': script(`window.$ = function (what) {
  if (typeof what === 'function') return document.addEventListener('DOMContentLoaded', what);
  var at = document.querySelector(what);
  return { html: function (text) { at.replaceChildren(document.createRange().createContextualFragment(text)) } };
};`),
    },
  },
  amp: { requests: ['cdn.ampproject.org', 'amp.stranger.test'], ruledOut: unknown('cdn.ampproject.org'), foreign: ['cdn.ampproject.org'] },
  'gtm-custom-html': { requests: ['www.googletagmanager.com', 'custom-html.stranger.test'], ruledOut: CONTAINER_LOSES, foreign: ['googletagmanager.com'] },
};

// Whose own scripts ask for more, in words that no rewriter reads.
const MAKE_MORE = ['wix', 'squarespace', 'rocket-loader', 'next-data', 'jquery-write', 'amp'];

/** The pages, as `pages.mjs` describes them. */
export function sitePages() {
  return Object.entries(SITES).map(([name, site]) => ({
    path: `/sites/${name}`,
    vectors: [`site-${name}`],
    wall: site.foreign.length > 0 ? 1 : 2,
    makes: MAKE_MORE.includes(name),
    page: { body: readFileSync(new URL(`pages/${name}.html`, import.meta.url)) },
    files: site.files ?? {},
    contacts: { requests: site.requests },
    foreign: site.foreign,
    ruledOut: [...site.ruledOut ?? [], ['.stranger.test', 'unknown-host']],
  }));
}
