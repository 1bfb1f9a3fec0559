// In: a sink, and how the visitor comes (language, size, JavaScript on or off).
// Out: a Chromium with a profile of its own whose every foreign host is the sink, and a record of what its page did.
//
// Why a fresh profile each time and not a fresh context: Chromium does no preconnects in the incognito-like contexts
// that Playwright opens, and Debian's build switches network prediction off for all. Here it is on, so that a
// preconnect which got past the proxy is really tried. The back/forward cache, which Playwright switches off, is on too.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { watchNetwork } from './quiet.mjs';
import { startSink } from './sink.mjs';

const MARKER_HOST = 'marker.sink.test';

/** The browser's program. */
export const EXECUTABLE = process.env.PARAVENT_CHROMIUM ?? '/usr/bin/chromium';
const PREDICTION_ALWAYS = 0;
const PREDICTION_NEVER = 2;

// The browser's own calls home, which no flag silences all of. They fail to resolve, and so are never counted;
// every other host of these companies still reaches the sink.
const BROWSERS_OWN_HOSTS = [
  'update.googleapis.com', 'optimizationguide-pa.googleapis.com', 'redirector.gvt1.com',
  'content-autofill.googleapis.com', 'passwordsleakcheck-pa.googleapis.com',
];
const UNREACHABLE = 'http://127.0.0.1:9/';

// After a visit under a grant Chromium remembers which hosts the page needed, and opens empty connections to them when the
// site is next navigated to, even when that page no longer names them. No site and no proxy can prevent that; it comes and
// goes with timing, and would hide a real leak among its own noise. Hints that a page gives are followed all the same.
// The list replaces the one that Playwright would give, of which it keeps what makes the browser call home or switch to TLS.
const DISABLED_FEATURES = [
  'LoadingPredictorUseLocalPredictions',
  'HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable', 'PaintHolding', 'DestroyProfileOnBrowserClose',
  'OptimizationHints', 'NetworkTimeServiceQuerying', 'AimEnabled', 'PreconnectToSearch',
  'AvoidUnnecessaryBeforeUnloadCheckSync', 'MediaRouter', 'Translate',
];

/** What Chromium sends when it has a window. */
export const HEADED_AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36';

/** What every browser of these tests is started with. */
export const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--ignore-certificate-errors', `--gaia-url=${UNREACHABLE}`,
  `--disable-features=${DISABLED_FEATURES.join(',')}`,
];

/**
 * Starts one visitor's browser with one empty page.
 * @param sink where foreign hosts lead (`startSink()`)
 * @param options.javaScript default true
 * @param options.language the browser's language, default `fr-CA` (also its Accept-Language)
 * @param options.viewport `{ width, height }` in CSS pixels
 * @param options.prediction network prediction, default true
 */
export async function newVisitor(sink, options = {}) {
  const { javaScript = true, language = 'fr-CA', viewport, prediction = true, colorScheme } = options;
  const profile = await profileDirectory(prediction);
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: EXECUTABLE,
    args: [...FLAGS, `--host-resolver-rules=${resolverRules(sink)}`],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    javaScriptEnabled: javaScript,
    locale: language,
    ...(viewport && { viewport }),
    ...(colorScheme && { colorScheme }),
  });
  const page = context.pages()[0] ?? await context.newPage();
  return new Visitor(context, page, { sink, profile });
}

/**
 * Lets `check(visitor, sink)` use a new visitor's browser with a sink of its own, so that cases can run side by side, and
 * closes both whatever happens. Options as for `newVisitor`.
 */
export async function visiting(options, check) {
  const sink = await startSink();
  const visitor = await newVisitor(sink, options);
  try {
    await check(visitor, sink);
  } finally {
    await visitor.close();
    await sink.close();
  }
}

/** Someone who visits pages; with a sink, all that leaves the browser is seen there. */
export class Visitor {
  #context;
  #profile;
  #sink;
  #network;
  #marker;

