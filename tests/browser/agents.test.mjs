// Who is counted and who is taken for a robot: on the public list of crawlers' User-Agents, on browsers that are in use,
// and on what a Chromium with a window really sends. The lists come from npm when the tests run; none of them is in the
// program. isbot is printed beside it, for whoever wants to compare.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { isbot } from 'isbot';
import { chromium } from 'playwright-core';
import { EXECUTABLE, FLAGS } from './support/chromium.mjs';
import { BINARY } from './support/paravent.mjs';

const RECALL = 0.99;
const BROWSERS = 200;

/** The class of each `{ agent, languages }`, as `paravent usage agents` says it. */
async function classes(clients) {
  const paravent = spawn(BINARY, ['usage', 'agents'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [output] = await Promise.all([
    paravent.stdout.toArray(),
    once(paravent, 'close'),
    paravent.stdin.end(clients.map(({ agent, languages }) => `${agent}\t${languages}\n`).join('')),
  ]);
  const lines = Buffer.concat(output).toString().trimEnd().split('\n');
  assert.equal(lines.length, clients.length);
  return lines.map((line, at) => {
    const [name, agent] = line.split('\t');
    assert.equal(agent, clients[at].agent);
    return name;
  });
}

test('crawlers that say so are not counted', async (t) => {
  const crawlers = createRequire(import.meta.url)('crawler-user-agents');
  const agents = crawlers.flatMap(({ instances }) => instances);
  assert.ok(agents.length > 1_000, `${agents.length} in the list`);
  // As if each sent what browsers send: the User-Agent alone must tell.
  const named = await classes(agents.map((agent) => ({ agent, languages: 'fr' })));
  const missed = agents.filter((_, at) => named[at] === 'browser');
  const recall = 1 - missed.length / agents.length;
  const reference = agents.filter((agent) => isbot(agent)).length / agents.length;
  t.diagnostic(`${agents.length} User-Agents: recall ${percent(recall)}; isbot ${percent(reference)}`);
  assert.ok(recall >= RECALL, `recall ${percent(recall)}, missed:\n${missed.join('\n')}`);
});

test('browsers that are in use are counted, all of them', async (t) => {
  const lines = (await readFile(new URL('agents/browsers.tsv', import.meta.url), 'utf8')).trimEnd().split('\n');
  const browsers = lines.map((line) => {
    const [name, agent, languages] = line.split('\t');
    return { name, agent, languages };
  });
  assert.ok(new Set(browsers.map(({ agent }) => agent)).size >= BROWSERS);
  const named = await classes(browsers);
  const excluded = browsers.filter((_, at) => named[at] !== 'browser').map(({ name }) => name);
  const reference = browsers.filter(({ agent }) => isbot(agent)).length;
  t.diagnostic(`${browsers.length} browsers: ${excluded.length} left out; isbot would leave out ${reference}`);
  assert.deepEqual(excluded, []);
});

test('Chromium is counted with a window, and without one says that it is a robot', async () => {
  const [headed, headless] = [await sent(false), await sent(true)];
  assert.match(headed.agent, / Chrome\/\d+/);
  assert.ok(headed.languages, 'it sends Accept-Language');
  assert.match(headless.agent, / HeadlessChrome\/\d+/);
  assert.deepEqual(await classes([headed, headless]), ['browser', 'crawler']);
});

/** What Chromium sends for a page: with its windows on no screen, or without windows. */
async function sent(headless) {
  let resolve;
  const asked = new Promise((found) => { resolve = found; });
  const server = createServer(({ headers }, answer) => {
    resolve({ agent: headers['user-agent'] ?? '', languages: headers['accept-language'] ?? '' });
    answer.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const flags = FLAGS.filter((flag) => flag !== '--headless');
  const browser = await chromium.launch({
    executablePath: EXECUTABLE,
    headless,
    args: headless ? FLAGS : [...flags, '--ozone-platform=headless'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    return await asked;
  } finally {
    await browser.close();
    server.close();
  }
}

function percent(share) {
  return `${(100 * share).toFixed(2)} %`;
}
