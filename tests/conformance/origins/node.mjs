// An origin on Node's own HTTP server: says on its output how it read each request, and answers with the target.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const { method, url: target, headers } = request;
    const reading = {
      method,
      target,
      host: headers.host ?? '',
      length: headers['content-length'] ?? '',
      coding: headers['transfer-encoding'] ?? '',
      agent: headers['user-agent'] ?? '',
      body: Buffer.concat(pieces).toString('latin1'),
    };
    console.log(JSON.stringify(reading));
    response.setHeader('Content-Type', 'text/plain');
    response.end(target);
  });
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
