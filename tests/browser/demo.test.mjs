// The five demo clinics in a real browser: what leaves it before a choice, after each choice, and after taking it back.
// Everything the clinics' pages ask for that is not theirs would reach the sink; `sink.test.mjs` shows that it sees.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Banner } from './support/banner.mjs';
import { visiting } from './support/chromium.mjs';
import { CLINICS, PAGES, pathOf } from './support/clinics.mjs';
import { readDeclaration } from './support/declaration.mjs';
import { startDemo } from './support/paravent.mjs';
import {
  assertContacted, assertNoTraces, assertOnlyAllowed, assertSilence, newErrors,
} from './support/privacy.mjs';

const PURPOSES = ['functional', 'analytics', 'marketing'];
// Most of a case is waiting for the network to be quiet, so a few at a time take hardly longer than one.
const PACE = { concurrency: 3, timeout: 600_000 };

let demo;
// What each clinic's pages do without the proxy, by name.
const bare = new Map();

before(async () => {
  demo = await startDemo(CLINICS.map((clinic) => clinic.name));
});
after(() => demo?.stop());

for (const clinic of CLINICS) {
  describe(clinic.name, PACE, () => {
    test('the trackers are really there: without the proxy they are contacted', () => trackersAreThere(clinic));
    test('before a choice nothing leaves or stays, nor after Refuse; nobody asks again, and the console shows no new error', () => silent(clinic, true));
    test('before a choice nothing leaves or stays, nor after Refuse; nobody asks again, without JavaScript', () => silent(clinic, false));
    test('analytics alone lets in the vendors of analytics and no others', () => analyticsAlone(clinic));
    test('accepting all lets in what is offered and no more, and nothing on the appointment page; withdrawing silences and cleans, on the pages behind Back too', () => acceptAndWithdraw(clinic));
    test('without JavaScript every choice can be made', () => choicesWithoutScript(clinic));
    test('the banner speaks the language of each page', () => speaks(clinic));
  });
}

async function trackersAreThere(clinic) {
  const { requests } = await withoutProxy(clinic);
  assert.ok(requests.length > 0, 'the pages asked no foreign host for anything');
}

/** Walks through the pages straight from their origin, once for all who ask. */
function withoutProxy(clinic) {
  const walk = async () => {
    let seen;
    await visiting({}, async (visitor, sink) => {
      for (const page of PAGES) await visitor.visit(demo.bareSite(clinic.name) + pathOf(clinic, page));
      await assert.rejects(assertNoTraces(visitor, 'without the proxy'), /cookies without the proxy/);
      seen = { requests: sink.requests, errors: visitor.errors };
    });
    return seen;
  };
  if (!bare.has(clinic.name)) bare.set(clinic.name, walk());
  return bare.get(clinic.name);
}

async function silent(clinic, javaScript) {
  const asks = !nothingOffered(await declarationOf(clinic));
  await visiting({ javaScript }, async (visitor, sink) => {
    const banner = new Banner(visitor);
    const walk = async (when, check) => {
      for (const page of PAGES) {
        await visitor.visit(demo.site(clinic.name) + pathOf(clinic, page));
        await check(page);
        assertSilence(sink, `${when} on ${page}`);
        await assertNoTraces(visitor, `${when} on ${page}`, { javaScript });
      }
    };
    await walk('before a choice', async (page) => assert.equal(await banner.asks(), asks, `whether the banner asks on ${page}`));
    if (javaScript) assert.deepEqual(newErrors(visitor.errors, (await withoutProxy(clinic)).errors), []);
    // A clinic that offers nothing has nothing to accept; its banner must not pretend otherwise.
    if (!asks) return assert.equal(await visitor.page.locator('paravent-consent button[value=accept]:visible').count(), 0);
    await banner.refuse();
    assert.ok(!await banner.asks(), 'the banner stays after Refuse');
    await visitor.page.reload();
    await walk('after Refuse', async (page) => assert.ok(!await banner.asks(), `the banner asks again on ${page}`));
  });
}

async function analyticsAlone(clinic) {
  const declaration = await declarationOf(clinic);
  if (declaration.offered('analytics').length === 0) return purposeNotOffered(clinic, 'analytics');
  await visiting({}, async (visitor, sink) => {
    await visitor.visit(demo.site(clinic.name) + pathOf(clinic, 'home'));
    await new Banner(visitor).acceptOnly('analytics');
    await visitor.visit(demo.site(clinic.name) + pathOf(clinic, 'contact'));
    assertContacted(sink, declaration, 'analytics', 'after granting it alone');
    assertOnlyAllowed(sink, declaration, ['analytics'], 'after granting it alone');
  });
}

