// In: nothing. Out: the vectors that an origin sends as headers. `headers(u)` gives what it sends for one host, name → value;
// lists are several lines of the same name, `HOST` in one is the site's own host and port. `contact` is as in `markup.mjs`.
//   wire     names that may not reach the browser before a choice, whatever they would do there
//   status   of the answer, `alone` if it is a page by itself

const LINKS = {
  'header-link-preload': { headers: (u) => ({ link: `<${u.js}>; rel=preload; as=script` }) },
  'header-link-modulepreload': { headers: (u) => ({ link: `<${u.js}?m>; rel="modulepreload"` }) },
  'header-link-prefetch': { contact: 'perhaps', headers: (u) => ({ link: `<${u.js}>; rel=prefetch` }) },
  'header-link-preconnect': { contact: 'connection', headers: (u) => ({ link: `</own>; rel=next, <${u.root}>; rel=preconnect` }) },
  'header-link-dns-prefetch': { contact: 'none', headers: (u) => ({ link: `<//${u.host}>; rel=dns-prefetch` }) },
  'header-link-stylesheet': { contact: 'none', headers: (u) => ({ link: `<${u.css}>; rel=stylesheet` }) },
};

const CHANNELS = {
  'header-report-to': { contact: 'none', wire: ['report-to'], headers: (u) => ({ 'report-to': `{"group":"default","max_age":9,"endpoints":[{"url":"${u.root}r"}]}` }) },
  'header-reporting-endpoints': { contact: 'none', wire: ['reporting-endpoints'], headers: (u) => ({ 'reporting-endpoints': `default="${u.root}r"` }) },
  'header-nel': { contact: 'none', wire: ['nel'], headers: () => ({ nel: '{"report_to":"default","max_age":9,"success_fraction":1}' }) },
  'header-attribution-reporting': { contact: 'none', wire: ['attribution-reporting-register-source'], headers: (u) => ({ 'attribution-reporting-register-source': `{"destination":"${u.root}"}` }) },
  'header-topics': { contact: 'none', wire: ['observe-browsing-topics'], headers: () => ({ 'observe-browsing-topics': '?1' }) },
  'header-supports-loading-mode': { contact: 'none', wire: ['supports-loading-mode'], headers: () => ({ 'supports-loading-mode': 'credentialed-prerender' }) },
  'header-client-hints': { contact: 'none', wire: ['accept-ch', 'critical-ch'], headers: () => ({ 'accept-ch': 'Sec-CH-UA-Model, Sec-CH-UA-Full-Version-List', 'critical-ch': 'Sec-CH-UA-Model' }) },
  'header-source-map': { contact: 'none', wire: ['sourcemap'], headers: (u) => ({ sourcemap: `${u.root}a.js.map` }) },
  'header-csp-report': { headers: (u) => ({ 'content-security-policy': `object-src 'none'; report-uri ${u.root}report`, 'x-plain': '1' }), body: '<object data="/own.gif"></object>' },
};

const SPECULATION = {
  'header-speculation-rules': {
    headers: (u) => ({ 'speculation-rules': `"/files/rules-${u.kind}.json"` }),
    wire: ['speculation-rules'],
    files: (u) => ({ [`/files/rules-${u.kind}.json`]: { type: 'application/speculationrules+json', body: `{"prefetch":[{"urls":["${u.html}"],"eagerness":"immediate"}]}` } }),
    refused: 'no-content',
  },
};

const REFRESH = { 'header-refresh': { kinds: ['measure'], headers: (u) => ({ refresh: `0; url=${u.root}collect` }) } };
const LOCATION = {
  'header-location': {
    kinds: ['measure'], status: 302,
    headers: (u) => ({ location: `${u.root}click?url=http%3A%2F%2FHOST%2F` }),
  },
};
const COOKIES = {
  'header-set-cookie': {
    kinds: ['stranger'], contact: 'none', wire: ['set-cookie'],
    headers: () => ({ 'set-cookie': ['_ga=GA1.1.2.3; Path=/; Max-Age=63072000', '_fbp=fb.1.2.3; Path=/; Max-Age=7776000'] }),
  },
};

/** By page. */
export const HEADERS = { links: LINKS, channels: CHANNELS, speculation: SPECULATION, refresh: REFRESH, location: LOCATION, cookies: COOKIES };
