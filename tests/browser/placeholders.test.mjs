// What stands in a frame's place, where the page makes it hard: under a policy that the page gives itself, and where a `base`
// leads relative addresses to another host. Nothing is fetched before a press; each of the three ways to the frame works.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Banner } from './support/banner.mjs';
import { visiting } from './support/chromium.mjs';
import { startSite } from './support/site.mjs';

const VIDEO = 'www.youtube.com';
const HEADS = {
  'a meta policy': `<meta http-equiv="Content-Security-Policy" content="default-src 'self'; frame-src https://${VIDEO}; form-action 'none'">`,
  'a foreign base': '<base href="https://elsewhere.example/shop/">',
};
const WASH = 'rgb(244, 247, 248)';

let site;

before(async () => {
  const page = (head) => `<!doctype html><html lang="en"><head>${head}<title>Clinic</title></head><body><h1>Clinic</h1><iframe src="https://${VIDEO}/embed/abc" width="560" height="315" title="A tour"></iframe></body></html>`;
  const pages = Object.fromEntries(Object.entries(HEADS).map(([name, head]) => [path(name), page(head)]));
  site = await startSite({ host: 'clinic.localhost', pages, vendors: ['youtube'] });
});
after(() => site?.stop());

describe('a placeholder', { timeout: 180_000, concurrency: 2 }, () => {
  for (const name of Object.keys(HEADS)) {
    for (const javaScript of [true, false]) {
      test(`under ${name}, ${javaScript ? 'with' : 'without'} JavaScript, loads once, always, or leads there, and nothing before`, () => visiting({ javaScript, language: 'en' }, async (visitor, sink) => {
        const { page } = visitor;
        const frame = page.locator('paravent-frame');
        const arrive = async () => {
          sink.reset();
          await visitor.visit(site.at(path(name)));
        };
        const press = async (choice) => {
          sink.reset();
          const answered = page.waitForResponse((response) => response.request().method() === 'POST');
          await frame.locator(`button[value=${choice}]`).click();
          assert.equal((await answered).status(), 303, choice);
          await visitor.settle();
          assert.ok(sink.hosts.includes(VIDEO), choice);
        };
        await arrive();
        assert.deepEqual(sink.hosts, []);
        assert.equal(await frame.locator('.frame').evaluate((box) => getComputedStyle(box).backgroundColor), WASH, 'not styled');
        await new Banner(visitor).putAside();
        await press('once');
        await arrive();
        assert.deepEqual(sink.hosts, [], 'once is more than once');
        await new Banner(visitor).putAside();
        await frame.locator('a').click();
        await page.waitForURL(`https://${VIDEO}/**`);
        await arrive();
        await new Banner(visitor).putAside();
        await press('save');
        await arrive();
        assert.ok(sink.hosts.includes(VIDEO), 'always is once');
      }));
    }
  }
});

function path(name) {
  return `/${name.replaceAll(' ', '-')}`;
}
