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
      const visitors = 40;
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
          const released = await demo.released(dashboard.page, `${clinic.name}.localhost`);
          const within = (family, cell) => {
            const found = released.find((line) => line.family === family && line.cell === cell && line.value > 5);
            assert.ok(found, `${clinic.name}: ${family} ${cell} is not among ${JSON.stringify(released.slice(0, 40))}`);
            const wide = ALL_BUT_NONE * (found.high - found.low) / 2;
            assert.ok(Math.abs(found.value - visitors) <= wide, `${clinic.name}: ${JSON.stringify(found)} of ${visitors}`);
          };
          within('visits', 'visits');
          within('pages', pathOf(clinic, 'home'));
          within('pages', pathOf(clinic, 'contact'));
          within('sources', 'direct');
          within('devices', 'computer');
          within('consent', 'unanswered');
          within('depth', '2');

          const page = dashboard.page;
          await page.goto(`${demo.admin}/?site=${clinic.name}.localhost&days=28&lang=en`);
          const shown = await page.locator('main').innerText();
          const visits = released.filter((line) => line.family === 'visits').reduce((sum, line) => sum + line.value, 0);
          assert.ok(shown.replaceAll(/[,\s]/g, '').includes(String(Math.max(visits, 0))), `${visits} visits in:\n${shown}`);
          assert.match(shown, /Contact|contact/);
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
