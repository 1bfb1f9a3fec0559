// Every way in which a page can reach someone else, one page a way or more, in a real browser: that it does without a proxy,
// that nothing leaves before a choice, that a grant opens what it says, and that the page is otherwise what it was.
// First all pages are looked at, in a few browsers side by side; then what was seen is judged, a test a page and question.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { DISGUISES, REQUEST } from './corpus/disguises.mjs';
import { corpus, documentOf } from './corpus/pages.mjs';
import { configuration, HOST } from './corpus/site.mjs';
import { hostsOf, inLanes, survey } from './corpus/survey.mjs';
import { differences, loadable } from './corpus/tree.mjs';
import { coverage, DEFINED, VECTORS, wallsIn } from './corpus/vectors.mjs';
import { fetchAs } from './support/loopback.mjs';
import { Banner } from './support/banner.mjs';
import { newVisitor } from './support/chromium.mjs';
import { startOrigin } from './support/origin.mjs';
import { BINARY, startServe } from './support/paravent.mjs';
import { newErrors } from './support/privacy.mjs';
import { startSink } from './support/sink.mjs';

const LANES = 3;
// Enough to hold purposes apart in; every page would prove the same.
const FOR_ANALYTICS = ['/made/traffic', '/snippets/1', '/sites/elementor', '/sites/divi'];
const ANALYTICS = /^$|\.measure\.test$|google-analytics\.com$|^analytics\.google\.com$|^www\.googletagmanager\.com$/;
// Names of vendors in the catalogue, and those that the sink's tags give.
const TRACKER_COOKIE = /^(_ga|_gid|_gcl|_fbp|_hj|_cl|tag_|surprise|_custom)/;
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

const PAGES = corpus();
const run = promisify(execFile);

let directory;
let origin;
let proxy;
let configFile;
// A browser that parses, and shows the disguises.
let sink;
let parser;
const disguised = { type: 'text/html; charset=utf-8', body: '' };
// What each way of visiting showed, by path.
let direct;
let directWithoutScript;
let silent;
let silentWithoutScript;
let granted;
let analytics;

describe('the corpus', { timeout: 400_000 }, () => {
  before(start);
  before(look, { timeout: 300_000 });
  after(async () => {
    await parser?.close();
    await sink?.close();
    await proxy?.stop();
    await origin?.close();
    if (directory) await rm(directory, { recursive: true, force: true });
  });

  for (const page of PAGES) {
    const ask = (question, check) => test(question, () => check(page));
    describe(page.path, () => {
      ask('without the proxy it really contacts others', contacts);
      ask('before a choice nothing leaves, with or without JavaScript', silence);
      ask('a grant of all opens what is offered, and nothing else', grantOfAll);
      if (FOR_ANALYTICS.includes(page.path)) ask('a grant of analytics opens analytics alone', grantOfAnalytics);
      ask('the console shows no new error', sameConsole);
      if (typeof page.page !== 'function' && !page.page.headers) ask('the tree is the same, outside what is neutralised', sameTree);
      if (page.foreign.length > 0) ask('nothing foreign is left to load', nothingToLoad);
      if (page.wire) ask('no header of the kind reaches the browser', noHeader);
    });
  }

  for (const [id, disguise] of Object.entries(DISGUISES)) {
    test(`${id} on the site's own host stays shut`, () => undisguised(disguise));
  }
  test('the origin gets no cookie or click id of a tracker', cleanRequest);
  test('every vector is tried, and a wall is proven for it', everyVector);
  test('tests/COVERAGE.md is up to date', coverageIsKept);
  test('what is ruled out is ruled out by the rule it is listed with', rules);
});

async function start() {
  directory = await mkdtemp('/dev/shm/paravent-corpus-');
  const home = documentOf({ title: 'home' });
  const files = { '/': home, '/own.gif': { type: 'image/gif', body: GIF }, '/disguised': disguised };
  origin = await startOrigin(Object.assign(files, ...PAGES.map((page) => ({ ...page.files, [page.path]: page.page }))));
  const text = (own) => configuration(own, origin.port, directory);
  proxy = await startServe(text);
  sink = await startSink();
  parser = await newVisitor(sink);
  configFile = join(directory, 'paravent.toml');
  await writeFile(configFile, text({ port: 8080, adminPort: 8081, stateDirectory: 'state' }));
}

