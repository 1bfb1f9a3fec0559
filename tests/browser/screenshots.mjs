// A tool, not a test: `node screenshots.mjs DIRECTORY` photographs what a visitor of the demo sees of Paravent, in each
// language, on a phone and on a computer, by day and by night: the question, the opened purposes, the privacy page,
// the guarantee of counting; and what a marketer sees: the login, the dashboard of a large and of a small clinic.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { newVisitor } from './support/chromium.mjs';
import { CLINICS, pathOf } from './support/clinics.mjs';
import { startDemo } from './support/paravent.mjs';
import { startSink } from './support/sink.mjs';

// The one clinic that has all three languages.
const CLINIC = CLINICS.find((clinic) => clinic.languages.includes('ar'));
const SIZES = [{ width: 390, height: 844 }, { width: 1280, height: 800 }];
const COLOUR_SCHEMES = ['light', 'dark'];

const [directory] = process.argv.slice(2);
if (!directory) {
  console.error('usage: node screenshots.mjs DIRECTORY');
  process.exit(2);
}
await photographAll(directory);

async function photographAll(into) {
  await mkdir(into, { recursive: true });
  const sink = await startSink();
  const demo = await startDemo(CLINICS.map((clinic) => clinic.name));
  try {
    for (const language of CLINIC.languages) {
      for (const viewport of SIZES) {
        for (const colorScheme of COLOUR_SCHEMES) {
          await photograph({ into, sink, demo, language, viewport, colorScheme });
          if (language !== 'ar') await photographDashboard({ into, sink, demo, language, viewport, colorScheme });
        }
      }
    }
  } finally {
    await demo.stop();
    await sink.close();
  }
}

async function photograph({ into, sink, demo, language, viewport, colorScheme }) {
  const visitor = await newVisitor(sink, { language, viewport, colorScheme });
  const { page } = visitor;
  const shoot = (what, options) => {
    const name = `${what}-${language}-${viewport.width}-${colorScheme}.png`;
    console.log(name);
    return page.screenshot({ animations: 'disabled', path: join(into, name), ...options });
  };
  try {
    await visitor.visit(demo.site(CLINIC.name) + pathOf(CLINIC, 'home', language));
    await shoot('banner');
    await page.locator('paravent-consent [data-act=choose]:visible').first().click();
    await page.locator('paravent-consent button[value=save]:visible').first().waitFor();
    await shoot('preferences');
    await visitor.visit(`${demo.site(CLINIC.name)}/_privacy/`);
    await shoot('privacy', { fullPage: true });
    await visitor.visit(`${demo.site(CLINIC.name)}/_privacy/usage?lang=${language}`);
    await shoot('usage', { fullPage: true });
  } finally {
    await visitor.close();
  }
}

async function photographDashboard({ into, sink, demo, language, viewport, colorScheme }) {
  const visitor = await newVisitor(sink, { language, viewport, colorScheme });
  const { page } = visitor;
  const shoot = (what) => page.screenshot({
    animations: 'disabled', fullPage: true, path: join(into, `${what}-${language}-${viewport.width}-${colorScheme}.png`),
  });
  try {
    const { admin, name, password } = demo.dashboard();
    await page.goto(`${admin}/login?lang=${language}`);
    await shoot('login');
    await page.fill('[name=name]', name);
    await page.fill('[name=password]', password);
    await Promise.all([page.waitForURL((url) => url.pathname === '/'), page.locator('main button').click()]);
    await shoot('dashboard');
    await page.goto(`${admin}/?site=records-vendor.localhost&days=7&lang=${language}`);
    await shoot('dashboard-small');
  } finally {
    await visitor.close();
  }
}
