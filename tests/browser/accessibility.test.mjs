// Everything Paravent shows a visitor, looked at by axe and by the Nu HTML checker, and used by keyboard alone, in a narrow
// window, zoomed, in forced colours, without animation and without JavaScript.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { violations } from './support/axe.mjs';
import { browsing } from './support/browsing.mjs';
import { visiting } from './support/chromium.mjs';
import { CLINICS, pathOf } from './support/clinics.mjs';
import { startDemoOnAClock } from './support/clock.mjs';
import { fetchAs } from './support/loopback.mjs';
import { check, inner, tags } from './support/nu.mjs';
import { startSite } from './support/site.mjs';

// This one speaks all three languages and asks for a parent or guardian.
const CLINIC = CLINICS.find((clinic) => clinic.languages.includes('ar'));
const PHONE = { width: 390, height: 844 };
const COMPUTER = { width: 1280, height: 800 };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const BANNER = 'paravent-consent';

let demo;
const site = () => demo.site(CLINIC.name);
const home = (language) => site() + pathOf(CLINIC, 'home', language);

before(async () => {
  demo = await startDemoOnAClock();
});
after(() => demo?.stop());

for (const language of CLINIC.languages) {
  describe(`in ${language}`, { timeout: 300_000 }, () => {
    test('axe finds nothing on banner, preferences, control and placeholders, by day and night, on a phone and a computer', () => browsing({ language }, async (visitor) => {
      const { page } = visitor;
      await visitor.visit(site() + pathOf(CLINIC, 'contact', language));
      assert.ok(await page.locator('paravent-frame').count() > 0, 'no placeholder on this page');
      await clean(page, 'the question and the placeholders', [BANNER, 'paravent-frame']);
      await button(page, '[data-act=choose]').click();
      await button(page, 'button[value=save]').waitFor();
      await page.locator(`${BANNER} #panel summary`).first().click();
      await clean(page, 'the preferences', [BANNER]);
      await page.keyboard.press('Escape');
      await button(page, 'button[value=refuse]').click();
      await button(page, '[data-act=open]').waitFor();
      await clean(page, 'the control', [BANNER]);
    }));

    test('axe finds nothing on the privacy page, the page on counting, the guardian\'s question and an error', () => browsing({ language }, async (visitor) => {
      const { page } = visitor;
      for (const path of ['/_privacy/', '/_privacy/usage', '/_privacy/nothing-here']) {
        await visitor.visit(`${site()}${path}?lang=${language}`);
        await clean(page, path);
      }
      await askGuardian(visitor);
      await clean(page, 'the guardian\'s question');
    }));
  });
}

test('the Nu HTML checker finds nothing in any markup of ours', { timeout: 300_000 }, async () => {
  const pages = {};
  for (const language of CLINIC.languages) {
    const ask = async (path, options) => (await fetchAs(demo.port, `${CLINIC.name}.localhost`, path, { 'accept-language': language, ...options?.headers }, options)).body;
    const get = (path) => ask(path);
    for (const [name, path] of [['privacy', '/_privacy/'], ['usage', '/_privacy/usage'], ['error', '/_privacy/nothing-here']]) {
      pages[`${name}-${language}`] = withoutStyle(await get(`${path}?lang=${language}`));
    }
    const front = await get(pathOf(CLINIC, 'home', language));
    pages[`banner-${language}`] = inner(front, BANNER);
    pages[`tags-${language}`] = tags(front);
    pages[`placeholder-${language}`] = inner(await get(pathOf(CLINIC, 'contact', language)), 'paravent-frame');
    pages[`guardian-${language}`] = await ask('/_privacy/consent', {
      method: 'POST', headers: { ...FORM, 'sec-fetch-site': 'same-origin' }, body: 'choice=accept',
    });
    assert.match(pages[`guardian-${language}`], /name="guardian"/, 'the guardian is not asked');
  }
  assert.deepEqual(await check(pages), []);
});

