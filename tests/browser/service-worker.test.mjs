// A site with a service worker that answers everything out of its store. Behind the proxy no page may come from before a
// change of choice, and the worker may not go on under a choice that was taken back. A module worker is fetched without
// cookies, so it never has a grant.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Banner } from './support/banner.mjs';
import { visiting } from './support/chromium.mjs';
import { assertSilence } from './support/privacy.mjs';
import { startSite } from './support/site.mjs';

const HOST = 'worker.localhost';
const TAG = '<script async src="https://www.googletagmanager.com/gtag/js?id=G-CLINIC1234"></script>';
const HEAD = `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>site</title>`;

// Stores the home page when it is installed, serves it for ever, and fetches what a page tells it to.
const STORES = `
addEventListener('install', (e) => e.waitUntil(caches.open('v1').then((store) => store.addAll(['/']))));
addEventListener('activate', (e) => e.waitUntil(clients.claim()));
addEventListener('fetch', (e) => e.respondWith(caches.match(e.request).then((hit) => hit || fetch(e.request))));
addEventListener('message', (e) => fetch(e.data, { mode: 'no-cors' })
  .then(() => e.source.postMessage('fetched'), () => e.source.postMessage('refused')));`;

const KINDS = {
  classic: { granted: 'fetched', worker: `'use strict';${STORES}\ntry { undeclared = 1; throw 0 } catch (e) { if (!(e instanceof ReferenceError)) throw Error('not strict') }` },
  module: { granted: 'refused', worker: `import { name } from '/name.js';${STORES}\nif (name !== 'module') throw Error(name)`, type: 'module' },
};

for (const [kind, { worker, granted, type = 'classic' }] of Object.entries(KINDS)) {
  describe(`a ${kind} service worker`, { timeout: 120_000 }, () => {
    let pages;
    let site;

    before(async () => {
      pages = {
        '/': `${HEAD}${TAG}<p>home</p>`,
        '/install': `${HEAD}<script>navigator.serviceWorker.register('/sw.js', { type: '${type}' })</script><p>installed</p>`,
        '/sw.js': { type: 'text/javascript', body: worker },
        '/name.js': { type: 'text/javascript', body: "export const name = 'module';" },
      };
      site = await startSite({
        host: HOST, pages, settings: 'jurisdiction = "quebec"\nlanguages = ["fr", "en"]', vendors: ['google-analytics'],
      });
    });
    after(() => site?.stop());

    test('without the proxy it serves the page out of its store', () => visiting({}, async (visitor) => {
      await installed(visitor, site.bare('/install'));
      assert.equal(await fromOrigin(site.origin, '/', () => visitor.visit(site.bare('/'))), 0);
    }));

    test('the page it stored under a grant is not served after a withdrawal', () => visiting({}, async (visitor, sink) => {
      const banner = new Banner(visitor);
      await visitor.visit(site.at('/'));
      await banner.accept();
      await sink.seen((request) => request.host === 'www.googletagmanager.com');
      await installed(visitor, site.at('/install'));
      assert.equal(await fromOrigin(site.origin, '/', () => visitor.visit(site.at('/'))), 1);
      await banner.withdraw();
      const [requests, connections] = [sink.requests.length, sink.connections.length];
      assert.equal(await fromOrigin(site.origin, '/', () => visitor.visit(site.at('/'))), 1);
      assert.ok(await banner.asks() || await visitor.page.locator('paravent-consent').count(), 'the page is not the proxy\'s');
      assertSilence({ requests: sink.requests.slice(requests), connections: sink.connections.slice(connections) }, 'after withdrawal');
    }));

    test('it is replaced at once after a change of choice, and then its own fetches are refused', () => visiting({}, async (visitor, sink) => {
      const banner = new Banner(visitor);
      await visitor.visit(site.at('/'));
      await banner.accept();
      await installed(visitor, site.at('/install'));
      assert.equal(await asksWorker(visitor, 'https://www.google-analytics.com/from-the-worker'), granted);
      if (granted === 'fetched') await sink.seen((request) => request.path === '/from-the-worker');
      await banner.withdraw();
      await replaced(visitor);
      assert.equal(await asksWorker(visitor, 'https://www.google-analytics.com/after-withdrawal'), 'refused');
      assert.ok(!sink.requests.some((request) => request.path === '/after-withdrawal'));
    }));

    test('its own updates wait as the site means them to, while the choice stays', () => visiting({}, async (visitor) => {
      await installed(visitor, site.at('/install'));
      pages['/sw.js'].body += '\n// a newer one';
      const states = await visitor.page.evaluate(async () => {
        const registration = await navigator.serviceWorker.getRegistration();
        const before = registration.active;
        await registration.update();
        const newer = registration.installing ?? registration.waiting;
        await new Promise((resolve) => {
          const look = () => ['installed', 'activated', 'redundant'].includes(newer.state) && resolve();
          newer.addEventListener('statechange', look);
          look();
        });
        // One that does not mean to wait is at work before the network has answered again.
        await registration.update();
        return [newer.state, registration.active === before];
      });
      assert.deepEqual(states, ['installed', true]);
    }));
  });
}

/** Installs the site's worker, as the page at `address` does, and waits until it controls the page. */
async function installed(visitor, address) {
  await visitor.visit(address);
  await visitor.page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
  });
  await visitor.settle();
}

/** How many times the origin was asked for `path` while `action` ran. */
async function fromOrigin(origin, path, action) {
  const before = origin.asked.length;
  await action();
  return origin.asked.slice(before).filter((asked) => asked === path).length;
}

/** What became of a fetch that the worker was told to make. */
function asksWorker(visitor, url) {
  return visitor.page.evaluate(async (url) => {
    const { active } = await navigator.serviceWorker.ready;
    const answer = new Promise((resolve) => {
      navigator.serviceWorker.addEventListener('message', (event) => resolve(event.data), { once: true });
      navigator.serviceWorker.startMessages();
    });
    active.postMessage(url);
    return answer;
  }, url);
}

/** Waits until the newest worker is the one at work, with the page that the old one controlled still open. */
async function replaced(visitor) {
  await visitor.page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration.update();
    const newer = registration.installing ?? registration.waiting ?? registration.active;
    await new Promise((resolve) => {
      const look = () => newer.state === 'activated' && resolve();
      newer.addEventListener('statechange', look);
      look();
    });
  });
}
