// In: a command that goes on running and a line it prints when it is ready. Out: the running process, and how to end it.
// No waiting by the clock: ready is what the process itself says, ended is what the kernel says.

import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const PATIENCE_MILLISECONDS = 10_000;

/**
 * Starts `command` in a process group of its own. `ready` is given all it printed so far, on stdout and stderr together,
 * and answers with what was waited for, or with nothing yet. Resolves with `{ found, output(), stop() }`; rejects with
 * the output if the process ends before that.
 */
export async function startService(command, args, { ready, env = {}, cwd } = {}) {
  const child = spawn(command, args, {
    cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true,
  });
  const killGroup = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // Already gone.
    }
  };
  const lastResort = () => killGroup('SIGKILL');
  process.once('exit', lastResort);
  let printed = '';
  const ended = new Promise((resolve) => child.once('close', resolve));
  const found = await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        printed += text;
        const answer = ready(printed);
        if (answer) resolve(answer);
      });
    }
    child.once('error', reject);
    ended.then((code) => reject(new Error(`${command} ended (${code}) before it was ready:\n${printed}`)));
  });
  return {
    found,
    output: () => printed,
    async stop() {
      killGroup('SIGTERM');
      const impatience = setTimeout(lastResort, PATIENCE_MILLISECONDS);
      await ended;
      clearTimeout(impatience);
      process.removeListener('exit', lastResort);
    },
  };
}

/**
 * A loopback port that was free a moment ago, for programs that cannot choose one and say which: never the same twice, and
 * none of those that the system gives to whoever asks for any.
 */
export async function freePort() {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (!given.has(port) && (await isFree(port))) {
      given.add(port);
      return port;
    }
  }
}

const given = new Set();

async function isFree(port) {
  const server = createServer();
  const listens = await new Promise((resolve) => {
    server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
  });
  if (listens) await new Promise((resolve) => server.close(resolve));
  return listens;
}
