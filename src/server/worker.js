// Runs before a site's own service worker, in a classic script or a module. `choice` is the class of what
// was granted when the browser fetched the worker; it changes this text, and so makes the browser take the
// worker anew after each change of choice.
(function (w, choice) {
'use strict';
// What a module imports is evaluated before it, and brings this along: once is enough.
const mark = Symbol.for('paravent');
if (w[mark]) return;
w[mark] = true;
// A page out of the worker's store would be one of an older choice, or of nobody's.
w.addEventListener('fetch', e => { if (e.request.mode == 'navigate') e.stopImmediatePropagation(); });
// Rules by which the browser would take pages out of the store without asking the worker.
if (w.InstallEvent) w.InstallEvent.prototype.addRoutes = () => Promise.resolve();
// A worker of another choice, or from before Paravent, may still load what is not allowed any more. So it is
// replaced at once, and not when its last page is closed; one of the same choice is left to the site.
const say = (to, word) => to && to.postMessage({ paravent: word });
let confirm;
const confirmed = new Promise(done => { confirm = done; });
w.addEventListener('install', e => {
const old = w.registration.active;
if (!old) return;
say(old, choice);
const late = new Promise(done => { setTimeout(done, 1000, false); });
e.waitUntil(Promise.race([confirmed, late]).then(same => same || w.skipWaiting()));
});
w.addEventListener('message', e => {
const word = e.data && e.data.paravent;
if (typeof word != 'string') return;
e.stopImmediatePropagation();
if (word == choice) say(e.source, choice + ' still');
if (word == choice + ' still') confirm(true);
});
})(self, 'CHOICE');
