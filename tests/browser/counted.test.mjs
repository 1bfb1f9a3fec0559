// Visits to the demo clinics, with and without JavaScript, become numbers on the dashboard once their day has closed.
// The browser has a headed one's User-Agent: the headless one says that it is a robot, and robots are left out.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newVisitor } from './support/chromium.mjs';
import { CLINICS, pathOf } from './support/clinics.mjs';
import { startDemoOnAClock } from './support/clock.mjs';
import { startSink } from './support/sink.mjs';

const DAY = 86_400;
const WEEK = 7 * DAY;
// What 95 of 100 counts lie within is under two standard deviations; all but one in 500 million lie within six.
const ALL_BUT_NONE = 3;

for (const javaScript of [true, false]) {
  test(`visits are shown within their ranges, ${javaScript ? 'with' : 'without'} JavaScript`, async () => {
    const demo = await startDemoOnAClock();
    const sink = await startSink();
    try {
      await demo.untilPagesAreKnown();
      const visitors = 60;
      // One profile: who comes is told apart by network, browser and language, and here by the browser's version.
      const browser = await newVisitor(sink, { javaScript, headedAgent: true });
      try {
        for (let visitor = 0; visitor < visitors; visitor += 1) {
          await browser.becomeSomeoneElse(visitor);
          for (const clinic of CLINICS) {
            for (const page of ['home', 'contact']) {
              const answer = await browser.page.goto(demo.site(clinic.name) + pathOf(clinic, page), { waitUntil: 'commit' });
              assert.equal(answer.status(), 200);
            }
          }
        }
      } finally {
        await browser.close();
      }
      await demo.pass(WEEK);

      const dashboard = await newVisitor(sink, { javaScript, language: 'en-CA' });
      try {
        await demo.logIn(dashboard.page);
        for (const clinic of CLINICS) {
          const site = `${clinic.name}.localhost`;
          for (const [family, cell] of [
            ['visits', 'visits'], ['pages', pathOf(clinic, 'home')], ['pages', pathOf(clinic, 'contact')],
            ['sources', 'direct'], ['devices', 'computer'], ['consent', 'unanswered'], ['depth', '2'],
          ]) {
            const released = await demo.released(dashboard.page, site, family);
            const found = released.filter((line) => line.cell === cell).toSorted((one, other) => other.value - one.value)[0];
            assert.ok(found, `${site}: ${family} ${cell} was not released: ${JSON.stringify(released)}`);
            const wide = ALL_BUT_NONE * Math.max(found.high - found.low, 2 * found.standard_error) / 2;
            assert.ok(Math.abs(found.value - visitors) <= wide, `${JSON.stringify(found)} of ${visitors} visitors`);
          }
          await dashboard.page.goto(`${demo.admin}/?site=${site}&days=28&lang=en`);
          const shown = await dashboard.page.locator('main').innerText();
          const words = shown.replaceAll(/\s+/g, ' ');
          assert.ok(words.includes(figure(await demo.released(dashboard.page, site, 'visits'))), `the visits are not in:\n${shown}`);
          assert.ok(shown.includes(pathOf(clinic, 'contact')), `the pages are not in:\n${shown}`);
        }
        assert.deepEqual(dashboard.errors, []);
      } finally {
        await dashboard.close();
      }
    } finally {
      await demo.stop();
      await sink.close();
    }
  });
}

// The sum as the dashboard writes it: with its range where it stands out from the noise, else "0 to N".
function figure(released) {
  const sum = released.reduce((before, line) => before + line.value, 0);
  const error = Math.hypot(...released.map((line) => Number(line.standard_error)));
  const [low, high] = [Math.max(Math.floor(sum - 1.96 * error), 0), Math.max(Math.ceil(sum + 1.96 * error), 0)];
  return sum >= 3 * error ? `Visits ${sum} ${low} to ${high}` : `Visits 0 to ${high}`;
}
