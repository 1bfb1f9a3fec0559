// What a page and its scripts can rely on: window.Paravent, its events, the attributes, and what happens to a choice in
// single-page applications, in other tabs, behind Back, and beside a form that is being filled in.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Banner } from './support/banner.mjs';
import { browsing } from './support/browsing.mjs';
import { startSite } from './support/site.mjs';

const HOST = 'www.clinic.localhost';
const PAGE = `<!doctype html><html lang="en"><head><title>Clinic</title></head><body>
<button data-privacy-open id="mine">My choices</button><form><input id="reason" aria-label="Reason"></form><p>Text</p></body></html>`;

let site;
const at = (path) => site.at(path);

before(async () => {
  site = await startSite({
    host: HOST,
    pages: { '/': PAGE, '/team': PAGE, '/deep/er/page': PAGE, '/rendez-vous/1': PAGE, '/rendez-vous/2': PAGE },
    settings: 'jurisdiction = "gdpr"\nsensitive_paths = ["/rendez-vous/**"]',
    vendors: ['google-analytics', 'google-ads'],
  });
});
after(() => site?.stop());

describe('in the page', { timeout: 300_000, concurrency: 2 }, () => {
  test('window.Paravent tells the choice, cannot be changed, and opens the preferences', () => browsing({ language: 'en' }, async (visitor) => {
    const { page } = visitor;
    await visitor.visit(at('/'));
    const told = await page.evaluate(() => {
      const { consent } = window.Paravent;
      consent.purposes.analytics = true;
      try { window.Paravent = { consent: null }; } catch { /* strict code is told so */ }
      return window.Paravent.consent;
    });
    assert.deepEqual([told.v, told.source, told.purposes.analytics, told.counted], [1, 'none', false, true]);
    assert.equal('receipt' in told, false);
    await page.evaluate(() => window.Paravent.open());
    await page.locator('paravent-consent button[value=save]:visible').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('#mine').click();
    await page.locator('paravent-consent button[value=save]:visible').waitFor();
  }));

  test('on("change") hears a refusal without a new load, and data-consent says what is granted', () => browsing({ language: 'en' }, async (visitor) => {
    const { page } = visitor;
    await visitor.visit(at('/'));
    await page.evaluate(() => {
      window.loadedOnce = true;
      window.heard = [];
      window.Paravent.on('change', (consent) => window.heard.push(consent.source));
      history.pushState({}, '', '/team');
    });
    await new Banner(visitor).refuse();
    assert.deepEqual(await page.evaluate(() => [window.loadedOnce, window.heard]), [true, ['choice']]);
    assert.equal(await page.locator('html').getAttribute('data-consent'), 'necessary');
    await page.locator('#mine').click();
    await Promise.all([page.waitForEvent('load'), page.locator('paravent-consent #panel button[value=accept]').click()]);
    assert.equal(await page.locator('html').getAttribute('data-consent'), 'necessary analytics marketing');
    assert.equal(new URL(page.url()).pathname, '/team', 'the choice leads away from where the visitor was');
  }));

  for (const [name, from, to, loads] of [
    ['onto a sensitive path', '/', '/rendez-vous/1', true],
    ['off a sensitive path', '/rendez-vous/1', '/team', true],
    ['onto a sensitive path in disguise', '/', '/%72endez-vous;x/2', true],
    ['within what is not sensitive', '/', '/team', false],
    ['within what is sensitive', '/rendez-vous/1', '/rendez-vous/2', false],
  ]) {
    test(`a step ${name} inside a single-page application ${loads ? 'becomes a full load' : 'stays one'}`, () => browsing({ language: 'en' }, async (visitor) => {
      const { page } = visitor;
      for (const step of ['pushState', 'replaceState', 'navigate']) {
        await visitor.visit(at(from));
        await page.evaluate(() => {
          window.sameDocument = true;
          navigation.addEventListener('navigate', (event) => event.canIntercept && !event.hashChange && event.intercept());
        });
        const arrived = loads ? page.waitForEvent('load') : page.waitForURL((url) => url.pathname === to);
        await page.evaluate(([step, to]) => {
          // From the page's own task, so that the answer is not awaited in a document that leaves.
          if (step === 'navigate') setTimeout(() => navigation.navigate(to));
          else setTimeout(() => history[step]({}, '', to));
        }, [step, to]);
        await arrived;
        assert.equal(await page.evaluate(() => 'sameDocument' in window), !loads, step);
        assert.equal(new URL(page.url()).pathname, to, step);
      }
    }));
  }

  test('where words were typed an acceptance waits for the next page, and they stay', () => browsing({ language: 'en' }, async (visitor) => {
    const { page } = visitor;
    await visitor.visit(at('/'));
    await page.locator('#reason').pressSequentially('A sore knee');
    await new Banner(visitor).accept();
    assert.equal(await page.locator('#reason').inputValue(), 'A sore knee');
    assert.equal(await page.locator('html').getAttribute('data-consent'), 'necessary');
    await visitor.visit(at('/team'));
    assert.equal(await page.locator('html').getAttribute('data-consent'), 'necessary analytics marketing');
  }));

  test('other tabs follow a choice, and one behind Back shows the choice of now', () => browsing({ language: 'en' }, async (visitor) => {
    const { page } = visitor;
    await visitor.visit(at('/'));
    await visitor.visit(at('/team'));
    const other = await page.context().newPage();
    await other.goto(at('/'));
    const asked = other.locator('paravent-consent #ask');
    await asked.waitFor();
    await new Banner(visitor).accept();
    await asked.waitFor({ state: 'detached' });
    await other.waitForFunction(() => window.Paravent?.consent.source === 'choice');
    await visitor.back();
    await page.waitForFunction(() => window.Paravent?.consent.source === 'choice');
    await new Banner(visitor).withdraw();
    await other.waitForFunction(() => window.Paravent?.consent.purposes.analytics === false);
    await other.close();
  }));

  test('a page that comes out of the back/forward cache, made under a grant, loads again', () => browsing({ language: 'en' }, async (visitor) => {
    const { page } = visitor;
    await visitor.visit(at('/'));
    await new Banner(visitor).accept();
    await visitor.visit(at('/team'));
    await page.evaluate(() => { window.sameDocument = true; });
    // The event is made here: whether a browser keeps a page, and for how long, is its own affair.
    const loaded = page.waitForEvent('load');
    await page.evaluate(() => { setTimeout(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))); });
    await loaded;
    assert.equal(await page.evaluate(() => 'sameDocument' in window), false);
  }));

  test('Google\'s consent mode is told a default before any tag: what is granted and nothing else', () => browsing({ language: 'en' }, async (visitor) => {
    const { page } = visitor;
    const told = () => page.evaluate(() => (window.dataLayer ?? []).map((entry) => Array.from(entry)).filter(([command]) => command === 'consent'));
    await visitor.visit(at('/'));
    assert.deepEqual(await told(), [], 'Google is spoken to before a grant');
    await new Banner(visitor).acceptOnly('analytics');
    await visitor.visit(at('/'));
    const [[, kind, signals], ...more] = await told();
    assert.deepEqual(more, []);
    assert.equal(kind, 'default');
    assert.deepEqual(signals, {
      ad_storage: 'denied', ad_user_data: 'denied', ad_personalization: 'denied', analytics_storage: 'granted',
      functionality_storage: 'denied', personalization_storage: 'denied', security_storage: 'granted',
    });
  }));

  test('RQ11: withdrawing expires cookies on host, parent domain and paths, and clears storage on the next page', () => browsing({ language: 'en' }, async (visitor) => {
    const { page } = visitor;
    const held = async () => (await visitor.cookies()).filter(({ name }) => name.startsWith('_g')).map(({ name, domain, path }) => `${name} ${domain} ${path}`);
    await visitor.visit(at('/deep/er/page'));
    await new Banner(visitor).accept();
    await visitor.visit(at('/deep/er/page'));
    await page.evaluate(() => {
      for (const where of ['path=/', 'path=/deep', 'path=/deep/er', 'path=/; domain=www.clinic.localhost', 'path=/; domain=clinic.localhost', 'path=/deep/; domain=clinic.localhost']) {
        document.cookie = `_ga=GA1.1; max-age=9999; ${where}`;
        document.cookie = `_gcl_au=1.1; max-age=9999; ${where}`;
      }
      localStorage.setItem('_gcl_ls', '1');
    });
    assert.ok((await held()).length >= 10, 'a grant lets cookies be set');
    await new Banner(visitor).withdraw();
    await visitor.visit(at('/deep/er/page'));
    assert.deepEqual(await held(), []);
    assert.deepEqual((await visitor.storageKeys()).local, []);
  }));
});