for (const javaScript of [true, false]) {
  const how = javaScript ? 'with JavaScript' : 'without JavaScript';
  test(`by keyboard alone refusing takes no more presses than accepting, ${how}`, () => browsing({ javaScript, language: 'fr' }, async (visitor) => {
    const presses = {};
    for (const choice of ['refuse', 'accept']) {
      await visitor.visit(home('fr'));
      presses[choice] = await tabsTo(visitor.page, `button[value=${choice}]`);
    }
    assert.ok(presses.refuse <= presses.accept, JSON.stringify(presses));
    // Shift and Tab from the button that has the focus now.
    await visitor.page.keyboard.press('Shift+Tab');
    assert.equal(await focused(visitor.page), 'refuse');
    const answered = visitor.page.waitForResponse((response) => response.request().method() === 'POST');
    await visitor.page.keyboard.press('Enter');
    assert.ok((await answered).status() < 400);
    await visitor.settle();
    assert.equal(await button(visitor.page, 'button[value=refuse]').isVisible(), false);
  }));

  test(`the preferences open, save and close by keyboard, ${how}`, () => browsing({ javaScript, language: 'fr' }, async (visitor) => {
    const { page } = visitor;
    await visitor.visit(home('fr'));
    await tabsTo(page, '[data-act=choose]');
    await page.keyboard.press('Enter');
    await button(page, 'button[value=save]').waitFor();
    await page.keyboard.press('Escape');
    await button(page, 'button[value=refuse]').waitFor();
    assert.deepEqual(await consentCookies(visitor), [], 'Escape is taken for a choice');
  }));
}

for (const javaScript of [true, false]) {
  test(`the question can be put aside without an answer, and comes back on the next page, ${javaScript ? 'with' : 'without'} JavaScript`, () => browsing({ javaScript, language: 'fr' }, async (visitor) => {
    const { page } = visitor;
    await visitor.visit(home('fr'));
    await tabsTo(page, '#ask [popovertarget=control]');
    await page.keyboard.press('Enter');
    await button(page, '#control [data-act=open]').waitFor();
    assert.equal(await button(page, '#ask').isVisible(), false, 'the question still lies over the page');
    assert.equal(await focused(page), 'open', 'the focus is lost');
    if (javaScript) await clean(page, 'the control of a question put aside', [BANNER]);
    await page.keyboard.press('Enter');
    await button(page, '#panel button[value=save]').waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await button(page, '#ask').isVisible(), false, 'the question comes back unasked');
    assert.deepEqual(await consentCookies(visitor), [], 'a question put aside is taken for an answer');
    await visitor.visit(home('fr'));
    assert.ok(await button(page, '#ask button[value=refuse]').isVisible(), 'the question does not come back');
  }));
}

test('what has the focus shows it and is not covered', () => browsing({ viewport: PHONE, language: 'fr' }, async (visitor) => {
  const { page } = visitor;
  await visitor.visit(home('fr'));
  await page.locator(`${BANNER} .text`).first().focus();
  const offset = await page.locator(`${BANNER} .text`).first().evaluate((element) => parseFloat(getComputedStyle(element).outlineOffset));
  assert.ok(offset <= -3, 'the card cuts the outline off');
  for (let steps = 0; steps < 5; steps += 1) {
    const seen = await page.evaluate(focusSeen);
    assert.ok(seen.outline >= 2 && seen.uncovered, JSON.stringify(seen));
    await page.keyboard.press('Tab');
  }
}));

test('Escape, scrolling and pressing on the page are no consent, and the page can be read all the while', () => visiting({ language: 'fr' }, async (visitor, sink) => {
  const { page } = visitor;
  await visitor.visit(home('fr'));
  await page.keyboard.press('Escape');
  await page.mouse.move(900, 300);
  await page.mouse.wheel(0, 600);
  await page.waitForFunction(() => window.scrollY > 0);
  await page.mouse.click(900, 300);
  await visitor.settle();
  assert.ok(await button(page, 'button[value=refuse]').isVisible(), 'the question is gone');
  assert.deepEqual(await consentCookies(visitor), []);
  assert.deepEqual(sink.requests, []);
}));

for (const language of ['fr', 'ar']) {
  test(`targets are large, and nothing runs out of a window of 320 pixels or at a zoom of 200 %, in ${language}`, () => browsing({ language }, async (visitor) => {
    const { page } = visitor;
    for (const path of [pathOf(CLINIC, 'home', language), `/_privacy/?lang=${language}`, `/_privacy/usage?lang=${language}`]) {
      await page.setViewportSize({ width: 320, height: 640 });
      await visitor.visit(site() + path);
      const own = path.startsWith('/_privacy');
      assert.deepEqual(await page.evaluate(tooSmall, own), [], `small targets on ${path}`);
      assert.deepEqual(await page.evaluate(runsOut, own), [], `at 320 pixels on ${path}`);
      // What a computer's window of 1280 by 800 is to a page that its browser zooms to 200 %.
      await page.setViewportSize({ width: 640, height: 400 });
      assert.deepEqual(await page.evaluate(runsOut, own), [], `at 200 % on ${path}`);
    }
  }));
}

