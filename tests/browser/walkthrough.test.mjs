// README's walk-through, step by step, with the very lines of configuration that stand in it.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { Banner } from './support/banner.mjs';
import { visiting } from './support/chromium.mjs';
import { startOrigin } from './support/origin.mjs';
import { startServe } from './support/paravent.mjs';
import { assertSilence } from './support/privacy.mjs';

const HOST = 'clinic.localhost';
const TITLE = '## My site needs a CDN, a font, a map, a captcha and a booking frame';
const NECESSARY = ['cdn.jsdelivr.net', 'challenges.cloudflare.com'];
const FONT = ['fonts.googleapis.com', 'fonts.gstatic.com'];
const MAP = ['maps.googleapis.com', 'www.google.com'];
const BOOKING = ['rdv.example'];
const ALL = [...NECESSARY, ...FONT, ...MAP, ...BOOKING].sort();

let directory;
let origin;
let unconfigured;
let configured;

describe('the walk-through', { timeout: 120_000 }, () => {
  before(async () => {
    directory = await mkdtemp('/dev/shm/paravent-walkthrough-');
    const page = await readFile(new URL('corpus/pages/walkthrough.html', import.meta.url), 'utf8');
    origin = await startOrigin({ '/': page });
    const snippets = await snippetsOfReadme();
    unconfigured = await startServe((own) => configuration(own, []));
    configured = await startServe((own) => configuration(own, snippets));
  });
  after(async () => {
    await unconfigured?.stop();
    await configured?.stop();
    await origin?.close();
    if (directory) await rm(directory, { recursive: true, force: true });
  });

  test('without the proxy the page uses all five', () => visiting({}, async (visitor, sink) => {
    await visitor.visit(at(origin));
    assert.deepEqual(sink.hosts, ALL);
  }));

  test('first, all of it is blocked', () => visiting({}, async (visitor, sink) => {
    await visitor.visit(at(unconfigured));
    assertSilence(sink, 'before anything is classified');
  }));

  for (const javaScript of [true, false]) {
    test(`then what is necessary works for everyone, the map loads once, the booking frame always, ${javaScript ? 'with' : 'without'} JavaScript`, () => visiting({ javaScript }, async (visitor, sink) => {
      const optional = () => sink.hosts.filter((host) => !NECESSARY.includes(host));
      await visitor.visit(at(configured));
      assert.deepEqual(sink.hosts, javaScript ? NECESSARY : []);
      for (const vendor of ['google-maps', 'our-booking']) {
        assert.ok(await pressable(visitor, vendor, 'once').isVisible(), `no box for ${vendor}`);
        assert.ok(await pressable(visitor, vendor, 'save').isVisible(), `${vendor} cannot be allowed`);
      }
      sink.reset();
      await press(visitor, 'google-maps', 'once');
      assert.deepEqual(optional(), MAP);
      sink.reset();
      await visitor.visit(at(configured));
      assert.deepEqual(optional(), []);
      assert.ok(await pressable(visitor, 'google-maps', 'once').isVisible(), 'the map has no box on the next page');
      await press(visitor, 'our-booking', 'save');
      sink.reset();
      await visitor.visit(at(configured));
      assert.deepEqual(optional(), BOOKING);
    }));
  }

  test('accepting brings all five back', () => visiting({}, async (visitor, sink) => {
    await visitor.visit(at(configured));
    await new Banner(visitor).accept();
    sink.reset();
    await visitor.visit(at(configured));
    assert.deepEqual(sink.hosts, ALL);
  }));
});

function at({ port }) {
  return `http://${HOST}:${port}/`;
}

function pressable(visitor, vendor, choice) {
  return visitor.page.locator(`paravent-frame form:has([name=vendor][value=${vendor}]) button[value=${choice}]`);
}

async function press(visitor, vendor, choice) {
  const answered = visitor.page.waitForResponse((response) => response.request().method() === 'POST');
  // The question may lie over the box until it is answered, or put aside.
  const banner = new Banner(visitor);
  if (await banner.asks()) await banner.putAside();
  await pressable(visitor, vendor, choice).click();
  assert.equal((await answered).status(), 303);
  await visitor.settle();
}

/** The TOML blocks of README's section, in their order. */
async function snippetsOfReadme() {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const section = readme.split(TITLE)[1]?.split(/^## /m)[0] ?? '';
  const blocks = [...section.matchAll(/```toml\n([^]*?)```/g)].map(([, block]) => block);
  assert.equal(blocks.length, 3, 'README has three blocks of configuration in this section');
  return blocks;
}

function configuration({ port, adminPort, stateDirectory }, snippets) {
  return `
[server]
listen = ["127.0.0.1:${port}"]
admin_listen = "127.0.0.1:${adminPort}"
state_dir = "${stateDirectory}"
[server.usage]
checkpoint_dir = "${directory}/${port}"

[[site]]
hosts = ["${HOST}"]
origin = ["http://127.0.0.1:${origin.port}"]
jurisdiction = "quebec"
languages = ["en", "fr"]

[site.contact]
title = { fr = "Responsable de la protection des renseignements personnels", en = "Privacy officer" }
email = "privacy@clinic.example"

${snippets.join('\n')}`;
}
