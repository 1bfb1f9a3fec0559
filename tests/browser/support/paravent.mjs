// In: what to run (the demo, or a config file's text). Out: the real binary running on loopback, and its addresses.
// The binary is the one named by PARAVENT_BIN, else the debug build.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, startService } from './service.mjs';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** The program's path. */
export const BINARY = process.env.PARAVENT_BIN ?? resolve(ROOT, process.env.CARGO_TARGET_DIR ?? 'target', 'debug/paravent');

/**
 * Starts `paravent demo`. Gives `{ port, originPort, site(name), bareSite(name), dashboard(), stop() }`: the address of a
 * clinic behind the proxy, and of the same clinic straight from the demo's origin; the dashboard's `{ admin, name, password }`.
 */
export async function startDemo(names) {
  const [port, admin] = [await freePort(), await freePort()];
  const service = await startService(
    BINARY,
    ['demo', '--listen', `127.0.0.1:${port}`, '--admin', `127.0.0.1:${admin}`],
    { ready: (printed) => names.every((name) => printed.includes(`http://${name}.localhost:${port}`)) && loginIn(printed) && originIn(printed) },
  );
  const originPort = service.found;
  return {
    port,
    originPort,
    site: (name) => `http://${name}.localhost:${port}`,
    bareSite: (name) => `http://${name}.localhost:${originPort}`,
    dashboard: () => loginIn(service.output()),
    output: service.output,
    stop: service.stop,
  };
}

/**
 * Starts `paravent serve` with a configuration. `configure` is given `{ port, stateDirectory, adminPort }` and answers with
 * the TOML text. Gives `{ port, output(), stop() }`.
 */
export async function startServe(configure) {
  const directory = await mkdtemp(join(tmpdir(), 'paravent-serve-'));
  const [port, adminPort] = [await freePort(), await freePort()];
  const file = join(directory, 'paravent.toml');
  await writeFile(file, configure({ port, adminPort, stateDirectory: join(directory, 'state') }));
  const service = await startService(BINARY, ['serve', '--config', file], {
    ready: (printed) => new RegExp(`http://\\S*:${port}\\b`).test(printed),
  });
  return {
    port,
    output: service.output,
    async stop() {
      await service.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function originIn(printed) {
  return Number(printed.match(/^\s*origin\s+http:\/\/127\.0\.0\.1:(\d+)/m)?.[1] ?? 0);
}

function loginIn(printed) {
  const [, admin, name, password] = printed.match(/(http:\S+)\/\s+name: (\S+)\s+password: (\S+)/) ?? [];
  return password && { admin, name, password };
}
