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
import { startSink } from './support/sink.mjs';
import { startSite } from './support/site.mjs';
import {
  choosePostNameAddresses, comment, install, logIn, publishPost, uploadImage,
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
