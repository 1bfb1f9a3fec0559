// The banner under every kind of policy that an origin may send: it appears, it is styled, with the site's own colour, and it
// works; and the origin's policy gains nothing but Paravent's exact files and form.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { browsing } from './support/browsing.mjs';
import { fetchAs } from './support/loopback.mjs';
import { startSite } from './support/site.mjs';

const HOST = 'clinic.localhost';
const ACCENT = { written: '#7A1F5C', computed: 'rgb(122, 31, 92)' };
const SCRIPT = 'window.own = true';
const HASH = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`;
const CSP = 'content-security-policy';

const KINDS = {
  none: {},
  self: { [CSP]: "default-src 'self'; script-src 'self' 'unsafe-inline'" },
  nonce: { [CSP]: "script-src 'nonce-n0'; style-src 'nonce-n0'" },
  hash: { [CSP]: `script-src ${HASH}; style-src ${HASH}` },
  'strict-dynamic': { [CSP]: "script-src 'nonce-n0' 'strict-dynamic'; object-src 'none'; base-uri 'none'" },
  'strict-dynamic-by-hash': { [CSP]: `script-src ${HASH} 'strict-dynamic'` },
  'default-none': { [CSP]: `default-src 'none'; script-src ${HASH}; form-action 'none'` },
  'several-lines': { [CSP]: [`script-src ${HASH} https://cdn.example`, "style-src 'none', form-action https://pay.example"] },
  'report-only': { 'content-security-policy-report-only': "default-src 'none'" },
};
const META = `default-src 'none'; script-src ${HASH}; form-action 'none'`;

let site;
const at = (path) => site.at(path);

before(async () => {
  const page = (meta = '') => `<!doctype html><html lang="en"><head>${meta}<title>Clinic</title><script nonce="n0">${SCRIPT}</script></head><body><p>A clinic.</p></body></html>`;
  const pages = { '/meta': page(`<meta http-equiv="Content-Security-Policy" content="${META}">`) };
  for (const [kind, headers] of Object.entries(KINDS)) pages[`/${kind}`] = { body: page(), headers };
  // Relative addresses lead to another host, from the start or only after what is ours.
  const base = '<base href="https://elsewhere.example/shop/">';
  pages['/base'] = page(base);
  pages['/late-base'] = page().replace('</body>', `${base}</body>`);
  pages['/sandbox'] = { body: page(), headers: { [CSP]: 'sandbox allow-scripts' } };
  site = await startSite({ host: HOST, pages, tables: `[site.theme]\naccent = "${ACCENT.written}"\n`, vendors: ['matomo'] });
});
after(() => site?.stop());

describe('under an origin\'s policy', { timeout: 300_000 }, () => {
  test('the banner appears, is styled and works, whatever the kind', () => browsing({ language: 'en' }, async (visitor) => {
    for (const kind of [...Object.keys(KINDS), 'meta', 'base', 'late-base']) {
      for (const choice of ['refuse', 'accept']) await pressUnder(visitor, kind, choice);
    }
  }));

  test('without JavaScript too', () => browsing({ language: 'en', javaScript: false }, async (visitor) => {
    for (const kind of ['none', 'default-none', 'meta', 'base']) {
      for (const choice of ['refuse', 'accept']) await pressUnder(visitor, kind, choice);
    }
  }));

  test('where the page is sandboxed a link to the privacy page stands instead of a form', () => browsing({ language: 'en' }, async (visitor) => {
    await visitor.visit(at('/sandbox'));
    assert.equal(await visitor.page.locator('paravent-consent form').count(), 0);
    const link = visitor.page.locator('paravent-consent a[href="/_privacy/"]:visible');
    await link.click();
    await visitor.page.waitForURL(/\/_privacy\/$/);
    assert.ok(await visitor.page.locator('main button[value=refuse]').isVisible());
  }));

  test('nothing is added to a policy but our own exact files, their hashes and our form', async () => {
    for (const [kind, headers] of Object.entries(KINDS)) {
      const { headers: sent, body } = await fetchAs(site.port, HOST, `/${kind}`);
      // The last of the policies is the one that Paravent appends.
      const lines = (sent[CSP] ?? '').split(/,\s*/).slice(0, -1);
      const before = [headers[CSP] ?? []].flat().flatMap((line) => line.split(/,\s*/));
      assert.equal(lines.length, before.length, kind);
      before.forEach((policy, n) => assertNoWider(policy, lines[n], body, kind));
      assert.equal(sent['content-security-policy-report-only'], headers['content-security-policy-report-only'], kind);
    }
    const { body } = await fetchAs(site.port, HOST, '/meta');
    const [, meta] = body.match(/<meta http-equiv="Content-Security-Policy" content="([^"]*)"/);
    assertNoWider(META, meta.replaceAll('&#39;', "'").replaceAll('&#x27;', "'"), body, 'meta');
  });
});

async function pressUnder(visitor, kind, choice) {
  const { page } = visitor;
  await page.context().clearCookies();
  await visitor.visit(at(`/${kind}`));
  const button = page.locator(`paravent-consent button[value=${choice}]:visible`).first();
  assert.ok(await button.isVisible(), `${kind}: no banner`);
  assert.equal(await button.evaluate((element) => getComputedStyle(element).backgroundColor), ACCENT.computed, `${kind}: not styled`);
  if (await page.evaluate(() => 'own' in window)) {
    assert.ok(await page.evaluate(() => 'Paravent' in window), `${kind}: the guard does not run`);
  }
  await button.click();
  await button.waitFor({ state: 'hidden' });
  await visitor.settle();
  await visitor.visit(at(`/${kind}`));
  assert.equal(await button.isVisible(), false, `${kind}: asked again after ${choice}`);
  const consent = await page.locator('html').getAttribute('data-consent');
  assert.equal(consent, choice === 'accept' ? 'necessary analytics' : 'necessary', `${kind}: ${choice}`);
}

/** Every word that `after` has and `before` lacks is one of the few that may be added. */
function assertNoWider(before, after, body, kind) {
  const words = (policy) => policy.split(';').flatMap((directive) => directive.trim().split(/\s+/)).filter(Boolean);
  const known = new Set(words(before));
  const hashes = [...body.matchAll(/integrity="(sha256-[^"]+)"/g)].map(([, hash]) => `'${hash.replaceAll('&#43;', '+')}'`);
  const own = new RegExp(`^${HOST}:${site.port}/_privacy/(consent|assets/(names|guard|banner|frame|theme)\\.[\\w-]+\\.(js|css))$`);
  for (const word of words(after)) {
    const may = known.has(word) || own.test(word) || hashes.includes(word) || ['script-src-elem', 'style-src-elem'].includes(word);
    assert.ok(may, `${kind}: ${word} was added to "${before}": "${after}"`);
  }
}
