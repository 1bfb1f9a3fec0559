// The visitor's own receipt in a real browser: the link on the privacy page brings it as a file, and no script of the page
// can read it.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Banner } from './support/banner.mjs';
import { browsing } from './support/browsing.mjs';
import { startDemoOnAClock } from './support/clock.mjs';

const CLINIC = 'radiology-quebec';

let demo;

before(async () => {
  demo = await startDemoOnAClock();
});
after(() => demo?.stop());

test('the visitor downloads a signed receipt, and no script reads it', () => browsing({}, async (visitor) => {
  await visitor.visit(`${demo.site(CLINIC)}/`);
  const banner = new Banner(visitor);
  await banner.accept();
  await visitor.page.goto(`${demo.site(CLINIC)}/_privacy/`);
  const read = await visitor.page.evaluate(async () => {
    const answers = [{}, { mode: 'no-cors' }, { headers: { Accept: 'text/html', 'Upgrade-Insecure-Requests': '1' } }];
    return Promise.all(answers.map(async (how) => (await fetch('/_privacy/receipt', how)).status));
  });
  assert.deepEqual(read, [403, 403, 403]);
  const [download] = await Promise.all([
    visitor.page.waitForEvent('download'),
    visitor.page.click('a[href="/_privacy/receipt"]'),
  ]);
  assert.equal(download.suggestedFilename(), 'consent-receipt.jws');
  const [header, payload, signature] = (await readFile(await download.path(), 'utf8')).split('.');
  const json = (part) => JSON.parse(Buffer.from(part, 'base64url').toString());
  const { keys } = await visitor.page.evaluate(async () => (await fetch('/_privacy/keys')).json());
  const jwk = keys.find((key) => key.kid === json(header).kid);
  const key = await crypto.subtle.importKey('jwk', { kty: jwk.kty, crv: jwk.crv, x: jwk.x }, 'Ed25519', false, ['verify']);
  const signed = Buffer.from(`${header}.${payload}`);
  assert.ok(await crypto.subtle.verify('Ed25519', key, Buffer.from(signature, 'base64url'), signed));
  assert.equal(json(payload).event.event_state, 'consent given');
}));
