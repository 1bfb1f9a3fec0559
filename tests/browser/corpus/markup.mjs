// In: nothing. Out: the vectors that are written in a page's HTML, each as what it looks like for a host.
//
// `markup(u)` writes it for one host: `u.js`, `u.css`, `u.gif`, `u.html`, `u.woff2`, `u.svg` are addresses on it, `u.host` its
// name, `u.kind` a word that is different for each. What differs from the usual:
//   where     'body' (the default) or 'head'
//   contact   what shows at the sink without a proxy: 'request' (the default), 'connection', 'none' (a browser of today does
//             nothing with it, or nothing that can be seen), 'perhaps', 'noscript' (a request, with JavaScript off)
//   late      whether a script can make the same markup after the page has loaded: default true; 'bare' where nothing but the
//             rewriter can prevent an empty connection
//   alone     a page can have it once only
//   files     what it needs of the site itself: path → body, as in `support/origin.mjs`
//   refused   the rule by which it stays shut whatever is granted
//   kinds     for which kinds of vendor it stands in the page (see `site.mjs`)
//   inline    it is the text of a script: a host that nobody knows is left in it, and only the policy stops it

const script = (code) => `<script>${code}</script>`;
const hex = (text) => [...text].map((c) => `&#x${c.charCodeAt(0).toString(16)};`).join('');

export const SCRIPTS = {
  'script-src': { where: 'head', markup: (u) => `<script src="${u.js}"></script>` },
  'script-async': { where: 'head', markup: (u) => `<script async defer src='${u.js}'></script>` },
  'script-module': { markup: (u) => `<script type="module" src="${u.js}"></script>` },
  'script-in-svg': { late: false, markup: (u) => `<svg width="1" height="1"><script href="${u.js}"></script></svg>` },
  'module-import': { markup: (u) => `<script type="module">import "${u.js}";</script>` },
  'import-map': {
    where: 'head',
    late: false,
    markup: (u) => `<script type="importmap">{"imports":{"library-${u.kind}":"${u.js}"}}</script>
<script type="module">import('library-${u.kind}').catch(() => {});</script>`,
  },
  'script-type-mangled': {
    markup: (u) => `<script type="9aa2f1-text/javascript" src="${u.js}"></script>
${script(`document.querySelectorAll('script[type^="9aa2f1-"]').forEach(function (parked) {
  var real = document.createElement('script'); if (parked.src) real.src = parked.src; real.text = parked.text;
  parked.replaceWith(real); });`)}`,
  },
  'script-data-src': {
    markup: (u) => `<script type="rocketlazyloadscript" data-rocket-src="${u.js}"></script>
${script(`document.querySelectorAll('script[data-rocket-src]').forEach(function (parked) {
  var real = document.createElement('script'); real.src = parked.getAttribute('data-rocket-src'); parked.replaceWith(real); });`)}`,
  },
  'event-handler': {
    inline: true,
    markup: (u) => `<img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" alt=""
 onload="if (!this.done) { this.done = 1; this.src = '${u.gif}' }">`,
  },
  'javascript-url': { inline: true, late: false, markup: (u) => `<iframe src="javascript:'<img src=${u.gif}>'" title="javascript"></iframe>` },
  'data-url': {
    markup: (u) => `<script src="data:text/javascript;base64,${Buffer.from(`new Image().src = '${u.gif}'`).toString('base64')}"></script>`,
  },
};

