// In: pages by path. Out: a plain web server on a free loopback port that serves them: a site without any proxy.

import { createServer } from 'node:http';

const HTML = 'text/html; charset=utf-8';

/**
 * `pages`: path → HTML, or `{ type, body, status, headers }` for anything else (`body` text or bytes, `headers` by name, a
 * list where a name comes several times), or a function of the request that gives either; what is changed in it later is served changed. Gives
 * `{ port, asked, requests, close() }`: `asked` has the path of each request, `requests` its `{ host, path, headers }`,
 * with the query in `path`. A path that is not there is a 404 without body.
 */
export async function startOrigin(pages) {
  const asked = [];
  const requests = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://origin').pathname;
    asked.push(path);
    requests.push({ host: request.headers.host?.replace(/:\d+$/, ''), path: request.url, headers: request.headers });
    const found = typeof pages[path] === 'function' ? pages[path](request) : pages[path];
    const { type = HTML, body, status = body === undefined ? 404 : 200, headers = {} } = typeof found === 'object' ? found : { body: found };
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(body);
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    asked,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
