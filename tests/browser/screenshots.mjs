// A tool, not a test: `node screenshots.mjs DIRECTORY` photographs what a visitor of the demo sees of Paravent, at two
// clinics, in each of their languages, on a phone and on a computer, by day and by night, with and without JavaScript: the
// question, the question put aside, the opened purposes, a placeholder, the privacy page, an error, the guarantee of
// counting; and what a marketer sees: the login, the dashboard of a large and of a small clinic.
// `node screenshots.mjs --docs` takes the README's pictures again, and nothing else.

import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newVisitor } from './support/chromium.mjs';
import { CLINICS, pathOf } from './support/clinics.mjs';
import { startDemo } from './support/paravent.mjs';
import { startSink } from './support/sink.mjs';

const DOCS = join(dirname(fileURLToPath(import.meta.url)), '../../docs');
// The one clinic that has all three languages, and one under another law.
const MOROCCO = CLINICS.find((clinic) => clinic.name === 'radiology-morocco');
const QUEBEC = CLINICS.find((clinic) => clinic.name === 'radiology-quebec');
const PHONE = { width: 390, height: 844 };
const COMPUTER = { width: 1280, height: 800 };

const [wanted] = process.argv.slice(2);
if (!wanted) {
  console.error('usage: node screenshots.mjs DIRECTORY | --docs');
  process.exit(2);
}
const sink = await startSink();
const demo = await startDemo(CLINICS.map((clinic) => clinic.name));
try {
  await (wanted === '--docs' ? photographForReadme() : photographAll(wanted));
} finally {
  await demo.stop();
  await sink.close();
}

async function photographForReadme() {
  const into = (name) => join(DOCS, `${name}.png`);
  await visitAs({ language: 'fr', viewport: COMPUTER }, async (visitor) => {
    await ask(visitor, MOROCCO, 'fr');
    await shoot(visitor, into('banner-fr'));
  });
  await visitAs({ language: 'ar', viewport: PHONE }, async (visitor) => {
    await ask(visitor, MOROCCO, 'ar');
    await shoot(visitor, into('banner-ar-phone'));
  });
  await visitAs({ language: 'en', viewport: COMPUTER }, async (visitor) => {
    await ask(visitor, MOROCCO, 'en');
    await choose(visitor);
    await shoot(visitor, into('preferences-en'));
  });
  await visitAs({ language: 'fr', viewport: { width: 1280, height: 1100 } }, async (visitor) => {
    await visitor.visit(`${demo.site(MOROCCO.name)}/_privacy/`);
    await shoot(visitor, into('privacy-fr'));
  });
  await visitAs({ language: 'fr', viewport: { width: 1280, height: 1200 } }, async (visitor) => {
    await logIn(visitor, 'fr');
    await shoot(visitor, into('dashboard-fr'));
  });
  await visitAs({ language: 'en', viewport: { width: 390, height: 1180 }, colorScheme: 'dark' }, async (visitor) => {
    await logIn(visitor, 'en');
    await shoot(visitor, into('dashboard-en-phone'));
  });
}

async function photographAll(into) {
  await mkdir(into, { recursive: true });
  for (const clinic of [MOROCCO, QUEBEC]) {
    for (const language of clinic.languages) {
      for (const javaScript of [true, false]) {
        const to = (what) => join(into, `${what}-${clinic.name}-${language}${javaScript ? '' : '-noscript'}`);
        await visitAs({ language, javaScript, viewport: COMPUTER }, (visitor) => photograph(visitor, clinic, language, to));
      }
    }
  }
  for (const language of ['fr', 'en']) {
    await visitAs({ language, viewport: COMPUTER }, (visitor) => photographDashboard(visitor, language, (what) => join(into, `${what}-${language}`)));
  }
}

async function photograph(visitor, clinic, language, to) {
  const site = demo.site(clinic.name);
  await ask(visitor, clinic, language);
  await shootEach(visitor, to('banner'));
  await choose(visitor);
  await shootEach(visitor, to('preferences'));
  await visitor.visit(site + pathOf(clinic, 'contact', language));
  await visitor.page.locator('paravent-consent #ask [popovertarget=control]').click();
  await shootEach(visitor, to('aside'));
  await shootEach(visitor, to('placeholder'), { of: 'paravent-frame' });
  await visitor.visit(`${site}/_privacy/?lang=${language}`);
  await shootEach(visitor, to('privacy'), { fullPage: true });
  await visitor.visit(`${site}/_privacy/nothing-here?lang=${language}`);
  await shootEach(visitor, to('error'));
  await visitor.visit(`${site}/_privacy/usage?lang=${language}`);
  await shootEach(visitor, to('usage'), { fullPage: true });
}

async function photographDashboard(visitor, language, to) {
  const { admin } = demo.dashboard();
  await visitor.page.goto(`${admin}/login?lang=${language}`);
  await shootEach(visitor, to('login'), { fullPage: true });
  await logIn(visitor, language);
  await shootEach(visitor, to('dashboard'), { fullPage: true });
  await visitor.page.goto(`${admin}/?site=records-vendor.localhost&days=7&lang=${language}`);
  await shootEach(visitor, to('dashboard-small'), { fullPage: true });
}

async function visitAs(options, look) {
  const visitor = await newVisitor(sink, options);
  try {
    await look(visitor);
  } finally {
    await visitor.close();
  }
}

async function ask(visitor, clinic, language) {
  await visitor.visit(demo.site(clinic.name) + pathOf(clinic, 'home', language));
}

/** Opens the purposes; the pointer leaves, since a button under it says so. */
async function choose({ page }) {
  await page.locator('paravent-consent [data-act=choose]:visible').first().click();
  await page.locator('paravent-consent button[value=save]:visible').first().waitFor();
  await page.mouse.move(2, 2);
}

async function logIn({ page }, language) {
  const { admin, name, password } = demo.dashboard();
  await page.goto(`${admin}/login?lang=${language}`);
  await page.fill('[name=name]', name);
  await page.fill('[name=password]', password);
  await Promise.all([page.waitForURL((url) => url.pathname === '/'), page.locator('main button').click()]);
}

/** The page as it is, on a phone and on a computer, by day and by night. */
async function shootEach(visitor, stem, { of, ...options } = {}) {
  const { page } = visitor;
  for (const viewport of [PHONE, COMPUTER]) {
    await page.setViewportSize(viewport);
    if (of) await page.locator(of).first().scrollIntoViewIfNeeded();
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await shoot(visitor, `${stem}-${viewport.width}-${colorScheme}.png`, options);
    }
  }
}

async function shoot({ page }, path, options) {
  console.log(path);
  await page.screenshot({ animations: 'disabled', path, ...options });
}