export const ADDRESSES = {
  'url-newline': { markup: (u) => `<img alt="" src="${u.gif.replace('://', ':/\n/').replace('.test', '.t\nest')}">` },
  'url-tab-and-space': { markup: (u) => `<img alt="" src=" \t ${u.gif.replace('https', 'ht\ttps')} ">` },
  'url-protocol-relative': { alone: true, late: false, markup: (u) => `<img alt="" src="//${u.host}/a.gif">` },
  'url-uppercase': { markup: (u) => `<IMG ALT="" SRC="${u.gif.replace(/^https:\/\/[^/]*/, (start) => start.toUpperCase())}">` },
  'url-backslash': { markup: (u) => `<img alt="" src="${u.gif.replace('://', ':\\\\')}">` },
  'url-one-slash': { markup: (u) => `<img alt="" src="${u.gif.replace('://', ':////')}">` },
  'url-escaped': { markup: (u) => `<img alt="" src="${u.gif}?a=1&amp;b=2">` },
  'url-references': { markup: (u) => `<img alt="" src="${hex(u.gif)}">` },
  'url-percent': { markup: (u) => `<img alt="" src="${u.gif.replace('.test', '%2Etest')}">` },
  'url-port': { markup: (u) => `<img alt="" src="${u.gif.replace('.test/', '.test:443/')}">` },
  'url-user': { contact: 'none', markup: (u) => `<img alt="" src="${u.gif.replace('://', '://corpus.localhost@')}">` },
  'url-dot-at-end': { markup: (u) => `<img alt="" src="${u.gif.replace('.test/', '.test./')}">`, kinds: ['stranger'] },
  'url-unquoted': { markup: (u) => `<img alt="" src=${u.gif}>` },
  'url-twice': { markup: (u) => `<img alt="" src="${u.gif}" src="/own.gif">` },
};

export const MEDIA = {
  'img-src': { markup: (u) => `<img alt="" src="${u.gif}">` },
  'img-lazy': { markup: (u) => `<img alt="" loading="lazy" width="1" height="1" src="${u.gif}">` },
  'img-srcset': { markup: (u) => `<img alt="" srcset="${u.gif} 1x, ${u.gif}?2 2x" src="/own.gif">` },
  'picture-source': { markup: (u) => `<picture><source srcset="${u.gif}"><img alt="" src="/own.gif"></picture>` },
  'link-imagesrcset': { where: 'head', markup: (u) => `<link rel="preload" as="image" imagesrcset="${u.gif} 1x" href="/own.gif">` },
  'input-image': { markup: (u) => `<form><input type="image" alt="" src="${u.gif}"></form>` },
  'video-poster': { markup: (u) => `<video width="9" height="9" poster="${u.gif}"></video>` },
  'video-source': { markup: (u) => `<video width="9" height="9" muted preload="auto"><source src="${u.root}film.mp4"></video>` },
  'audio-src': { markup: (u) => `<audio preload="auto" src="${u.root}sound.mp3"></audio>` },
  track: {
    markup: (u) => `<video width="9" height="9" crossorigin="anonymous" src="/own.mp4"><track default kind="subtitles" src="${u.root}words.vtt"></video>`,
  },
  'body-background': { alone: true, late: false, page: (u) => ({ bodyAttributes: ` background="${u.gif}"` }), markup: () => '' },
  'table-background': { markup: (u) => `<table background="${u.gif}"><tr><td background="${u.gif}?cell">cell</table>` },
  'svg-image': { markup: (u) => `<svg width="9" height="9"><image width="9" height="9" href="${u.gif}" xlink:href="${u.gif}?x"/></svg>` },
  'svg-use': { contact: 'none', markup: (u) => `<svg width="9" height="9"><use href="${u.svg}#part"/></svg>` },
  'svg-fe-image': { markup: (u) => `<svg width="9" height="9"><filter id="f-${u.kind}"><feImage href="${u.gif}"/></filter><rect width="9" height="9" filter="url(#f-${u.kind})"/></svg>` },
  'svg-paint': { markup: (u) => `<svg width="9" height="9"><rect width="9" height="9" fill="url(${u.svg}#p)" mask="url('${u.svg}#m')"/></svg>` },
  'svg-animation': { markup: (u) => `<svg width="9" height="9"><image width="9" height="9" href="/own.gif"><set attributeName="href" to="${u.gif}"/></image></svg>` },
  'template-content': {
    late: false,
    markup: (u) => `<template id="t-${u.kind}"><img alt="" src="${u.gif}"></template>
${script(`document.body.append(document.getElementById('t-${u.kind}').content.cloneNode(true))`)}`,
  },
  'noscript-body': { contact: 'noscript', late: false, markup: (u) => `<noscript><p>no script</p><img alt="" src="${u.gif}"></noscript>` },
  'noscript-head': { where: 'head', contact: 'noscript', late: false, markup: (u) => `<noscript><link rel="stylesheet" href="${u.css}"></noscript>` },
};