  /** Texts of console messages of level error, and of exceptions nobody caught, in order. */
  errors = [];
  /** `{ method, url, type }` of each request the pages tried, refused ones included. */
  requests = [];

  constructor(context, page, { sink, profile } = {}) {
    this.#context = context;
    this.#profile = profile;
    this.#sink = sink;
    this.page = page;
    this.#network = watchNetwork(page);
    this.#listen(page);
  }

  #listen(page) {
    page.on('console', (message) => message.type() === 'error' && this.errors.push(worded(message)));
    page.on('pageerror', (error) => this.errors.push(String(error)));
    page.on('request', (request) => {
      this.requests.push({ method: request.method(), url: request.url(), type: request.resourceType() });
    });
  }

  /** Goes to `url` and, where what it sends is looked at, settles. Gives the answer. */
  async visit(url) {
    const response = await this.page.goto(url, { waitUntil: 'load' });
    if (this.#sink) await this.settle();
    return response;
  }

  /**
   * Resolves when the page has loaded, its network is quiet, and then, where there is a sink, a request which this same
   * browser made afterwards has reached it: whatever was sent before has been seen, and the sink is proven to see.
   */
  async settle() {
    await this.page.waitForLoadState('load');
    await this.#settleLoaded();
  }

  async #settleLoaded() {
    await this.#network.quiet();
    if (!this.#sink) return;
    const arrived = this.#sink.marked();
    await this.#askForMarker();
    await arrived;
  }

  /** From a tab that stays behind the visitor's own: a new one each time would be a new process of the browser's. */
  async #askForMarker() {
    if (!this.#marker) {
      this.#marker = await this.#context.newPage();
      await this.page.bringToFront();
    }
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#marker.goto(`http://${MARKER_HOST}/`, { waitUntil: 'commit' });
        return;
      } catch (error) {
        // A busy browser now and then takes a navigation back. That the sink is reached is what counts.
        if (tries === 3 || !String(error).includes('ERR_ABORTED')) throw error;
      }
    }
  }

  /** Presses Back. A page out of the back/forward cache does not load again, so only the change of page is awaited. */
  async back() {
    await this.page.goBack({ waitUntil: 'commit' });
    await this.#settleLoaded();
  }

  /** Every cookie of the profile, those of foreign hosts included: `{ name, value, domain, ... }`. */
  async cookies() {
    return this.#context.cookies();
  }

  /** Names of what the page's own origin holds: `{ local, session, databases }`. Needs JavaScript. */
  async storageKeys() {
    return this.page.evaluate(async () => ({
      local: Object.keys(localStorage),
      session: Object.keys(sessionStorage),
      databases: (await indexedDB.databases()).map((database) => database.name),
    }));
  }

  async close() {
    await this.#context.close();
    if (this.#profile) await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

// The browser's words for a resource that failed leave out which.
function worded(message) {
  const text = message.text();
  return text.startsWith('Failed to load resource') ? `${text} ${message.location().url}` : text;
}

function resolverRules(sink) {
  return [
    ...BROWSERS_OWN_HOSTS.map((host) => `MAP ${host} ~NOTFOUND`),
    `MAP ${MARKER_HOST} 127.0.0.1:${sink.markerPort}`,
    `MAP * 127.0.0.1:${sink.port}`,
    'EXCLUDE 127.0.0.1', 'EXCLUDE localhost', 'EXCLUDE *.localhost',
  ].join(', ');
}

async function profileDirectory(prediction) {
  const directory = await mkdtemp(join(tmpdir(), 'paravent-visitor-'));
  await mkdir(join(directory, 'Default'));
  await writeFile(join(directory, 'Default', 'Preferences'), JSON.stringify({
    net: { network_prediction_options: prediction ? PREDICTION_ALWAYS : PREDICTION_NEVER },
    signin: { allowed: false, allowed_on_next_startup: false },
  }));
  return directory;
}
