// In: pages by path. Out: a plain web server on a free loopback port that serves them: a site without any proxy.

import { createServer } from 'node:http';

/** `pages`: path → HTML. Gives `{ port, close() }`. A path that is not there is a 404 without body. */
export async function startOrigin(pages) {
  const server = createServer((request, response) => {
    const body = pages[new URL(request.url, 'http://origin').pathname];
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(body);
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
