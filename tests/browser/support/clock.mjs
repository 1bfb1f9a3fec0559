// In: nothing. Out: the demo on a clock that is set, in a process of its own: time passes when it is told to, and days
// close then. It has no made-up visits, which take a build without optimisation half a minute to count.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BINARY = process.env.PARAVENT_BIN ?? resolve(ROOT, process.env.CARGO_TARGET_DIR ?? 'target', 'debug/paravent');
const DAY = 86_400;
const DAYS_TO_KNOW_PAGES = 20;

/** Starts it. Gives `{ site(name), admin, pass(seconds), untilPagesAreKnown(), logIn(page), released(page, site), stop() }`. */
export async function startDemoOnAClock() {
  const demo = new DemoOnAClock(spawn(join(dirname(BINARY), 'examples/demo_on_a_clock'), { stdio: ['pipe', 'pipe', 'inherit'] }));
  await demo.line('ready');
  return demo;
}

class DemoOnAClock {
  #process;
  #lines = [];
  #waiting = [];
  #sites = new Map();
  #password;

  constructor(process_) {
    this.#process = process_;
    process_.once('error', (error) => this.#waiting.forEach(({ fail }) => fail(error)));
    process_.once('close', (code) => this.#waiting.forEach(({ fail }) => fail(new Error(`the demo ended (${code})`))));
    createInterface({ input: process_.stdout }).on('line', (line) => this.#heard(line));
  }

  #heard(line) {
    const [what, first, second] = line.split(' ');
    if (what === 'site') this.#sites.set(new URL(first).hostname.split('.')[0], first);
    if (what === 'admin') [this.admin, this.#password] = [first, second];
    this.#lines.push(line);
    this.#waiting = this.#waiting.filter(({ start, done }) => !(line.startsWith(start) && (done(line), true)));
  }

  /** Resolves with the next line that starts so; one that came already counts. */
  line(start) {
    const at = this.#lines.findIndex((line) => line.startsWith(start));
    if (at >= 0) return Promise.resolve(this.#lines.splice(at, 1)[0]);
    return new Promise((resolve_, fail) => {
      const done = (line) => {
        this.#lines.splice(this.#lines.indexOf(line), 1);
        resolve_(line);
      };
      this.#waiting.push({ start, done, fail });
    });
  }

  /** A clinic's address. */
  site(name) {
    return this.#sites.get(name);
  }

  get port() {
    return Number(new URL([...this.#sites.values()][0]).port);
  }

  /** Lets seconds pass, day by day, so that each day opens and closes. */
  async pass(seconds) {
    for (let left = seconds; left > 0; left -= DAY) {
      const step = Math.min(left, DAY);
      this.#process.stdin.write(`${step}\n`);
      await this.line(`passed ${step}`);
    }
  }

  /** Lets days pass until the list of pages that Paravent's own survey finds is the one that is counted by. */
  async untilPagesAreKnown() {
    for (let day = 0; day < DAYS_TO_KNOW_PAGES; day += 1) {
      await this.pass(DAY);
      // A session does not outlive the day.
      const session = await this.#session();
      const listed = await Promise.all([...this.#sites.values()].map(async (site) => {
        const query = `site=${new URL(site).hostname}&days=28&family=pages`;
        const answer = await fetch(`${this.admin}/export.csv?${query}`, { headers: { cookie: session } });
        return (await answer.text()).includes(',/contact,');
      }));
      if (listed.every(Boolean)) return;
    }
    throw new Error('the survey found no pages');
  }

  async #session() {
    const answer = await fetch(`${this.admin}/login`, {
      method: 'POST', redirect: 'manual', body: new URLSearchParams({ name: 'demo', password: this.#password }),
    });
    return answer.headers.get('set-cookie').split(';')[0];
  }

  /** Logs in as a person does. */
  async logIn(page) {
    await page.goto(`${this.admin}/login?lang=en`);
    await page.fill('[name=name]', 'demo');
    await page.fill('[name=password]', this.#password);
    await Promise.all([page.waitForURL(`${this.admin}/?lang=en`), page.locator('main button').click()]);
  }

  /** What was released of a family for a site in the last 28 days, as the page's export says it: a line a cell and period. */
  async released(page, site, family) {
    const answer = await page.request.get(`${this.admin}/export.csv?site=${site}&days=28&family=${family}`);
    const [head, ...lines] = (await answer.text()).trim().split('\r\n');
    const names = head.split(',');
    return lines.map((line) => {
      const fields = Object.fromEntries(line.split(',').map((field, at) => [names[at], field]));
      return { ...fields, value: Number(fields.value), low: Number(fields.low), high: Number(fields.high) };
    });
  }

  async stop() {
    this.#waiting = [];
    const ended = once(this.#process, 'close');
    this.#process.stdin.end();
    await ended;
  }
}