async function look() {
  const [bare, site] = [origin.port, proxy.port].map((port) => `http://${HOST}:${port}`);
  const choosing = (choose) => async (visitor) => {
    await visitor.visit(`${site}/`);
    await choose(new Banner(visitor));
  };
  const withNoscript = PAGES.filter((page) => page.contacts.noscript?.length);
  const withMarkup = PAGES.filter((page) => !page.path.startsWith('/late'));
  const withPurposes = PAGES.filter((page) => FOR_ANALYTICS.includes(page.path));
  [direct, granted, silent, silentWithoutScript, analytics, directWithoutScript] = await inLanes(LANES, [
    () => survey(bare, PAGES, {}),
    () => survey(site, PAGES, {}, choosing((banner) => banner.accept())),
    () => survey(site, PAGES, {}),
    () => survey(site, withMarkup, { javaScript: false }),
    () => survey(site, withPurposes, {}, choosing((banner) => banner.acceptOnly('analytics'))),
    () => survey(bare, withNoscript, { javaScript: false }),
  ]);
}

function contacts({ path, contacts: { requests, connections = [], noscript = [] } }) {
  const asked = (seen) => seen.requests.map(({ host }) => host);
  assert.deepEqual(without(requests, asked(direct.get(path))), [], 'hosts that were to be asked for something');
  assert.deepEqual(without(connections, hostsOf(direct.get(path))), [], 'hosts that were to be connected to');
  if (noscript.length > 0) assert.deepEqual(without(noscript, asked(directWithoutScript.get(path))), [], 'hosts asked without JavaScript');
}

function silence({ path, wall }) {
  for (const seen of [silent.get(path), silentWithoutScript.get(path)].filter(Boolean)) {
    assert.deepEqual(seen.requests, [], 'requests');
    if (wall !== 'best effort') assert.deepEqual(seen.bare, [], 'empty connections');
    const kept = seen.cookies.map(({ name }) => name).filter((name) => TRACKER_COOKIE.test(name));
    assert.deepEqual(kept, [], 'cookies');
    if (seen.storage) assert.deepEqual([...seen.storage.local, ...seen.storage.session], [], 'storage');
  }
}

function grantOfAll({ path, wall, contacts: { perhaps = [] }, ruledOut }) {
  const shut = (host) => ruledOut.some(([pattern]) => covers(pattern, host));
  // A best effort is held to requests.
  const counted = (seen) => hostsOf(wall === 'best effort' ? { ...seen, bare: [] } : seen);
  const [opened, bare] = [counted(granted.get(path)), counted(direct.get(path))];
  const sure = (hosts) => hosts.filter((host) => !perhaps.includes(host) && host !== 'unknown');
  assert.deepEqual(opened.filter(shut), [], 'hosts that are ruled out');
  assert.deepEqual(sure(opened), sure(bare).filter((host) => !shut(host)), 'hosts that are not');
  const listed = ruledOut.map(([pattern]) => pattern).filter((pattern) => !pattern.startsWith('.'));
  assert.deepEqual(listed.filter((pattern) => ![...bare, ...perhaps].some((host) => covers(pattern, host))), [], 'listed for nothing');
}

function grantOfAnalytics({ path }) {
  const opened = hostsOf(analytics.get(path));
  const expected = hostsOf(granted.get(path)).filter((host) => ANALYTICS.test(host));
  assert.deepEqual(opened.filter((host) => host !== 'unknown'), expected);
}

function sameConsole({ path }) {
  const { errors } = direct.get(path);
  // A missing file that is asked for as a script is an error page: browsers say so twice where types are not sniffed.
  const missing = errors.filter((error) => error.includes(' 404 ')).map((error) => error.split('localhost')[1]?.replace(/^:\d+/, ''));
  const known = (error) => /strict MIME type/.test(error) && missing.some((file) => file && error.includes(file));
  for (const seen of [silent, granted]) assert.deepEqual(newErrors(seen.get(path).errors, errors).filter((error) => !known(error)), []);
}

async function sameTree({ path }) {
  const sent = await fetchAs(origin.port, HOST, path);
  for (const cookie of ['', granted.cookieHeader]) {
    const served = await fetchAs(proxy.port, HOST, path, { cookie });
    assert.deepEqual(await inBrowser(differences, [sent.body, served.body]), [], cookie ? 'after a grant' : 'before a choice');
  }
}

