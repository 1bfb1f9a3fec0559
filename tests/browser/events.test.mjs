// The optional script of the events, under a policy that admits next to nothing: presses and pages shown without loading are
// told to the site itself, by number; without JavaScript nothing is told, and nothing breaks.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browsing } from './support/browsing.mjs';
import { startSite } from './support/site.mjs';

const HOST = 'clinic.localhost';
const STRICT = "default-src 'none'; script-src 'nonce-n0'; connect-src 'none'; base-uri 'none'";
const OWN = `
  const go = (id, path) => document.getElementById(id).addEventListener('click', () => history.pushState({}, '', path));
  go('shown', '/medecins/dre%20Roy?x=canary'); go('other', '/canary');
  // Where they lead is nothing to this test.
  document.addEventListener('click', (event) => event.target.closest('a') && event.preventDefault());`;
const PAGE = `<!doctype html><html lang="en"><head><title>Clinic</title></head><body>
  <a id="call" href="tel:+15145550100"><b>Call</b></a> <a id="mail" href="mailto:canary@clinic.example">Write</a>
  <a id="out" href="https://elsewhere.example/canary">Elsewhere</a> <a id="in" href="/in">Here</a>
  <button id="shown">Doctor</button> <button id="other">Other</button><script nonce="n0">${OWN}</script></body></html>`;
const USAGE = `[site.usage]
events = true
pages = ["/medecins/{…}"]
[[site.usage.goal]]
id = "call"
outbound = "phone"
[[site.usage.goal]]
id = "out"
outbound = "site"
`;

let site;

before(async () => {
  const pages = { '/': { body: PAGE, headers: { 'content-security-policy': STRICT } }, '/in': PAGE };
  site = await startSite({ host: HOST, pages, tables: USAGE, vendors: [] });
});
after(() => site?.stop());

describe('events', { timeout: 120_000 }, () => {
  test('are told by number, under a strict policy, and nothing else is', () => browsing({ language: 'en' }, async (visitor) => {
    const { page } = visitor;
    const told = [];
    page.on('request', (request) => { if (new URL(request.url()).pathname === '/_privacy/event') told.push(request); });
    await visitor.visit(site.at('/'));
    for (const id of ['call', 'mail', 'out', 'in', 'shown', 'other']) await page.locator(`#${id}`).click();
    const deadline = AbortSignal.timeout(20_000);
    while (told.length < 3) {
      assert.ok(!deadline.aborted, `${told.length} of 3 were told`);
      await page.evaluate(() => new Promise(requestAnimationFrame));
    }
    const answers = await Promise.all(told.map((request) => request.response()));
    assert.deepEqual(answers.map((answer) => answer.status()), [204, 204, 204]);
    const bodies = told.map((request) => request.postData());
    bodies.forEach((body) => assert.match(body, /^[0-9a-f]{8}\.\d$/));
    assert.deepEqual(bodies.map((body) => body.split('.')[1]), ['0', '1', '2']);
    assert.ok(told.every((request) => request.method() === 'POST' && new URL(request.url()).search === ''));
  }));

  test('are nothing without JavaScript, and the page is as it was', () => browsing({ language: 'en', javaScript: false }, async (visitor) => {
    const { page } = visitor;
    const told = [];
    page.on('request', (request) => { if (request.url().includes('/event')) told.push(request.url()); });
    await visitor.visit(site.at('/'));
    await page.locator('#in').click();
    await page.waitForURL(/\/in$/);
    assert.ok(told.every((url) => url.includes('/assets/events.')), told.join());
  }));
});
