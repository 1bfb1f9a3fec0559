// In: an origin's port and that of the proxy before it, and the host that both are asked for. Out: whether an answer is
// the same through the proxy as without it, byte for byte.

import assert from 'node:assert/strict';
import { request } from 'node:http';

/** What belongs to one hop, or to the moment. */
const OF_A_HOP = ['connection', 'date', 'keep-alive', 'transfer-encoding'];
/** For how long an answer of HTML is kept is Paravent's to say: it is made for one choice. */
const OF_A_PAGE = ['cache-control', 'expires'];

/** Asks `port` for `path` as `host`. Gives `{ status, fields, body }`: fields as they came, the body's bytes. */
export function ask(port, host, path, { method = 'GET', headers = {}, body: sent } = {}) {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers: { ...headers, host } }, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece)).on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode, fields: fieldsOf(response.rawHeaders), body: Buffer.concat(pieces) });
      });
    }).on('error', reject).end(sent);
  });
}

function fieldsOf(raw) {
  const fields = [];
  for (let at = 0; at < raw.length; at += 2) fields.push([raw[at].toLowerCase(), raw[at + 1]]);
  return fields.filter(([name]) => !OF_A_HOP.includes(name)).sort();
}

/**
 * Asserts that `through` is the answer `direct`, but for the fields that Paravent adds. `mask` takes out of a field what
 * is drawn anew for each answer; `body` says whether anybody sees the body.
 */
export function assertSame(through, direct, about, { mask = (value) => value, body = true } = {}) {
  assert.equal(through.status, direct.status, about);
  const isPage = direct.fields.some(([name, value]) => name === 'content-type' && value.startsWith('text/html'));
  const compared = direct.fields.filter(([name]) => !isPage || !OF_A_PAGE.includes(name));
  const lines = (fields) => fields.map(([name, value]) => `${name}: ${mask(value)}`);
  const given = lines(through.fields);
  const missed = lines(compared).filter((line) => !given.includes(line));
  assert.deepEqual(missed, [], `${about}: fields that are gone or changed; there are ${given.join('\n')}\n`);
  assert.ok(!body || through.body.equals(direct.body), `${about}: ${through.body.length} bytes for ${direct.body.length}`);
}
