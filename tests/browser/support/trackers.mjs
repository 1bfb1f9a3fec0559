// In: one request that reached the sink. Out: the answer the real vendor would give, so that what it does next
// (cookies, storage, further tags, beacons) really happens in the page when something lets it through.
// Facts only: hosts, paths and cookie names as these vendors use them in public.

import { containerScript, gtagScript, tagScript } from './tracker-scripts.mjs';

const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

// First match wins. `host` is a suffix, `path` a pattern; `script` gives what the tag does from the request's record.
const TAGS = [
  { host: 'googletagmanager.com', path: /^\/gtm\.js/, script: (r) => containerScript(r.query.get('id') ?? 'GTM-NONE') },
  { host: 'googletagmanager.com', path: /^\/gtag\/js/, script: (r) => gtagScript(r.query.get('id') ?? 'G-NONE') },
  tag('google-analytics.com', /^\/(analytics|ga|urchin)\.js/, {
    cookies: { _ga: 'GA1.2.1.2', _gid: 'GA1.2.3.4', _gat: '1' },
    beacons: ['https://www.google-analytics.com/collect?v=1&t=pageview&tid=UA-1-1'],
  }),
  tag('googleadservices.com', /conversion/, {
    cookies: { _gcl_au: '1.1.1.1' },
    beacons: ['https://googleads.g.doubleclick.net/pagead/viewthroughconversion/1/?label=x'],
  }),
  tag('googlesyndication.com', /\.js/, {
    cookies: { __gads: 'ID=1' },
    beacons: ['https://googleads.g.doubleclick.net/pagead/ads?client=ca-pub-1'],
  }),
  tag('connect.facebook.net', /fbevents\.js/, {
    cookies: { _fbp: 'fb.1.1767225600000.123456789' },
    loads: ['https://connect.facebook.net/signals/config/1234567890?v=2'],
    beacons: ['https://www.facebook.com/tr/?id=1234567890&ev=PageView'],
  }),
  tag('connect.facebook.net', /sdk\.js/, { beacons: ['https://www.facebook.com/x/oauth/status?client_id=1'] }),
  tag('connect.facebook.net', /^\/signals\//, {}),
  tag('hotjar.com', /\.js/, {
    cookies: { _hjSessionUser_1234567: 'eyJpZCI6', _hjSession_1234567: 'eyJpZCI7', _hjFirstSeen: '1' },
    storage: { _hjid: '1' },
    session: { _hjRecordingEnabled: 'true' },
    beacons: ['https://in.hotjar.com/api/v2/client/sites/1234567/visit-data?sv=7', 'https://metrics.hotjar.io/?v=7'],
  }),
  tag('clarity.ms', /^\/(tag|s)\//, {
    cookies: { _clck: '1abc%5E2', _clsk: '1def%5E1' },
    session: { _cltk: 'xyz' },
    beacons: ['https://c.clarity.ms/c.gif?ctsa=0', 'https://n.clarity.ms/collect?en=1'],
  }),
  tag('licdn.com', /\.js/, {
    cookies: { li_giant: '1', li_fat_id: '2', ln_or: 'eyIx' },
    storage: { li_adsId: '1' },
    beacons: ['https://px.ads.linkedin.com/collect/?v=2&fmt=js&pid=1'],
  }),
  tag('analytics.tiktok.com', /\.js/, {
    cookies: { _ttp: '2x', _tt_enable_cookie: '1' },
    session: { tt_sessionId: '1' },
    beacons: ['https://analytics.tiktok.com/api/v2/pixel?en=1'],
  }),
  tag('ads-twitter.com', /uwt\.js/, { cookies: { _twpid: 'tw.1' }, beacons: ['https://t.co/i/adsct?txn_id=o1'] }),
  tag('platform.twitter.com', /widgets\.js/, { beacons: ['https://syndication.twitter.com/settings?session_id=1'] }),
  tag('pinimg.com', /\.js/, { cookies: { _pin_unauth: 'dWlk' }, beacons: ['https://ct.pinterest.com/v3/?event=init&tid=1'] }),
  tag('sc-static.net', /\.js/, { cookies: { _scid: 'a' }, beacons: ['https://tr.snapchat.com/p?ev=PAGE_VIEW'] }),
  tag('bat.bing.com', /\.js/, { cookies: { _uetsid: 'a', _uetvid: 'b' }, beacons: ['https://bat.bing.com/action/0?ti=1'] }),
  tag('', /(matomo|piwik)\.js$/, {
    cookies: { '_pk_id.1.1fff': 'a.1', '_pk_ses.1.1fff': '1' },
    beacons: ['https://clinic.matomo.cloud/matomo.php?idsite=1&rec=1'],
  }),
  tag('hs-scripts.com', /\.js/, {
    cookies: { hubspotutk: 'a', __hstc: 'b', __hssc: 'c' },
    loads: ['https://js.hs-analytics.net/analytics/1/1.js'],
    beacons: ['https://track.hubspot.com/__ptq.gif?k=1'],
  }),
  tag('intercom.io', /./, { cookies: { 'intercom-id-abc': 'a' }, beacons: ['https://api-iam.intercom.io/messenger/web/ping?v=1'] }),
  tag('crisp.chat', /\.js/, { cookies: { 'crisp-client%2Fsession%2Fa': 'b' }, beacons: ['https://client.relay.crisp.chat/w?v=1'] }),
  tag('tawk.to', /./, { storage: { twk_uuid: 'a' }, beacons: ['https://va.tawk.to/v1/session/start?v=1'] }),
  tag('doubleclick.net', /\.js/, { beacons: ['https://ad.doubleclick.net/activity;src=1?v=1'] }),
  tag('criteo.net', /\.js/, { cookies: { cto_bundle: 'a' }, beacons: ['https://sslwidget.criteo.com/event?v=1'] }),
  tag('taboola.com', /\.js/, { storage: { 'taboola global:user-id': 'a' }, beacons: ['https://trc.taboola.com/1/log/3/unip?v=1'] }),
  tag('mouseflow.com', /\.js/, { cookies: { mf_user: 'a' }, beacons: ['https://n2.mouseflow.com/dom?v=1'] }),
  tag('fullstory.com', /\.js/, { cookies: { fs_uid: 'a' }, beacons: ['https://rs.fullstory.com/rec/page?v=1'] }),
  tag('segment.com', /\.js/, { cookies: { ajs_anonymous_id: 'a' }, beacons: ['https://api.segment.io/v1/p?v=1'] }),
  tag('amplitude.com', /\.js/, { cookies: { AMP_TEST: 'a' }, beacons: ['https://api2.amplitude.com/2/httpapi?v=1'] }),
  tag('mxpnl.com', /\.js/, { cookies: { mp_1_mixpanel: 'a' }, beacons: ['https://api-js.mixpanel.com/track/?v=1'] }),
  tag('addthis.com', /\.js/, { cookies: { __atuvc: '1' }, beacons: ['https://m.addthis.com/live/red_lojson/300lo.json?v=1'] }),
  tag('cdn.tag-surprise.example', /\.js$/, {
    cookies: { surprise: '1' },
    storage: { surprise: '1' },
    beacons: ['https://collect.tag-surprise.example/hit?v=1'],
  }),
];

