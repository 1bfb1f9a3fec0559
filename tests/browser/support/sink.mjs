// In: every connection the browser opens towards a foreign host (the browser's resolver rules send all of them here).
// Out: a record of each connection and each request, and an answer like the real vendor's (`trackers.mjs`).
// It never forwards anything: nothing a test does leaves the machine.

import { createServer as createHttpServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { selfSignedCertificate } from './certificate.mjs';
import { answer } from './trackers.mjs';

const TLS_HANDSHAKE = 0x16;

// Made once a process: the browser accepts any.
let secureContext;

/**
 * Starts a sink on a free loopback port.
 * `sink.requests`: `{ scheme, host, method, path, query, cookie, referer }`, in order of arrival.
 * `sink.connections`: `{ scheme: 'http'|'https'|null, host, requests }`; host is the SNI name or the first Host.
 */
export async function startSink() {
  secureContext ??= createSecureContext(await selfSignedCertificate());
  const sink = new Sink(secureContext);
  await sink.listen();
  return sink;
}

class Sink {
  #secureContext;
  #tcp = createTcpServer((socket) => this.#accept(socket));
  #http = createHttpServer((request, response) => this.#serve(request, response));
  // A port of its own for the markers: the browser opens spare connections beside them, which must not be counted.
  #markers = createHttpServer((request, response) => this.#mark(response));
  #sockets = new Set();
  #waiting = [];

  connections = [];
  requests = [];

  constructor(secureContext) {
    this.#secureContext = secureContext;
  }

  get port() {
    return this.#tcp.address().port;
  }

  get markerPort() {
    return this.#markers.address().port;
  }

  /** Connections on which nothing was asked: preconnects, and requests that were stopped after the handshake. */
  get bareConnections() {
    return this.connections.filter((connection) => connection.requests === 0);
  }

  /** The distinct hosts that were asked for something or only connected to (`'unknown'` for a silent plain one). */
  get hosts() {
    const seen = [...this.requests.map((r) => r.host), ...this.bareConnections.map((c) => c.host ?? 'unknown')];
    return [...new Set(seen)].sort();
  }

  /** Forgets what was seen, open connections included: a later request on one makes it count again. */
  reset() {
    this.connections = [];
    this.requests = [];
  }

  /** Resolves with the first request, past or coming, that satisfies `predicate`. The test's own timeout bounds it. */
  async seen(predicate, among = 'requests') {
    const already = this[among].find(predicate);
    if (already) return already;
    return new Promise((resolve) => this.#waiting.push({ predicate, among, resolve }));
  }

  /** Resolves when the next request arrives at the marker port. */
  async marked() {
    return new Promise((resolve) => this.#waiting.push({ predicate: () => true, among: 'markers', resolve }));
  }

  async listen() {
    for (const server of [this.#tcp, this.#markers]) {
      await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    }
  }

  async close() {
    const closed = [this.#tcp, this.#markers].map((server) => new Promise((resolve) => server.close(resolve)));
    this.#markers.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  #accept(socket) {
    const connection = { scheme: null, host: null, requests: 0 };
    this.#sockets.add(socket);
    this.connections.push(connection);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    // `readable`, not `data`: a flowing socket would lose the first bytes that the TLS layer has to read again.
    socket.once('readable', () => {
      const first = socket.read();
      if (first === null) return;
      socket.unshift(first);
      this.#speak(socket, connection, first[0] === TLS_HANDSHAKE);
    });
    this.#tell('connections', connection);
  }

  #speak(socket, connection, encrypted) {
    connection.scheme = encrypted ? 'https' : 'http';
    const stream = encrypted ? this.#decrypt(socket, connection) : socket;
    stream.sinkConnection = connection;
    this.#http.emit('connection', stream);
  }

  #decrypt(socket, connection) {
    const stream = new TLSSocket(socket, {
      isServer: true,
      secureContext: this.#secureContext,
      ALPNProtocols: ['http/1.1'],
      SNICallback: (name, done) => {
        connection.host = name;
        this.#tell('connections', connection);
        done(null, this.#secureContext);
      },
    });
    stream.on('error', () => socket.destroy());
    return stream;
  }

  #serve(request, response) {
    const record = readRequest(request);
    const { sinkConnection: connection } = request.socket;
    connection.host ??= record.host;
    connection.requests += 1;
    this.requests.push(record);
    request.resume();
    request.on('end', () => answer(record, response));
    this.#tell('requests', record);
  }

  #mark(response) {
    response.writeHead(200, { 'content-type': 'text/html', connection: 'close' });
    response.end('<!doctype html><title>marker</title><link rel=icon href="data:,">');
    this.#tell('markers');
  }

  #tell(among, event) {
    const met = this.#waiting.filter((w) => w.among === among && w.predicate(event));
    this.#waiting = this.#waiting.filter((w) => !met.includes(w));
    for (const waiting of met) waiting.resolve(event);
  }
}

function readRequest(request) {
  const connection = request.socket.sinkConnection;
  const host = (request.headers.host ?? connection.host ?? '').replace(/:\d+$/, '').toLowerCase();
  const url = new URL(request.url, `${connection.scheme}://${host || 'nameless.test'}`);
  return {
    scheme: connection.scheme,
    host,
    method: request.method,
    path: url.pathname,
    query: url.searchParams,
    cookie: request.headers.cookie ?? '',
    referer: request.headers.referer ?? '',
  };
}
