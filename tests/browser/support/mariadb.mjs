// In: nothing. Out: a MariaDB of our own, from an empty data directory, reachable by its socket only.

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startService } from './service.mjs';

const run = promisify(execFile);

/** Gives `{ socket, stop() }`: a server with one empty database of the given name, user `root`, no password. */
export async function startMariaDb(database) {
  // Directly under the temporary directory: a socket's path may have 107 bytes.
  const directory = await mkdtemp(join(tmpdir(), 'paravent-db-'));
  const data = join(directory, 'data');
  const socket = join(directory, 's');
  const user = userInfo().username;
  await run('mariadb-install-db', [
    '--no-defaults', '--auth-root-authentication-method=normal', '--skip-test-db', `--datadir=${data}`, `--user=${user}`,
  ]);
  const server = await startService('/usr/sbin/mariadbd', [
    '--no-defaults', `--datadir=${data}`, `--socket=${socket}`, `--pid-file=${join(directory, 'pid')}`, `--user=${user}`,
    '--skip-networking', '--skip-log-bin', '--innodb-flush-log-at-trx-commit=0',
  ], { ready: (printed) => printed.includes('ready for connections') });
  await run('mariadb', ['--no-defaults', `--socket=${socket}`, '--user=root', '-e', `CREATE DATABASE ${database}`]);
  return {
    socket,
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