test('on a phone the question covers at most 45 % of the height and its buttons are in view', () => browsing({ language: 'fr' }, async (visitor) => {
  for (const language of CLINIC.languages) {
    await visitor.page.setViewportSize(PHONE);
    await visitor.visit(home(language));
    const card = await visitor.page.locator(`${BANNER} #ask`).boundingBox();
    assert.ok(card.height <= PHONE.height * 0.45 + 1, `${language}: ${card.height}`);
    for (const name of ['refuse', 'accept']) {
      const { y, height } = await button(visitor.page, `button[value=${name}]`).boundingBox();
      assert.ok(y + height <= PHONE.height, `${name} in ${language}`);
    }
  }
}));

test('forced colours keep every button and switch visible, and less motion means none', () => browsing({ language: 'fr' }, async (visitor) => {
  const { page } = visitor;
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  await visitor.visit(home('fr'));
  await button(page, '[data-act=choose]').click();
  await button(page, 'button[value=save]').waitFor();
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('paravent-consent').shadowRoot.querySelector('#panel')).animationName), 'none');
  assert.ok(await coloursIn(page, '#panel input') >= 2, 'the switch has no knob');
  assert.ok(await coloursIn(page, '#panel button[value=save]') >= 2, 'the button has no words or edge');
}));

test('banner and placeholders shift nothing: the layout shift is 0', async () => {
  const block = '<p style="height:200px">A page that stands still by itself.</p>';
  const frame = '<iframe width="320" height="180" src="https://www.youtube.com/embed/x" title="Film"></iframe>';
  const page = `<!doctype html><html lang="fr"><title>Clinique</title><body>${block}${frame}${block.repeat(5)}`;
  const served = await startSite({ host: 'clinic.localhost', pages: { '/': page }, vendors: ['youtube'] });
  try {
    // Each size has a window of its own: one that is resized shifts by itself.
    for (const viewport of [PHONE, COMPUTER]) {
      await browsing({ language: 'fr', viewport }, async (visitor) => {
        await visitor.visit(served.at('/'));
        assert.ok(await button(visitor.page, 'button[value=refuse]').isVisible());
        assert.ok(await visitor.page.locator('paravent-frame').isVisible());
        assert.deepEqual(await visitor.page.evaluate(layoutShifts), [], `at ${viewport.width}`);
      });
    }
  } finally {
    await served.stop();
  }
});

for (const javaScript of [true, false]) {
  test(`PC2: accepting asks for a parent or guardian in one plain step, refusing never does, ${javaScript ? 'with' : 'without'} JavaScript`, () => browsing({ javaScript, language: 'fr' }, async (visitor) => {
    const { page } = visitor;
    await visitor.visit(home('fr'));
    await button(page, 'button[value=refuse]').click();
    await button(page, 'button[value=refuse]').waitFor({ state: 'hidden' });
    await visitor.settle();
    assert.equal(await page.locator('[name=guardian]').count(), 0);
    await button(page, '[data-act=open]').click();
    await Promise.all([page.waitForResponse((response) => response.status() === 422 && response.request().isNavigationRequest()), button(page, '#panel button[value=accept]').click()]);
    await page.locator('[name=guardian]').waitFor({ state: 'attached' });
    const answers = page.locator('main .row button');
    assert.equal(await answers.count(), 2);
    await answers.nth(1).click();
    await visitor.settle();
    assert.match(await page.locator('html').getAttribute('data-consent'), /analytics/);
  }));
}

/** Sees the page in all four shapes without loading it again. The night changes nothing but colours, so nothing else is asked of it. */
async function clean(page, what, include) {
  for (const viewport of [PHONE, COMPUTER]) {
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      assert.deepEqual(await violations(page, include, { coloursOnly: colorScheme === 'dark' }), [], `${what} at ${viewport.width}, ${colorScheme}`);
    }
  }
}