// The vendor's own address that a frame of theirs calls as soon as it is shown, by suffix of the frame's host.
const FRAMES = [
  ['youtube.com', 'https://www.youtube.com/youtubei/v1/log_event', 'https://i.ytimg.com/vi/x/hqdefault.jpg'],
  ['youtube-nocookie.com', 'https://www.youtube-nocookie.com/youtubei/v1/log_event'],
  ['vimeo.com', 'https://vimeo.com/ablincoln/vuid?pid=1'],
  ['google.com', 'https://maps.googleapis.com/maps/api/js/QuotaService.RecordEvent'],
  ['calendly.com', 'https://calendly.com/api/booking/event_types/lookup'],
];

/** Answers `record` (see `sink.mjs`) on `response`. An unknown host gets what its path's ending asks for. */
export function answer(record, response) {
  const { type, body, status = 200 } = compose(record);
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'access-control-allow-origin': '*',
    'set-cookie': `sink_third_party=1; Path=/; Max-Age=3600${record.scheme === 'https' ? '; Secure; SameSite=None' : ''}`,
  });
  response.end(record.method === 'HEAD' ? undefined : body);
}

function compose(record) {
  const known = TAGS.find((t) => underHost(record.host, t.host) && t.path.test(record.path));
  if (known) return { type: 'text/javascript; charset=utf-8', body: known.script(record) };
  if (/\.js$|\/js\/?$/.test(record.path)) return { type: 'text/javascript', body: genericScript(record) };
  if (/\/css2?\/?$|\.css$/.test(record.path)) return { type: 'text/css', body: stylesheet(record) };
  if (/\.(woff2?|ttf|otf)$/.test(record.path)) return { type: 'font/woff2', body: '' };
  if (isFrame(record)) return { type: 'text/html; charset=utf-8', body: frame(record) };
  if (/collect|events?$|session/.test(record.path)) return { type: 'text/plain', body: '', status: 204 };
  return { type: 'image/gif', body: GIF };
}

function tag(host, path, does) {
  return { host, path, script: () => tagScript(does) };
}

function genericScript(record) {
  return tagScript({ cookies: { [`tag_${record.host.replaceAll('.', '_')}`]: '1' } });
}

function stylesheet(record) {
  const fonts = record.host === 'fonts.googleapis.com' ? 'https://fonts.gstatic.com' : `https://${record.host}`;
  return `@font-face{font-family:"Sink";src:url(${fonts}/s/sink/v1/sink.woff2) format("woff2")}\n`
    + 'body{font-family:"Sink",sans-serif}\n';
}

function isFrame({ host, path }) {
  return /\/(embed|video|maps|plugins|td)\b|\.html?$/.test(path) || underHost(host, 'calendly.com')
    || (path === '/' && host.startsWith('www.'));
}

function frame(record) {
  const [, ...calls] = FRAMES.find(([suffix]) => underHost(record.host, suffix)) ?? [];
  const images = calls.map((address) => `<img src="${address}" alt="">`).join('');
  return `<!doctype html><title>${record.host}</title>${images}<p>${record.host}</p>`;
}

function underHost(host, suffix) {
  return suffix === '' || host === suffix || host.endsWith(`.${suffix}`);
}
