// In: nothing. Out: a self-signed certificate and its key (PEM), made anew at each start and kept in memory.
// The browser is told to accept it (`--ignore-certificate-errors`); it never leaves the test machine.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Gives `{ cert, key }`, PEM strings. Throws if `openssl` is missing: a test without TLS would prove half. */
export async function selfSignedCertificate() {
  const { stdout } = await run('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
    '-days', '2', '-subj', '/CN=sink.test', '-addext', 'subjectAltName=DNS:*.test',
    '-keyout', '-', '-out', '-',
  ]);
  return { cert: pemBlock(stdout, 'CERTIFICATE'), key: pemBlock(stdout, 'PRIVATE KEY') };
}

function pemBlock(text, label) {
  const block = text.match(new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----`));
  if (!block) throw new Error(`openssl printed no ${label}`);
  return `${block[0]}\n`;
}