async function askGuardian(visitor) {
  await visitor.visit(home(await visitor.page.evaluate(() => navigator.language.slice(0, 2))));
  await button(visitor.page, 'button[value=accept]').click();
  await visitor.page.locator('form [name=guardian]').waitFor({ state: 'attached' });
  await visitor.settle();
}

async function consentCookies(visitor) {
  return (await visitor.cookies()).map(({ name }) => name).filter((name) => /consent/.test(name));
}

function button(page, selector) {
  return page.locator(`${BANNER} ${selector}:visible`).first();
}

function withoutStyle(page) {
  return page.replace(/<style>[^]*?<\/style>/, '');
}

/** How many times Tab is pressed from the page's start until `selector` has the focus. */
async function tabsTo(page, selector) {
  await page.mouse.click(2, 2);
  for (let presses = 1; presses <= 60; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => {
      const active = document.querySelector('paravent-consent').shadowRoot.activeElement;
      return active?.matches(wanted) ?? false;
    }, selector)) return presses;
  }
  throw new Error(`Tab never comes to ${selector}`);
}

/** The button that has the focus, by the choice it stands for or by what it does. */
function focused(page) {
  return page.evaluate(() => {
    const active = document.querySelector('paravent-consent').shadowRoot.activeElement;
    return active?.value || active?.dataset.act;
  });
}

function focusSeen() {
  const active = document.querySelector('paravent-consent').shadowRoot.activeElement;
  if (!active) return { outline: 0 };
  const { left, top, width, height } = active.getBoundingClientRect();
  const host = document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 20));
  const at = host?.shadowRoot?.elementFromPoint(left + width / 2, top + Math.min(height / 2, 20));
  return { outline: parseFloat(getComputedStyle(active).outlineWidth), uncovered: active === at || active.contains(at), of: active.outerHTML.slice(0, 80) };
}

/** Controls of ours below 24 by 24 pixels; links within a sentence are let be (WCAG 2.2, 2.5.8). */
function tooSmall(own) {
  const root = own ? document : document.querySelector('paravent-consent').shadowRoot;
  return [...root.querySelectorAll('button, a, input:not([type=hidden]), summary')]
    .filter((element) => element.checkVisibility() && !element.closest('p, td, th, address, li'))
    .map((element) => ({ element, box: element.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0 && (box.width < 24 || box.height < 24))
    .map(({ element, box }) => `${element.outerHTML.slice(0, 80)} ${box.width}x${box.height}`);
}

/** All shifts since the page began, and what moved from where to where. Two frames later all of the load have been handed over. */
function layoutShifts() {
  return new Promise((resolve) => {
    const shifts = [];
    const place = ({ x, y, width, height }) => [x, y, width, height];
    const add = (entries) => entries.forEach(({ value, sources }) => shifts.push({
      value, moved: sources.map(({ node, previousRect, currentRect }) => [node?.nodeName, place(previousRect), place(currentRect)]),
    }));
    const observer = new PerformanceObserver((list) => add(list.getEntries()));
    observer.observe({ type: 'layout-shift', buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => {
      add(observer.takeRecords());
      resolve(shifts);
    }));
  });
}

/** How many clearly different colours an element is painted in. */
async function coloursIn(page, selector) {
  const picture = (await button(page, selector).screenshot()).toString('base64');
  return page.evaluate(async (data) => {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    context.drawImage(image, 0, 0);
    const { data: pixels } = context.getImageData(0, 0, image.width, image.height);
    const coarse = new Map();
    for (let at = 0; at < pixels.length; at += 4) {
      const colour = [0, 1, 2].map((channel) => pixels[at + channel] >> 6).join();
      coarse.set(colour, (coarse.get(colour) ?? 0) + 1);
    }
    return [...coarse.values()].filter((count) => count > 20).length;
  }, picture);
}

function runsOut(own) {
  if (own) {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth ? [`${scrollWidth} of ${clientWidth}`] : [];
  }
  const root = document.querySelector('paravent-consent').shadowRoot;
  return [...root.querySelectorAll('#ask, #ask *')]
    .map((element) => ({ element, box: element.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0 && (box.left < -1 || box.right > document.documentElement.clientWidth + 1))
    .map(({ element, box }) => `${element.tagName} ${box.left} ${box.right}`);
}