export const FRAMES = {
  'iframe-src': { late: 'bare', markup: (u) => `<iframe width="300" height="150" title="frame" src="${u.html}"></iframe>` },
  'iframe-hidden': { late: 'bare', markup: (u) => `<iframe width="0" height="0" style="display:none;visibility:hidden" title="frame" src="${u.html}"></iframe>` },
  'iframe-srcdoc': { markup: (u) => `<iframe title="frame" srcdoc="&lt;img alt='' src='${u.gif}'&gt;&lt;script src=&quot;${u.js}&quot;&gt;&lt;/script&gt;"></iframe>` },
  'iframe-srcdoc-nested': {
    markup: (u) => `<iframe title="frame" srcdoc="<iframe srcdoc='&amp;lt;img alt=x src=${u.gif}&amp;gt;'></iframe>"></iframe>`,
  },
  'object-data': { late: 'bare', markup: (u) => `<object width="300" height="150" data="${u.html}" type="text/html"></object>` },
  'embed-src': { late: 'bare', markup: (u) => `<embed width="300" height="150" src="${u.html}" type="text/html">` },
  'own-frame': {
    markup: (u) => `<iframe title="own" src="/files/own-frame-${u.kind}.html"></iframe>`,
    files: (u) => ({ [`/files/own-frame-${u.kind}.html`]: `<!doctype html><html lang="en"><title>own</title><img alt="" src="${u.gif}">` }),
  },
  'own-svg-document': {
    markup: (u) => `<object width="9" height="9" type="image/svg+xml" data="/files/own-${u.kind}.svg"></object>`,
    files: (u) => ({
      [`/files/own-${u.kind}.svg`]: {
        type: 'image/svg+xml',
        body: `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><image width="9" height="9" xlink:href="${u.gif}"/><script href="${u.js}"/></svg>`,
      },
    }),
  },
  'fenced-frame': { contact: 'none', late: false, markup: (u) => `<fencedframe src="${u.html}"></fencedframe><portal src="${u.html}"></portal>` },
};

export const LINKS = {
  'link-stylesheet': { where: 'head', markup: (u) => `<link rel="stylesheet" href="${u.css}">` },
  'link-stylesheet-print': { where: 'head', markup: (u) => `<link rel="alternate stylesheet" media="print" title="print" href="${u.css}">` },
  'link-preload': { where: 'head', markup: (u) => `<link rel="preload" as="script" href="${u.js}">` },
  'link-modulepreload': { where: 'head', markup: (u) => `<link rel="modulepreload" href="${u.js}">` },
  'link-prefetch': { where: 'head', markup: (u) => `<link rel="prefetch" href="${u.js}">` },
  'link-preconnect': { where: 'head', contact: 'connection', late: false, markup: (u) => `<link rel="preconnect" href="${u.root}">` },
  'link-dns-prefetch': { where: 'head', contact: 'none', late: false, markup: (u) => `<link rel="dns-prefetch" href="//${u.host}">` },
  'link-prerender': { where: 'head', contact: 'none', late: false, markup: (u) => `<link rel="prerender" href="${u.html}">` },
  'link-icon': { where: 'head', contact: 'perhaps', markup: (u) => `<link rel="icon" sizes="64x64" href="${u.gif}"><link rel="apple-touch-icon" href="${u.gif}">` },
  'link-manifest': { where: 'head', contact: 'perhaps', markup: (u) => `<link rel="manifest" href="${u.root}app.webmanifest">` },
  'speculation-rules': {
    where: 'head',
    late: false,
    markup: (u) => script('').replace('<script>', '<script type="speculationrules">')
      .replace('</', `{"prefetch":[{"urls":["${u.html}"],"eagerness":"immediate"}]}</`),
    refused: 'no-content',
  },
};

// What is done is done once: the same page is shown again where a form leads back to it.
const once = (act) => script(`(function (act) { document.readyState === 'complete' ? setTimeout(act) : addEventListener('load', act) })(
function () { if (!location.search) { ${act} } });`);