async function acceptAndWithdraw(clinic) {
  const declaration = await declarationOf(clinic);
  if (nothingOffered(declaration)) return;
  const own = { under: `${clinic.name}.localhost` };
  await visiting({}, async (visitor, sink) => {
    const banner = new Banner(visitor);
    await visitor.visit(demo.site(clinic.name) + pathOf(clinic, 'home'));
    await banner.accept();
    if (declaration.offered('analytics').length > 0) await assert.rejects(assertNoTraces(visitor, 'yet', own));
    await visitor.visit(demo.site(clinic.name) + pathOf(clinic, 'contact'));
    for (const purpose of ['analytics', 'marketing']) assertContacted(sink, declaration, purpose, 'after accepting all');
    assertOnlyAllowed(sink, declaration, PURPOSES, 'after accepting all');
    sink.reset();
    await visitor.visit(demo.site(clinic.name) + pathOf(clinic, 'appointment'));
    assertOnlyAllowed(sink, declaration, [], 'on the appointment page');
    await visitor.visit(demo.site(clinic.name) + pathOf(clinic, 'contact'));
    sink.reset();
    await banner.withdraw();
    await assertNoTraces(visitor, 'after withdrawing', own);
    // A choice made by a plain form leaves an entry of its own in the history: each page on the way is looked at.
    while (new URL(visitor.page.url()).pathname !== pathOf(clinic, 'home')) {
      await visitor.back();
      await assertNoTraces(visitor, 'after withdrawing and Back', own);
    }
    await visitor.visit(demo.site(clinic.name) + pathOf(clinic, 'contact'));
    await assertNoTraces(visitor, 'on the next page after withdrawing', own);
    assertSilence(sink, 'after withdrawing');
  });
}

async function choicesWithoutScript(clinic) {
  const declaration = await declarationOf(clinic);
  if (nothingOffered(declaration)) return;
  await visiting({ javaScript: false }, async (visitor, sink) => {
    const banner = new Banner(visitor);
    await visitor.visit(`${demo.site(clinic.name)}${pathOf(clinic, 'home')}?page=2`);
    await banner.accept();
    assert.equal(new URL(visitor.page.url()).search, '?page=2', 'the query is lost on the way back');
    assert.ok(!await banner.asks(), 'the banner asks again after Accept');
    assertOnlyAllowed(sink, declaration, PURPOSES, 'after accepting all without JavaScript');
    await banner.withdraw();
    await saveOnPrivacyPage(visitor, clinic, declaration);
  });
}

// The privacy page is the one place where each choice can be seen and changed, with or without a banner.
async function saveOnPrivacyPage(visitor, clinic, declaration) {
  const [purpose] = PURPOSES.filter((candidate) => declaration.offered(candidate).length > 0);
  const { page } = visitor;
  const choice = () => page.locator(`input[name=purpose][value=${purpose}]`).first();
  await visitor.visit(`${demo.site(clinic.name)}/_privacy/`);
  assert.equal(await choice().isChecked(), false, 'a withdrawn purpose is shown as granted');
  await choice().check({ force: true });
  await new Banner(visitor).saveOnPage();
  await visitor.visit(`${demo.site(clinic.name)}/_privacy/`);
  assert.equal(await choice().isChecked(), true, 'a saved purpose is not shown as granted');
}

async function speaks(clinic) {
  if (nothingOffered(await declarationOf(clinic))) return;
  await visiting({ language: 'de-DE' }, async (visitor, sink) => {
    for (const language of clinic.languages) {
      await visitor.visit(demo.site(clinic.name) + pathOf(clinic, 'home', language));
      const words = await new Banner(visitor).words();
      assert.match(words.language, new RegExp(`^${language}\\b`));
      assert.equal(words.direction, language === 'ar' ? 'rtl' : 'ltr');
      assert.match(words.text, { fr: /refuser/i, en: /refuse|reject|decline/i, ar: /[\u0600-\u06ff]{3}/ }[language]);
      assertSilence(sink, `on the page in ${language}`);
      await assertNoTraces(visitor, `on the page in ${language}`);
    }
  });
}

async function purposeNotOffered(clinic, purpose) {
  await visiting({}, async (visitor) => {
    await visitor.visit(demo.site(clinic.name) + pathOf(clinic, 'home'));
    assert.equal(await visitor.page.locator(`paravent-consent input[name=purpose][value=${purpose}]`).count(), 0);
  });
}

function nothingOffered(declaration) {
  return PURPOSES.every((purpose) => declaration.offered(purpose).length === 0);
}

function declarationOf(clinic) {
  return readDeclaration(demo.port, `${clinic.name}.localhost`);
}
