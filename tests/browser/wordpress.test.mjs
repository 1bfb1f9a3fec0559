// A real site nobody wrote for us: Debian's WordPress, installed, edited and visited through the proxy, with the tags an
// agency would have put in. First everything a secretary does must work; then nothing may leave before a choice.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Banner } from './support/banner.mjs';
import { newVisitor, visiting } from './support/chromium.mjs';
import { readDeclaration } from './support/declaration.mjs';
import { fetchAs } from './support/loopback.mjs';
import {
  assertContacted, assertNoTraces, assertOnlyAllowed, assertSilence, newErrors,
} from './support/privacy.mjs';
import { ask, assertSame } from './support/same-bytes.mjs';
import { startSink } from './support/sink.mjs';
import { startSite } from './support/site.mjs';
import {
  ACCOUNT, choosePostNameAddresses, comment, install, logIn, publishPost, uploadImage,
} from './support/wordpress-admin.mjs';
import { startWordPress } from './support/wordpress.mjs';

const HOST = 'wordpress.localhost';
const PICTURE = {
  name: 'waiting-room.png',
  mimeType: 'image/png',
  buffer: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'),
};
const OWN = { under: HOST };

let secretarysSink;
let wordpress;
let proxy;
let site;
let secretary;
let post;

describe('WordPress behind Paravent', { timeout: 300_000 }, () => {
  before(async () => {
    secretarysSink = await startSink();
    wordpress = await startWordPress();
    proxy = await startSite({
      host: HOST, originPort: wordpress.port, vendors: ['google-analytics', 'meta-pixel', 'hotjar'],
      settings: 'jurisdiction = "quebec"\nlanguages = ["fr", "en"]',
      tables: '[site.retention]\nenquiries_days = 365\n',
    });
    site = proxy.at('');
    secretary = await newVisitor(secretarysSink, { language: 'en-CA' });
  });
  after(async () => {
    await secretary?.close();
    await proxy?.stop();
    await wordpress?.stop();
    await secretarysSink?.close();
  });

  test('it installs', () => install(secretary.page, site));
  test('the secretary logs in, and is asked like anyone else', logsIn);
  test('she chooses the form of addresses', () => choosePostNameAddresses(secretary.page, site));
  test('she writes a post in the block editor and publishes it', writesAPost);
  test('she uploads an image, which is served as she gave it', uploadsAnImage);
  test('a visitor comments, before any choice', visitorComments);
  test('the REST API answers', restAnswers);
  test('what is no page is byte for byte as WordPress gives it', sameBytes);
  test('logging in redirects and sets cookies as WordPress does', sameLogin);
  test('of a page only what is neutralised differs', samePage);
  test('none of it left an error in her console or a contact at the sink', secretaryUndisturbed);

  test('the tags are really there: without the proxy they are contacted', tagsAreThere);
  for (const javaScript of [true, false]) {
    const how = javaScript ? 'with JavaScript' : 'without JavaScript';
    test(`before a choice and after Refuse nothing leaves or stays, ${how}`, () => silent(javaScript));
  }
  test('analytics alone lets in Google Analytics, not Meta, not session replay', analyticsAlone);
  test('withdrawing silences and cleans, on the page behind Back too', withdrawal);
  test('the console shows no error that it would not show without the proxy', sameConsole);
});

async function logsIn() {
  await logIn(secretary.page, site);
  await new Banner(secretary).refuse();
}

async function writesAPost() {
  post = await publishPost(secretary.page, site, 'Opening hours', 'Monday to Friday, eight to five.');
  assert.match(post, new RegExp(`^${site}/opening-hours/$`));
}

async function uploadsAnImage() {
  const address = await uploadImage(secretary.page, site, PICTURE);
  assert.ok(address.startsWith(`${site}/wp-content/uploads/`), address);
  const response = await secretary.page.goto(address);
  assert.equal(response.headers()['content-type'], 'image/png');
  assert.deepEqual(await response.body(), PICTURE.buffer);
}

async function visitorComments() {
  await visiting({ language: 'en-CA' }, (visitor) => comment(visitor.page, post, 'Merci!'));
}

async function restAnswers() {
  const { status, type, body } = await fetchAs(proxy.port, HOST, '/wp-json/wp/v2/posts');
  assert.equal(status, 200);
  assert.match(type, /^application\/json/);
  assert.deepEqual(JSON.parse(body).map((entry) => entry.slug).sort(), ['hello-world', 'opening-hours']);
}