export const ACTS = {
  'a-ping': { markup: (u) => `<a id="a-${u.kind}" href="#top" ping="${u.root}collect">link</a>${once(`document.getElementById('a-${u.kind}').click()`)}` },
  'area-ping': { markup: (u) => `<map name="m-${u.kind}"><area alt="" id="r-${u.kind}" href="#top" ping="${u.root}collect"></map>${once(`document.getElementById('r-${u.kind}').click()`)}` },
  'form-action': {
    late: false,
    kinds: ['measure', 'advert'],
    markup: (u) => `<iframe title="answer" name="f-${u.kind}" src="about:blank"></iframe>
<form id="s-${u.kind}" target="f-${u.kind}" action="${u.root}collect"><input name="q" value="1"></form>${once(`document.getElementById('s-${u.kind}').submit()`)}`,
  },
  'form-formaction': {
    late: false,
    kinds: ['measure', 'advert'],
    markup: (u) => `<iframe title="answer" name="g-${u.kind}" src="about:blank"></iframe>
<form target="g-${u.kind}"><input name="q" value="1"><button id="b-${u.kind}" formaction="${u.root}collect">send</button></form>${once(`document.getElementById('b-${u.kind}').click()`)}`,
  },
  'meta-refresh': { alone: true, late: false, kinds: ['measure', 'advert'], where: 'head', markup: (u) => `<meta http-equiv="Refresh" content="0; URL='${u.root}collect'">` },
  'base-href': { alone: true, late: false, where: 'head', markup: (u) => `<base href="${u.root}"><link rel="stylesheet" href="sheet.css">` },
  'meta-csp': {
    alone: true,
    late: false,
    where: 'head',
    markup: (u) => `<meta http-equiv="Content-Security-Policy" content="default-src 'self' 'unsafe-inline' data: https://*.test; img-src 'self' data: https://${u.host}">
<link rel="preload" as="image" href="${u.gif}">`,
  },
};

export const STYLES = {
  'style-url': { where: 'head', markup: (u) => `<style>.style-url-${u.kind}{background:#fff url( "${u.gif}" )}</style>`, body: (u) => `<i class="style-url-${u.kind}">x</i>` },
  'style-import': { where: 'head', markup: (u) => `<style>@import '${u.css}';@import url(${u.css}?2) print;</style>` },
  'style-font-face': {
    where: 'head',
    markup: (u) => `<style>@font-face{font-family:"F${u.kind}";src:url('${u.woff2}') format("woff2")}.font-${u.kind}{font-family:"F${u.kind}"}</style>`,
    body: (u) => `<i class="font-${u.kind}">letters</i>`,
  },
  'style-image-set': { where: 'head', markup: (u) => `<style>.image-set-${u.kind}{background:image-set("${u.gif}" 1x, "/own.gif" 9x)}</style>`, body: (u) => `<i class="image-set-${u.kind}">x</i>` },
  'style-escaped': { where: 'head', markup: (u) => `<style>.escaped-${u.kind}{background:u\\72l("${u.gif.replace('https', 'h\\74tps')}")}</style>`, body: (u) => `<i class="escaped-${u.kind}">x</i>` },
  'style-attribute': { markup: (u) => `<i style="color:red;background-image:url(&quot;${u.gif}&quot;)">x</i>` },
  'style-variable': { where: 'head', markup: (u) => `<style>.variable-${u.kind}{--picture:url(${u.gif});background:var(--picture)}</style>`, body: (u) => `<i class="variable-${u.kind}">x</i>` },
  'own-style-sheet': {
    where: 'head',
    markup: (u) => `<link rel="stylesheet" href="/files/own-${u.kind}.css">`,
    body: (u) => `<i class="own-${u.kind}">letters</i>`,
    files: (u) => ({
      [`/files/own-${u.kind}.css`]: {
        type: 'text/css',
        body: `@import "${u.css}";@font-face{font-family:O${u.kind};src:url(${u.woff2})}.own-${u.kind}{font-family:O${u.kind};background:url('${u.gif}')}`,
      },
    }),
  },
};
