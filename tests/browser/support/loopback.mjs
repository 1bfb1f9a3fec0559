// In: a loopback port, a host and a path. Out: the answer, asked for under that host's name.
// Node's own resolver may not know *.localhost, so the host goes into the header and the connection to loopback.

import { request } from 'node:http';

/** GETs `path` of the site `host` (without port), or asks as `options` say (`method`, `body`). Gives `{ status, type, headers, body }`, the body as UTF-8 text. */
export function fetchAs(port, host, path, headers = {}, { method = 'GET', body: sent } = {}) {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers: { ...headers, host: `${host}:${port}` } }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => { body += text; });
      response.on('end', () => resolve({ status: response.statusCode, type: response.headers['content-type'], headers: response.headers, body }));
    }).on('error', reject).end(sent);
  });
}
