// In: nothing. Out: what a page's own script can do to reach a host. `code(to, u)` is JavaScript in which the address `to` is put together at run time, so that only the policy, or the guard script, can stop it.
//   scheme    'wss' where the vendor must be one that talks over WebSockets
//   contact   as in `markup.mjs`
//   wall      2, or 'best effort': no request may be made, an empty connection is counted only

const own = (body) => ({ type: 'text/javascript', body });

export const MADE = {
  'made-fetch': { code: (to) => `fetch(${to} + 'collect', { mode: 'no-cors' }).catch(function () {})` },
  'made-fetch-keepalive': { code: (to) => `fetch(${to} + 'collect', { method: 'POST', keepalive: true, mode: 'no-cors', body: 'x' }).catch(function () {})` },
  'made-xhr': { code: (to) => `var x = new XMLHttpRequest(); x.open('GET', ${to} + 'collect'); x.send()` },
  'made-beacon': { code: (to) => `navigator.sendBeacon(${to} + 'collect', 'x')` },
  'made-image': { code: (to) => `new Image().src = ${to} + 'a.gif'` },
  'made-audio': { code: (to) => `new Audio(${to} + 'a.mp3').load()` },
  'made-font': { code: (to) => `new FontFace('made', 'url(' + ${to} + 'a.woff2)').load().catch(function () {})` },
  'made-websocket': { kinds: ['widget', 'stranger'], code: (to) => `new WebSocket(${to}.replace('https', 'wss') + 'socket')` },
  'made-eventsource': { code: (to) => `new EventSource(${to} + 'stream').onerror = function () { this.close() }` },
  'made-script': { code: (to) => `var s = document.createElement('script'); s.src = ${to} + 'a.js'; document.head.append(s)` },
  'made-import': { code: (to) => `import(${to} + 'a.js').catch(function () {})` },
  'made-link': { code: (to) => `var l = document.createElement('link'); l.rel = 'stylesheet'; l.href = ${to} + 'a.css'; document.head.append(l)` },
  'made-style': { code: (to) => `var c = document.createElement('style'); c.textContent = '@import "' + ${to} + 'a.css"'; document.head.append(c)` },
  'made-iframe': { code: (to) => `var f = document.createElement('iframe'); f.src = ${to} + 'a.html'; document.body.append(f)` },
  'made-srcdoc': { code: (to) => `var f = document.createElement('iframe'); f.srcdoc = '<img src="' + ${to} + 'a.gif">'; document.body.append(f)` },
  'made-blank-frame': {
    code: (to) => `var f = document.createElement('iframe'); document.body.append(f);
f.contentDocument.write('<img src="' + ${to} + 'a.gif">'); f.contentDocument.close()`,
  },
  'made-document-write': { code: (to) => `document.write('<scr' + 'ipt src="' + ${to} + 'a.js"></scr' + 'ipt>')` },
  'made-worker': {
    code: (to) => `new Worker('/files/worker.js').postMessage(${to} + 'collect')`,
    files: { '/files/worker.js': own("onmessage = function (e) { fetch(e.data, { mode: 'no-cors' }).catch(function () {}) };") },
  },
  'made-worker-import': {
    code: (to) => `new Worker('/files/importing-worker.js').postMessage(${to} + 'a.js')`,
    files: { '/files/importing-worker.js': own('onmessage = function (e) { try { importScripts(e.data) } catch (refused) {} };') },
  },
  'made-worker-blob': {
    code: (to) => `new Worker(URL.createObjectURL(new Blob(['fetch("' + ${to} + 'collect", { mode: "no-cors" }).catch(function () {})'])))`,
  },
  'made-shared-worker': {
    code: (to) => `new SharedWorker('/files/shared-worker.js').port.postMessage(${to} + 'collect')`,
    files: { '/files/shared-worker.js': own("onconnect = function (c) { c.ports[0].onmessage = function (e) { fetch(e.data, { mode: 'no-cors' }).catch(function () {}) } };") },
  },
  'service-worker-fetch': {
    code: (to, u) => `navigator.serviceWorker.register('/files/fetching-${u.kind}/worker.js').then(function (r) {
  (r.installing || r.waiting || r.active).postMessage(${to} + 'collect') })`,
    files: (u) => ({ [`/files/fetching-${u.kind}/worker.js`]: own("addEventListener('message', function (e) { e.waitUntil(fetch(e.data, { mode: 'no-cors' }).catch(function () {})) });") }),
  },
  'service-worker-import': {
    code: (to, u) => `navigator.serviceWorker.register('/files/importing-${u.kind}/worker.js').catch(function () {})`,
    files: (u) => ({ [`/files/importing-${u.kind}/worker.js`]: own(`try { importScripts('${u.js}') } catch (refused) {}`) }),
  },
  'made-preconnect': { contact: 'connection', refused: 'no-content', code: (to) => `var l = document.createElement('link'); l.rel = 'preconnect'; l.href = ${to}; document.head.append(l)` },
  'made-preconnect-attribute': {
    contact: 'connection',
    refused: 'no-content',
    code: (to) => `var l = document.createElement('link'); l.setAttribute('href', ${to}); l.setAttribute('rel', 'preconnect'); document.head.append(l)`,
  },
};

/** What a page's own script would keep in the browser: the vendors' names, which the guard script refuses. */
export const STORED = {
  'document-cookie': "document.cookie = '_ga=GA1.1.2.3; path=/; max-age=63072000'; document.cookie = '_fbp=fb.1.2.3; path=/'",
  'local-storage': "localStorage.setItem('_hjid', '1'); sessionStorage.setItem('_hjRecordingEnabled', 'true')",
  'cookie-store': "window.cookieStore && cookieStore.set('_gid', '1').catch(function () {})",
};

/** What neither wall can stop for certain; the guard script, or nothing. */
export const UNSTOPPABLE = {
  'made-preconnect-html': { contact: 'connection', code: (to) => `document.head.insertAdjacentHTML('beforeend', '<link rel="preconnect" href="' + ${to} + '">')` },
  'made-iframe-html': { contact: 'perhaps', code: (to) => `document.body.insertAdjacentHTML('beforeend', '<iframe src="' + ${to} + 'a.html"></iframe>')` },
  'made-form': {
    contact: 'perhaps',
    kinds: ['measure'],
    code: (to) => `var f = document.createElement('iframe'); f.name = 'made-form'; document.body.append(f);
var o = document.createElement('form'); o.target = 'made-form'; o.action = ${to} + 'collect'; document.body.append(o); o.submit()`,
  },
  'made-webrtc': {
    contact: 'none',
    code: (to) => `var p = new RTCPeerConnection({ iceServers: [{ urls: 'turn:' + new URL(${to}).host + ':443?transport=tcp', username: 'u', credential: 'p' }] });
p.createDataChannel('d'); p.createOffer().then(function (o) { return p.setLocalDescription(o) })`,
  },
  'made-speculation': {
    contact: 'perhaps',
    refused: 'no-content',
    code: (to) => `var s = document.createElement('script'); s.type = 'speculationrules';
s.textContent = JSON.stringify({ prefetch: [{ urls: [${to} + 'a.html'], eagerness: 'immediate' }] }); document.head.append(s)`,
  },
};