/** What both WordPress itself and Paravent are asked for, so that WordPress makes the same of it. */
const asked = (path, options) => Promise.all([proxy, wordpress].map(({ port }) => ask(port, `${HOST}:${proxy.port}`, path, options)));

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
/** What a page's script asks with. */
const AS_A_SCRIPT = { accept: '*/*', 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' };
const AS_A_NAVIGATION = { accept: 'text/html', 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'same-origin' };

async function sameBytes() {
  const paths = [
    '/wp-content/themes/twentytwentyone/style.css', '/wp-includes/css/dist/block-library/style.min.css',
    '/wp-includes/js/jquery/jquery.min.js', '/wp-includes/js/wp-emoji-release.min.js',
    '/wp-includes/images/w-logo-blue.png', '/wp-includes/fonts/dashicons.woff2',
    '/wp-json/', '/wp-json/wp/v2/posts', '/wp-json/wp/v2/users/me', '/feed/', '/comments/feed/', '/robots.txt',
    '/wp-sitemap.xml', '/wp-admin/', '/?p=1', '/xmlrpc.php?rsd',
  ];
  for (const path of paths) {
    const [through, direct] = await asked(path, { headers: AS_A_SCRIPT });
    assertSame(through, direct, path);
  }
  const call = '<?xml version="1.0"?><methodCall><methodName>system.listMethods</methodName></methodCall>';
  for (const [path, headers, body] of [
    ['/wp-admin/admin-ajax.php', FORM, 'action=query-attachments'],
    ['/wp-admin/admin-ajax.php', FORM, 'action=nobody-knows'],
    ['/xmlrpc.php', { 'content-type': 'text/xml' }, call],
    ['/wp-json/wp/v2/posts', { 'content-type': 'application/json' }, '{"title":"No"}'],
  ]) {
    const [through, direct] = await asked(path, { method: 'POST', headers: { ...headers, ...AS_A_SCRIPT }, body });
    assertSame(through, direct, `POST ${path} ${body}`);
  }
}

async function sameLogin() {
  const form = new URLSearchParams({ log: ACCOUNT.name, pwd: ACCOUNT.password, testcookie: '1', redirect_to: `${site}/wp-admin/` });
  const headers = { ...FORM, ...AS_A_NAVIGATION, cookie: 'wordpress_test_cookie=WP%20Cookie%20check' };
  const [through, direct] = await asked('/wp-login.php', { method: 'POST', headers, body: form.toString() });
  assert.equal(direct.status, 302);
  // The token of a session is drawn anew; what a cookie lacks of these attributes Paravent adds.
  const mask = (value) => value.replace(/^(wordpress_[a-z_]*[0-9a-f]{32}=)[^;]*/, '$1…').replace(/; (SameSite=Lax|HttpOnly)/g, '');
  assertSame(through, direct, 'logging in', { mask, body: false });
  assert.ok(direct.fields.filter(([name]) => name === 'set-cookie').length >= 3);
}

async function samePage() {
  const [through, direct] = await asked('/opening-hours/', { headers: AS_A_NAVIGATION });
  // What an agency put in, and WordPress's emoji from s.w.org; where the banner's parts are set in, and `html`.
  const foreign = /googletagmanager|gtag|dataLayer|facebook|fbq|hotjar|hj\(|s\.w\.org/;
  const touched = /googletagmanager|facebook|<html|<body|<\/head>/;
  const page = direct.body.toString();
  const without = page.replace(/<(script|noscript)\b[^>]*>[^]*?<\/\1>/g, (element) => (foreign.test(element) ? '' : element));
  const lines = without.split('\n').filter((line) => !touched.test(line));
  let rest = through.body.toString();
  for (const line of lines) {
    const at = rest.indexOf(line);
    assert.notEqual(at, -1, `this line is gone, changed or in another place: ${line}`);
    rest = rest.slice(at + line.length);
  }
  assert.ok(lines.join('\n').length > 0.8 * page.length, `${lines.join('\n').length} of ${page.length} characters`);
}

function secretaryUndisturbed() {
  assert.deepEqual(newErrors(secretary.errors, []), []);
  assertSilence(secretarysSink, 'while the secretary worked');
}

async function tagsAreThere() {
  await visiting({}, async (visitor, sink) => {
    await visitor.visit(`http://${HOST}:${wordpress.port}/opening-hours/`);
    for (const host of ['www.google-analytics.com', 'www.facebook.com', 'static.hotjar.com']) {
      assert.ok(sink.hosts.includes(host), `${host} in ${sink.hosts}`);
    }
    await assert.rejects(assertNoTraces(visitor, 'without the proxy'), /_ga/);
  });
}

async function silent(javaScript) {
  await visiting({ javaScript }, async (visitor, sink) => {
    const banner = new Banner(visitor);
    for (const address of [`${site}/`, post]) {
      await visitor.visit(address);
      assert.ok(await banner.asks(), `no banner on ${address}`);
      await assertNoTraces(visitor, `on ${address}`, { javaScript });
    }
    assertSilence(sink, 'before a choice');
    await banner.refuse();
    await visitor.visit(`${site}/`);
    assert.ok(!await banner.asks(), 'the banner asks again');
    await assertNoTraces(visitor, 'after Refuse', { javaScript });
    assertSilence(sink, 'after Refuse');
  });
}

async function analyticsAlone() {
  const declaration = await readDeclaration(proxy.port, HOST);
  await visiting({}, async (visitor, sink) => {
    await visitor.visit(post);
    await new Banner(visitor).acceptOnly('analytics');
    assertContacted(sink, declaration, 'analytics', 'after granting it alone');
    assertOnlyAllowed(sink, declaration, ['analytics'], 'after granting it alone');
    const barred = sink.hosts.filter((host) => /facebook|hotjar|gravatar/.test(host));
    assert.deepEqual(barred, []);
  });
}

async function withdrawal() {
  await visiting({}, async (visitor, sink) => {
    const banner = new Banner(visitor);
    await visitor.visit(`${site}/`);
    await banner.accept();
    await assert.rejects(assertNoTraces(visitor, 'yet', OWN), /_ga/);
    await visitor.visit(post);
    sink.reset();
    await banner.withdraw();
    await assertNoTraces(visitor, 'after withdrawing', OWN);
    while (visitor.page.url() !== `${site}/`) {
      await visitor.back();
      await assertNoTraces(visitor, 'after withdrawing and Back', OWN);
    }
    assertSilence(sink, 'after withdrawing');
  });
}

async function sameConsole() {
  const errorsAt = async (base) => {
    let errors;
    await visiting({}, async (visitor) => {
      for (const path of ['/', '/opening-hours/', '/sample-page/']) await visitor.visit(base + path);
      errors = visitor.errors;
    });
    return errors;
  };
  const without = await errorsAt(`http://${HOST}:${wordpress.port}`);
  assert.deepEqual(newErrors(await errorsAt(site), without), []);
}