async function nothingToLoad({ path, foreign, files = {} }) {
  const served = await fetchAs(proxy.port, HOST, path);
  assert.deepEqual(await inBrowser(loadable, [served.body, foreign]), []);
  for (const file of Object.keys(files).filter((name) => /\.(css|svg|html)$/.test(name))) {
    const { body } = await fetchAs(proxy.port, HOST, file);
    const unmarked = body.replaceAll(/ data-paravent="[^"]*"/g, '');
    assert.deepEqual(foreign.filter((word) => unmarked.includes(word)), [], file);
  }
}

async function noHeader({ path, wire }) {
  const [sent, served] = [await fetchAs(origin.port, HOST, path), await fetchAs(proxy.port, HOST, path)];
  const tracking = ([name, value]) => wire.includes(name) && (name !== 'set-cookie' || value.some((line) => TRACKER_COOKIE.test(line)));
  const names = ({ headers }) => Object.entries(headers).filter(tracking).map(([name]) => name);
  assert.deepEqual(without(wire, names(sent)), [], 'the origin does not send it');
  const expiring = (line) => /max-age=0|1970/i.test(line);
  assert.deepEqual(names(served).filter((name) => name !== 'set-cookie' || !served.headers[name].every(expiring)), []);
}

async function rules() {
  const listed = new Map();
  for (const { path, ruledOut } of PAGES) {
    for (const request of direct.get(path).requests) {
      const [, rule] = ruledOut.find(([pattern]) => covers(pattern, request.host)) ?? [];
      const asked = listed.get(`${request.host} ${rule}`) ?? `${request.scheme}://${request.host}${request.path}`;
      // One made-up stranger stands for all; a speculation is ruled out whomever it concerns.
      const interesting = rule && rule !== 'no-content' && !request.host.endsWith('.stranger.test');
      if (interesting) listed.set(`${request.host} ${rule}`, asked);
    }
  }
  listed.set('script-src.stranger.test unknown-host', 'https://script-src.stranger.test/a.js');
  const wrong = [];
  for (const [key, address] of listed) {
    const [, rule] = key.split(' ');
    const { stdout } = await run(BINARY, ['lookup', address, '--config', configFile]);
    if (!stdout.includes(`after consent:  blocked: ${rule} `)) wrong.push(`${address} is not shut by ${rule}:\n${stdout}`);
  }
  assert.deepEqual(wrong, []);
}

function inBrowser(code, argument) {
  return parser.page.evaluate(code, argument);
}

async function undisguised({ markup, asks }) {
  const asked = async (port, path) => {
    const before = origin.requests.length;
    await parser.visit(`http://${HOST}:${port}${path}`);
    return origin.requests.slice(before).map(({ host, path: at }) => host + at);
  };
  disguised.body = documentOf({ title: 'disguise', body: markup(origin.port) });
  assert.ok((await asked(origin.port, '/disguised')).includes(asks), 'without the proxy it is not asked for');
  assert.ok(!(await asked(proxy.port, '/disguised')).includes(asks), 'the origin was asked');
}

async function cleanRequest() {
  await fetchAs(proxy.port, HOST, REQUEST.path, { cookie: REQUEST.cookie });
  const { path, headers } = origin.requests.at(-1);
  assert.deepEqual({ path, cookie: headers.cookie }, REQUEST.becomes);
}

async function everyVector() {
  const listed = Object.values(VECTORS).flat().flatMap(({ of }) => of);
  assert.deepEqual(DEFINED.filter((id) => !listed.includes(id)), [], 'not in the table');
  const tried = [...PAGES.flatMap((page) => page.vectors), ...Object.keys(DISGUISES), 'request'];
  assert.deepEqual(listed.filter((id) => !tried.includes(id)), [], 'on no page');
  for (const line of Object.values(VECTORS).flat()) {
    assert.notDeepEqual(wallsIn(line, PAGES), [], line.says);
    if (line.file) assert.match(await readFile(new URL(`../../${line.file}`, import.meta.url), 'utf8'), new RegExp(`fn ${line.test}\\(`), line.says);
  }
}

async function coverageIsKept() {
  const file = new URL('../COVERAGE.md', import.meta.url);
  if (process.env.PARAVENT_COVERAGE === 'write') await writeFile(file, coverage(PAGES));
  assert.equal(await readFile(file, 'utf8'), coverage(PAGES));
}

function covers(pattern, host) {
  if (pattern.startsWith('.')) return host.endsWith(pattern);
  return pattern.endsWith('.') ? host.startsWith(pattern) : host === pattern;
}

function without(wanted, seen) {
  return wanted.filter((host) => !seen.includes(host));
}
