// A test of absence is worth what its eyes are worth. Before any proxy: does the sink see what a page without one
// sends, connects to, and stores? Everything the other files prove to be zero is shown to be more than zero here.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { visiting } from './support/chromium.mjs';
import { startOrigin } from './support/origin.mjs';

const HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>site</title>';

const PAGES = {
  '/quiet': `${HEAD}<p>Nothing foreign.</p>`,
  '/preconnect': `${HEAD}<link rel="preconnect" href="https://warm.sink.test"><link rel="preconnect" href="http://plain.sink.test">`,
  '/scripts': `${HEAD}<script async src="https://www.googletagmanager.com/gtm.js?id=GTM-TEST"></script>
    <script async src="//connect.facebook.net/en_US/fbevents.js"></script>
    <script async src="https://static.hotjar.com/c/hotjar-1234567.js?sv=7"></script>`,
  '/denied': `${HEAD}<script>dataLayer=[];function gtag(){dataLayer.push(arguments)}
    gtag('consent','default',{analytics_storage:'granted',ad_storage:'denied'})</script>
    <script async src="https://www.googletagmanager.com/gtag/js?id=G-TEST"></script>`,
  '/markup': `${HEAD}<link rel="stylesheet" href="https://fonts.googleapis.com/css2?family=Sink"><p>text</p>
    <img src="http://pixel.sink.test/p.gif?id=1" alt=""><iframe src="https://www.youtube.com/embed/x"></iframe>
    <noscript><img src="https://www.facebook.com/tr?id=1&ev=PageView&noscript=1" alt=""></noscript>`,
  '/error': `${HEAD}<script>console.error('said aloud'); throw new Error('uncaught')</script>`,
};

let origin;

before(async () => {
  origin = await startOrigin(PAGES);
});
after(() => origin.close());

/** Opens one page of the site in a browser of its own and looks at what came of it. */
function opening(path, options, check) {
  return visiting(options, async (visitor, sink) => {
    await visitor.visit(`http://site.localhost:${origin.port}${path}`);
    await check(sink, visitor);
  });
}

test('a page without foreign hosts leaves the sink empty: the browser itself makes no noise', () =>
  opening('/quiet', {}, async (sink, visitor) => {
    assert.deepEqual([sink.requests, sink.connections, sink.hosts], [[], [], []]);
    assert.deepEqual(await visitor.cookies(), []);
    assert.deepEqual(await visitor.storageKeys(), { local: [], session: [], databases: [] });
  }));

test('bare preconnects are seen, over TLS with their host and over plain HTTP', () =>
  opening('/preconnect', {}, async (sink) => {
    await sink.seen((connection) => connection.host === 'warm.sink.test', 'connections');
    await sink.seen((connection) => connection.scheme === null, 'connections');
    assert.deepEqual(sink.requests, []);
    assert.deepEqual(sink.hosts, ['unknown', 'warm.sink.test']);
  }));

test('with prediction off there is no preconnect: the switch is what makes the test above see', () =>
  opening('/preconnect', { prediction: false }, (sink) => assert.deepEqual(sink.connections, [])));

test('tags run as the real ones do: they load others, send, and leave cookies and keys', () =>
  opening('/scripts', {}, async (sink, visitor) => {
    const expected = ['www.googletagmanager.com', 'cdn.tag-surprise.example', 'collect.tag-surprise.example',
      'www.google-analytics.com', 'googleads.g.doubleclick.net', 'td.doubleclick.net', 'connect.facebook.net',
      'www.facebook.com', 'static.hotjar.com', 'in.hotjar.com'];
    for (const host of expected) assert.ok(sink.hosts.includes(host), `${host} in ${sink.hosts}`);
    const names = (await visitor.cookies()).filter((c) => c.domain.endsWith('site.localhost')).map((c) => c.name);
    for (const name of ['_ga', '_ga_CONTAINER1', '_gcl_au', '_fbp', '_hjSessionUser_1234567', 'surprise']) {
      assert.ok(names.includes(name), `${name} in ${names}`);
    }
    const { local, session } = await visitor.storageKeys();
    assert.deepEqual(local.sort(), ['_hjid', 'surprise']);
    assert.deepEqual(session, ['_hjRecordingEnabled']);
    const beacon = await sink.seen((r) => r.host === 'www.google-analytics.com' && r.path === '/g/collect');
    assert.deepEqual([beacon.method, beacon.scheme, beacon.query.get('en')], ['POST', 'https', 'page_view']);
    assert.match(beacon.referer, /^http:\/\/site\.localhost/);
  }));

test('the Google tag obeys Consent Mode: advertising denied, none of its hosts', () =>
  opening('/denied', {}, async (sink) => {
    await sink.seen((r) => r.path === '/g/collect');
    assert.deepEqual(sink.hosts, ['www.google-analytics.com', 'www.googletagmanager.com']);
  }));

test('fonts, pixels and frames are answered, and what they ask for in turn is seen', () =>
  opening('/markup', {}, (sink) => {
    const seen = sink.requests.map((r) => `${r.scheme}://${r.host}${r.path}`);
    for (const address of ['https://fonts.googleapis.com/css2', 'https://fonts.gstatic.com/s/sink/v1/sink.woff2',
      'http://pixel.sink.test/p.gif', 'https://www.youtube.com/embed/x', 'https://www.youtube.com/youtubei/v1/log_event']) {
      assert.ok(seen.includes(address), `${address} in ${seen.join('\n')}`);
    }
    assert.ok(!sink.hosts.includes('www.facebook.com'), 'noscript stays shut with JavaScript on');
  }));

test('without JavaScript the noscript pixel fires and scripts do not', () =>
  opening('/markup', { javaScript: false }, (sink) => assert.ok(sink.hosts.includes('www.facebook.com'))));

test('console errors and exceptions are kept', () =>
  opening('/error', {}, (sink, visitor) => assert.deepEqual(visitor.errors.sort(), ['Error: uncaught', 'said aloud'])));

test('Back is followed, out of the back/forward cache too', () =>
  opening('/quiet', {}, async (sink, visitor) => {
    await visitor.page.evaluate(() => { window.sameDocument = true; });
    await visitor.visit(`http://site.localhost:${origin.port}/scripts`);
    await visitor.back();
    assert.equal(new URL(visitor.page.url()).pathname, '/quiet');
    assert.equal(await visitor.page.evaluate(() => window.sameDocument), true);
  }));
