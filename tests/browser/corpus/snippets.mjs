// In: nothing. Out: inline snippets as vendors tell sites to paste them, and scripts that hide what they load. The real ones
// are imitated in what tells them apart: the names they define, the host they load from.
// Fields beside those of `markup.mjs`:  hosts  what a snippet contacts without a proxy, at least;  gone  what may not be left
// of it in the page;  calls  how the page's own scripts call it, whether or not it was let in.

const load = (address) => `(function (d) { var s = d.createElement('script'); s.async = 1; s.src = '${address}';
  var f = d.getElementsByTagName('script')[0]; f.parentNode.insertBefore(s, f); })(document);`;
const queue = (name) => `window.${name} = window.${name} || function () { (${name}.q = ${name}.q || []).push(arguments); };`;
const list = (name) => `window.${name} = window.${name} || [];`;
const inline = (code) => `<script>\n${code}\n</script>`;

function snippet(host, path, define, calls, extra = {}) {
  return { inline: true, hosts: [host], gone: [host + path], code: `${define}\n${load(`https://${host}${path}`)}`, calls, ...extra };
}

const VENDORS = {
  gtag: {
    hosts: ['www.googletagmanager.com', 'www.google-analytics.com'],
    gone: ['googletagmanager.com/gtag/js'],
    markup: `<script async src="https://www.googletagmanager.com/gtag/js?id=G-CLINIC1"></script>
${inline("window.dataLayer = window.dataLayer || [];\nfunction gtag(){dataLayer.push(arguments);}\ngtag('js', new Date());\ngtag('config', 'G-CLINIC1');")}`,
    calls: "gtag('event', 'open', { event_callback: function () {} })",
  },
  gtm: {
    hosts: ['www.googletagmanager.com', 'cdn.tag-surprise.example'],
    gone: ['googletagmanager.com/gtm.js', 'gtm.start'],
    code: `(function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':new Date().getTime(),event:'gtm.js'});
var f=d.getElementsByTagName(s)[0],j=d.createElement(s),dl=l!='dataLayer'?'&l='+l:'';j.async=true;
j.src='https://www.googletagmanager.com/gtm.js?id='+i+dl;f.parentNode.insertBefore(j,f);})(window,document,'script','dataLayer','GTM-CLINIC1');`,
    calls: "dataLayer.push({ event: 'open' })",
  },
  ga: {
    hosts: ['www.google-analytics.com'],
    gone: ['google-analytics.com/analytics.js'],
    code: `(function(i,s,o,g,r,a,m){i['GoogleAnalyticsObject']=r;i[r]=i[r]||function(){(i[r].q=i[r].q||[]).push(arguments)};
a=s.createElement(o);m=s.getElementsByTagName(o)[0];a.async=1;a.src=g;m.parentNode.insertBefore(a,m)
})(window,document,'script','https://www.google-analytics.com/analytics.js','ga');
ga('create', 'UA-1-1', 'auto'); ga('send', 'pageview');`,
    calls: "ga('send', 'event', 'a', 'b')",
  },
  gaq: {
    hosts: ['ssl.google-analytics.com'],
    gone: ['google-analytics.com'],
    code: `var _gaq = _gaq || []; _gaq.push(['_setAccount', 'UA-1-2']); _gaq.push(['_trackPageview']);
(function () { var g = document.createElement('script'); g.async = true; g.src = ('https://ssl' + '.google-analytics.com') + '/ga.js';
var s = document.getElementsByTagName('script')[0]; s.parentNode.insertBefore(g, s); })();`,
    calls: "_gaq.push(['_trackEvent', 'a', 'b'])",
  },
  fbq: {
    hosts: ['connect.facebook.net', 'www.facebook.com'],
    gone: ['connect.facebook.net'],
    code: `!function(f,b,e,v,n,t,s){if(f.fbq)return;n=f.fbq=function(){n.callMethod?n.callMethod.apply(n,arguments):n.queue.push(arguments)};
if(!f._fbq)f._fbq=n;n.push=n;n.loaded=!0;n.version='2.0';n.queue=[];t=b.createElement(e);t.async=!0;t.src=v;
s=b.getElementsByTagName(e)[0];s.parentNode.insertBefore(t,s)}(window,document,'script','https://connect.facebook.net/en_US/fbevents.js');
fbq('init', '1234567890'); fbq('track', 'PageView');`,
    calls: "fbq('track', 'Lead')",
  },
  paq: {
    hosts: ['clinic.matomo.cloud'],
    gone: ['matomo.cloud'],
    code: `var _paq = window._paq = window._paq || []; _paq.push(['trackPageView']); _paq.push(['enableLinkTracking']);
(function () { var u = 'https://clinic.matomo.cloud/'; _paq.push(['setTrackerUrl', u + 'matomo.php']); _paq.push(['setSiteId', '1']);
var d = document, g = d.createElement('script'), s = d.getElementsByTagName('script')[0]; g.async = true;
g.src = u + 'matomo.js'; s.parentNode.insertBefore(g, s); })();`,
    calls: "_paq.push(['trackEvent', 'a', 'b'])",
  },
  hj: {
    hosts: ['static.hotjar.com'],
    gone: ['static.hotjar.com', '_hjSettings'],
    code: `(function(h,o,t,j,a,r){h.hj=h.hj||function(){(h.hj.q=h.hj.q||[]).push(arguments)};h._hjSettings={hjid:1234567,hjsv:6};
a=o.getElementsByTagName('head')[0];r=o.createElement('script');r.async=1;r.src=t+h._hjSettings.hjid+j+h._hjSettings.hjsv;
a.appendChild(r);})(window,document,'https://static.hotjar.com/c/hotjar-','.js?sv=');`,
    calls: "hj('event', 'open')",
  },
  clarity: snippet('www.clarity.ms', '/tag/abc', queue('clarity'), "clarity('set', 'a', 'b')"),
  ttq: snippet('analytics.tiktok.com', '/i18n/pixel/events.js?sdkid=C1', "window.TiktokAnalyticsObject = 'ttq'; var ttq = window.ttq = window.ttq || []; ttq.track = ttq.page = function () {}; ttq.page();", "ttq.track('Contact')"),
  lintrk: snippet('snap.licdn.com', '/li.lms-analytics/insight.min.js', `_linkedin_partner_id = '123456'; ${queue('lintrk')}`, "lintrk('track', { conversion_id: 1 })"),
  twq: snippet('static.ads-twitter.com', '/uwt.js', `${queue('twq')} twq('config', 'o1abc');`, "twq('event', 'tw-o1abc', {})"),
  pintrk: snippet('s.pinimg.com', '/ct/core.js', `${queue('pintrk')} pintrk('load', '2612345678901'); pintrk('page');`, "pintrk('track', 'lead')"),
  snaptr: snippet('sc-static.net', '/scevent.min.js', `${queue('snaptr')} snaptr('init', 'a-b'); snaptr('track', 'PAGE_VIEW');`, "snaptr('track', 'SIGN_UP')"),
  uetq: snippet('bat.bing.com', '/bat.js', `${list('uetq')} uetq.push('pageLoad');`, "uetq.push('event', 'a', {})"),
  hsq: snippet('js.hs-scripts.com', '/1234567.js', `${list('_hsq')} _hsq.push(['setContentType', 'standard-page']);`, "_hsq.push(['trackPageView'])"),
  intercom: snippet('widget.intercom.io', '/widget/abc123', `window.intercomSettings = { app_id: 'abc123' }; ${queue('Intercom')} Intercom('boot', {});`, "Intercom('show')"),
  mixpanel: snippet('cdn.mxpnl.com', '/libs/mixpanel-2-latest.min.js', "window.mixpanel = window.mixpanel || []; mixpanel.init = mixpanel.track = function () {}; mixpanel.init('token');", "mixpanel.track('a')"),
  amplitude: snippet('cdn.amplitude.com', '/libs/analytics-browser-2-min.js.gz.js', "window.amplitude = window.amplitude || { init: function () {}, track: function () {} }; amplitude.init('key');", "amplitude.track('a')"),
  heap: snippet('cdn.heapanalytics.com', '/js/heap-1234.js', "window.heap = window.heap || []; heap.load = heap.track = function () {}; heap.load('1234');", "heap.track('a')"),
  fullstory: snippet('edge.fullstory.com', '/s/fs.js', "window['_fs_host'] = 'fullstory.com'; window['_fs_org'] = 'o-1'; window['_fs_namespace'] = 'FS'; window.FS = window.FS || function () {}; FS.event = function () {};", "FS.event('a', {})"),
  mouseflow: snippet('cdn.mouseflow.com', '/projects/1-2-3.js', list('_mfq'), "_mfq.push(['tag', 'a'])"),
  'crazy-egg': snippet('script.crazyegg.com', '/pages/scripts/0001/0002.js', "window.CE2 = window.CE2 || {};", "window.CE_SNAPSHOT_NAME = 'a'"),
  segment: snippet('cdn.segment.com', '/analytics.js/v1/key/analytics.min.js', "var analytics = window.analytics = window.analytics || []; analytics.load = analytics.page = analytics.track = function () {}; analytics.load('key'); analytics.page();", "analytics.track('a')"),
  chartbeat: snippet('static.chartbeat.com', '/js/chartbeat.js', `${list('_cbq')} window._sf_async_config = { uid: 1, domain: 'clinic.example' };`, "_cbq.push(['_acct', 'anon'])"),
  'new-relic': snippet('js-agent.newrelic.com', '/nr-loader-rum-1.2.3.min.js', "window.NREUM || (NREUM = {}); NREUM.loader_config = { agentID: '1', licenseKey: 'k' }; window.newrelic = { noticeError: function () {} };", "newrelic.noticeError(new Error('a'))"),
  adobe: snippet('assets.adobedtm.com', '/launch-EN123.min.js', "window._satellite = window._satellite || { pageBottom: function () {}, track: function () {} }; _satellite.pageBottom();", "_satellite.track('a')"),
  criteo: snippet('dynamic.criteo.com', '/js/ld/ld.js?a=1', `${list('criteo_q')} criteo_q.push({ event: 'setAccount', account: 1 });`, "criteo_q.push({ event: 'viewHome' })"),
  taboola: snippet('cdn.taboola.com', '/libtrc/unip/1/tfa.js', `${list('_tfa')} _tfa.push({ notify: 'event', name: 'page_view', id: 1 });`, "_tfa.push({ notify: 'event', name: 'a', id: 1 })"),
};

// What the site does not offer, and what those bring along.
const SHUT = {
  gtag: ['stats.g.doubleclick.net'],
  gtm: ['googleads.g.doubleclick.net', 'td.doubleclick.net', 'www.google.com', 'cdn.tag-surprise.example', 'collect.tag-surprise.example'],
  paq: ['clinic.matomo.cloud'],
  hj: ['static.hotjar.com', 'in.hotjar.com', 'metrics.hotjar.io'],
  clarity: ['www.clarity.ms', 'c.clarity.ms', 'n.clarity.ms'],
  ttq: ['analytics.tiktok.com'],
  lintrk: ['snap.licdn.com', 'px.ads.linkedin.com'],
  twq: ['static.ads-twitter.com', 't.co'],
  pintrk: ['s.pinimg.com', 'ct.pinterest.com'],
  snaptr: ['sc-static.net', 'tr.snapchat.com'],
  uetq: ['bat.bing.com'],
  hsq: ['js.hs-scripts.com', 'js.hs-analytics.net', 'track.hubspot.com'],
  intercom: ['widget.intercom.io', 'api-iam.intercom.io'],
  mixpanel: ['cdn.mxpnl.com', 'api-js.mixpanel.com'],
  amplitude: ['cdn.amplitude.com', 'api2.amplitude.com'],
  heap: ['cdn.heapanalytics.com'],
  fullstory: ['edge.fullstory.com', 'rs.fullstory.com'],
  mouseflow: ['cdn.mouseflow.com', 'n2.mouseflow.com'],
  'crazy-egg': ['script.crazyegg.com'],
  segment: ['cdn.segment.com', 'api.segment.io'],
  chartbeat: ['static.chartbeat.com'],
  'new-relic': ['js-agent.newrelic.com'],
  adobe: ['assets.adobedtm.com'],
  criteo: ['dynamic.criteo.com'],
  taboola: ['cdn.taboola.com', 'trc.taboola.com'],
};
const UNKNOWN = /tag-surprise/;
const rule = (host) => [host, UNKNOWN.test(host) ? 'unknown-host' : 'vendor-not-offered'];

/** Snippets of real vendors: id → `{ hosts, gone, markup, calls, ruledOut }`. */
export const SNIPPETS = Object.fromEntries(Object.entries(VENDORS)
  .map(([name, vendor]) => [`inline-${name}`, { markup: inline(vendor.code), ruledOut: (SHUT[name] ?? []).map(rule), ...vendor }]));

/** Scripts that name a host so that a search for it does not find it. */
export const HIDDEN = {
  'split-host': { inline: true, late: false, markup: (u) => inline(load(`https://split-' + 'host.${u.host.split('.').slice(1).join(".' + '")}/a.js`)) },
  'escaped-in-script': { inline: true, late: false, markup: (u) => inline(load(u.js.replaceAll('/', '\\/').replace('escaped', '\\x65scap\\u0065d'))) },
  'document-write': { inline: true, late: false, markup: (u) => inline(`document.write('<scr' + 'ipt src="${u.js}"></scr' + 'ipt>');`) },
  'document-write-element': { inline: true, late: false, markup: (u) => inline(`document.write(unescape("%3Cimg alt='' src='${u.gif}'%3E"));`) },
  'string-from-codes': {
    inline: true, late: false, wall: 2, markup: (u) => inline(load(`' + String.fromCharCode(${[...u.js].map((c) => c.charCodeAt(0))}) + '`)),
  },
};
