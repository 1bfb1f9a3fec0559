// In: pages by path. Out: a plain web server on a free loopback port that serves them: a site without any proxy.

import { createServer } from 'node:http';

const HTML = 'text/html; charset=utf-8';

/**
 * `pages`: path → HTML, or `{ type, body }` for anything else; what is changed in it later is served changed. Gives
 * `{ port, asked, close() }`, where `asked` has the path of each request. A path that is not there is a 404 without body.
 */
export async function startOrigin(pages) {
  const asked = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://origin').pathname;
    asked.push(path);
    const found = pages[path];
    const { type, body } = typeof found === 'object' ? found : { type: HTML, body: found };
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': type });
    response.end(body);
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
