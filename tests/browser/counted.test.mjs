// Visits to the demo clinics, with and without JavaScript, become numbers on the dashboard once their day has closed.
// The browser has a headed one's User-Agent: the headless one says that it is a robot, and robots are left out.
// One visitor comes with the browser; who comes after is told apart by the browser's version, and asks for the very same.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browsing } from './support/browsing.mjs';
import { HEADED_AGENT } from './support/chromium.mjs';
import { CLINICS, pathOf } from './support/clinics.mjs';
import { startDemoOnAClock } from './support/clock.mjs';
import { fetchAs } from './support/loopback.mjs';

const DAY = 86_400;
const WEEK = 7 * DAY;
const VISITORS = 60;
// What 95 of 100 counts lie within is under two standard deviations; all but one in 500 million lie within six.
const ALL_BUT_NONE = 3;
// Of the answer, or of the connection.
const NOT_ASKED_AGAIN = /^(:|host$|connection$|if-|cookie$)/;

for (const javaScript of [true, false]) {
  test(`visits are shown within their ranges, ${javaScript ? 'with' : 'without'} JavaScript`, async () => {
    const demo = await startDemoOnAClock();
    try {
      await demo.untilPagesAreKnown();
      const asked = await oneVisit(demo, javaScript);
      for (let version = 1; version < VISITORS; version += 1) await visitAgain(demo, asked, version);
      await demo.pass(WEEK);
      await browsing({ javaScript, language: 'en-CA' }, (marketer) => sees(demo, marketer));
    } finally {
      await demo.stop();
    }
  });
}

/** Walks through the clinics with a browser. Gives `{ host, path, headers }` of each request that the clinics got. */
async function oneVisit(demo, javaScript) {
  const asked = [];
  await browsing({ javaScript, userAgent: HEADED_AGENT }, async (visitor) => {
    visitor.page.on('request', (request) => asked.push(request));
    for (const clinic of CLINICS) {
      for (const page of ['home', 'contact']) {
        const answer = await visitor.page.goto(demo.site(clinic.name) + pathOf(clinic, page));
        assert.equal(answer.status(), 200);
        await visitor.settle();
      }
    }
    for (const [at, request] of asked.entries()) {
      const { hostname, pathname, search } = new URL(request.url());
      const headers = Object.entries(await request.allHeaders()).filter(([name]) => !NOT_ASKED_AGAIN.test(name));
      asked[at] = { host: hostname, method: request.method(), path: pathname + search, headers: Object.fromEntries(headers) };
    }
  });
  return asked.filter(({ host, method }) => host.endsWith('.localhost') && method === 'GET');
}

/** The same requests from a browser of another version: to who counts, from someone else. */
async function visitAgain({ port }, asked, version) {
  const agent = HEADED_AGENT.replace('150.0.0.0', `150.0.${version}.0`);
  await Promise.all(CLINICS.map(async ({ name }) => {
    for (const { host, path, headers } of asked.filter((request) => request.host === `${name}.localhost`)) {
      const { status } = await fetchAs(port, host, path, { ...headers, 'user-agent': agent });
      assert.ok(status < 400, `${host}${path}: ${status}`);
    }
  }));
}

async function sees(demo, { page, errors }) {
  await demo.logIn(page);
  for (const clinic of CLINICS) {
    const site = `${clinic.name}.localhost`;
    for (const [family, cell] of [
      ['visits', 'visits'], ['pages', pathOf(clinic, 'home')], ['pages', pathOf(clinic, 'contact')],
      ['sources', 'direct'], ['devices', 'computer'], ['consent', 'unanswered'], ['depth', '2'],
    ]) {
      const released = await demo.released(page, site, family);
      const found = released.filter((line) => line.cell === cell).toSorted((one, other) => other.value - one.value)[0];
      assert.ok(found, `${site}: ${family} ${cell} was not released: ${JSON.stringify(released)}`);
      const wide = ALL_BUT_NONE * Math.max(found.high - found.low, 2 * found.standard_error) / 2;
      assert.ok(Math.abs(found.value - VISITORS) <= wide, `${JSON.stringify(found)} of ${VISITORS} visitors`);
    }
    await page.goto(`${demo.admin}/?site=${site}&days=28&lang=en`);
    const shown = await page.locator('main').innerText();
    const words = shown.replaceAll(/\s+/g, ' ');
    assert.ok(words.includes(figure(await demo.released(page, site, 'visits'))), `the visits are not in:\n${shown}`);
    assert.ok(shown.includes(pathOf(clinic, 'contact')), `the pages are not in:\n${shown}`);
  }
  assert.deepEqual(errors, []);
}

// The sum as the dashboard writes it: with its range where it stands out from the noise, else "0 to N".
function figure(released) {
  const sum = released.reduce((before, line) => before + line.value, 0);
  const error = Math.hypot(...released.map((line) => Number(line.standard_error)));
  const [low, high] = [Math.max(Math.floor(sum - 1.96 * error), 0), Math.max(Math.ceil(sum + 1.96 * error), 0)];
  return sum >= 3 * error ? `Visits ${sum} ${low} to ${high}` : `Visits 0 to ${high}`;
}
