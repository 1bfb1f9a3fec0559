// First script of every page: stands in for the vendors that are not allowed now, refuses what they
// would keep in the browser, and lends the banner what needs a script. Without it all still works.
(function () {
  'use strict';
  const w = window, d = document;
  const tag = d.currentScript, data = tag.dataset, home = tag.src.replace(/assets\/[^/]*$/, '');
  const words = text => (text || '').split(' ').filter(Boolean);
  // Best effort: a page must not break.
  const attempt = f => { try { return f(); } catch (_) {} };
  let state = JSON.parse(data.state);

  // A row per vendor: stand-ins end in (), [] or {}; storage keys begin with ~; the rest are cookies.
  const rows = tag.previousElementSibling.rows.split('\n').concat(data.more ? data.more.split('\n') : []);
  words(data.gone).forEach(n => { rows[n] = ''; });
  const rowsOf = text => new Set(words(text).map(Number));
  const allowed = rowsOf(data.allow), kept = rowsOf(data.keep);
  const isGlobal = word => /[)\]}]$/.test(word);
  const pattern = wanted => {
    const names = rows.flatMap((row, i) => wanted(i) ? words(row).filter(word => !isGlobal(word)) : []);
    const text = names.map(name => name.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*'));
    const all = new RegExp('^(?:' + text.join('|') + ')$');
    return name => names.length > 0 && all.test(name);
  };
  const isFree = pattern(i => allowed.has(i)), isNamed = pattern(i => !allowed.has(i));
  const isKept = pattern(i => kept.has(i));
  const refuses = name => isNamed(name) && !isFree(name);

  // A page that waits for a tag to call back before it goes on must not wait for ever.
  const answer = list => Array.from(list).forEach(x => {
    if (!x || typeof x != 'object') return;
    ['event_callback', 'eventCallback', 'hitCallback'].forEach(k => typeof x[k] == 'function' && setTimeout(x[k]));
    if (x.length) answer(x);
  });
  // Whatever is asked of it, it is there, can be called, and does nothing.
  const nothing = new Proxy(function () {}, {
    get: (t, k) => k == 'then' ? undefined : k == Symbol.toPrimitive ? () => '' : t.hasOwnProperty(k) ? t[k] : nothing,
    apply: (t, self, args) => { attempt(() => answer(args)); return nothing; },
    construct: () => nothing
  });
  const queue = () => {
    const list = [];
    list.push = function () { attempt(() => answer(arguments)); return list.length; };
    return list;
  };
  // A name that an allowed vendor shares is left to it: its loader gives up where it finds one.
  const standIns = () => {
    const taken = new Set(rows.flatMap((row, i) => allowed.has(i) ? words(row) : []));
    rows.flatMap(words).filter(isGlobal).forEach(word => {
      const name = word.slice(0, -2);
      if (!taken.has(word) && !(name in w)) w[name] = word.endsWith('[]') ? queue() : nothing;
    });
  };

  const consentMode = () => {
    w.dataLayer = w.dataLayer || [];
    w.gtag = w.gtag || function () { w.dataLayer.push(arguments); };
    const says = purpose => words(data.google).includes(purpose) ? 'granted' : 'denied';
    const ads = says('marketing'), comfort = says('functional');
    w.gtag('consent', 'default', {
      ad_storage: ads, ad_user_data: ads, ad_personalization: ads, analytics_storage: says('analytics'),
      functionality_storage: comfort, personalization_storage: comfort, security_storage: 'granted'
    });
  };

  const wrap = (type, name, stops, instead) => attempt(() => {
    const before = type.prototype[name];
    if (before) type.prototype[name] = function (...args) { return stops.call(this, args) ? instead : before.apply(this, args); };
  });
  // `bad` answers with true, or with what to set instead. Attributes are set by the property that reflects them.
  const refuseSet = (type, name, bad) => attempt(() => {
    const own = Object.getOwnPropertyDescriptor(type.prototype, name);
    const set = (x, value, instead = bad(value)) => instead === true || own.set.call(x, instead || value);
    Object.defineProperty(type.prototype, name, { set(value) { set(this, value); } });
    wrap(type, 'setAttribute', function ([key, value]) {
      return key.toLowerCase() == name && !void set(this, value);
    });
  });
  // Opening a connection early tells a vendor of the visit; a hint is no loss.
  const hints = value => /pre(connect|render)|dns-/i.test(value);
  // The policy refuses a foreign frame only once its connection is open: so it never gets its address.
  const foreign = value => attempt(() => {
    const to = new URL(value, d.baseURI);
    return /^http/.test(to) && to.host != location.host
      && !words(data.frames).some(host => ('.' + to.host).endsWith('.' + host));
  });

  // What may load differs on either side of a sensitive path's border, so that a step over it, which some
  // pages make without loading, is made a load.
  const guardBorder = () => {
    const isSensitive = to => attempt(() => RegExp(data.border).test(decodeURIComponent(to.pathname)
      .split(/[\\/]/).map(part => part.split(';')[0]).filter(Boolean).join('/')));
    const here = isSensitive(location);
    const crosses = (url, to = new URL(url, d.baseURI)) => to.origin == location.origin && isSensitive(to) != here;
    ['pushState', 'replaceState'].forEach(name =>
      wrap(History, name, ([, , url]) => attempt(() => url && crosses(url)) && !void location.assign(url)));
    attempt(() => navigation.addEventListener('navigate', event => {
      if (crosses(event.destination.url)) event.stopImmediatePropagation();
    }, true));
  };

  const expire = name => {
    const host = location.hostname.split('.'), path = location.pathname.split('/');
    const domains = [''].concat(host.map((_, i) => ';domain=' + host.slice(i).join('.')));
    const paths = path.flatMap((_, i) => { const p = path.slice(0, i).join('/'); return [p + '/', p || '/']; });
    domains.forEach(domain => paths.concat(location.pathname).forEach(p => {
      d.cookie = name + '=;max-age=0;path=' + p + domain;
    }));
  };
  const sweep = () => {
    const goes = name => refuses(name) && !isKept(name);
    attempt(() => d.cookie.split(/;\s?/).map(c => c.split('=')[0]).filter(goes).forEach(expire));
    ['localStorage', 'sessionStorage'].forEach(store => attempt(() =>
      Object.keys(w[store]).filter(key => goes('~' + key)).forEach(key => w[store].removeItem(key))));
  };

  if (!('observe' in data)) {
    if (data.google) consentMode();
    attempt(standIns);
    sweep();
    refuseSet(Document, 'cookie', text => refuses(String(text).split(/[=;]/)[0].trim()));
    wrap(Storage, 'setItem', ([key]) => refuses('~' + key));
    wrap(w.CookieStore, 'set', ([x]) => refuses(String(x && x.name || x)), Promise.resolve());
    refuseSet(HTMLLinkElement, 'rel', hints);
    // Without a type the rules would be read as a script, which they are not; of type x they are data.
    refuseSet(HTMLScriptElement, 'type', value => /speculation/i.test(value) && 'x');
    refuseSet(HTMLIFrameElement, 'src', foreign);
    if (data.border) guardBorder();
  }

  // From here on: the banner.
  let host, plain, typed, followers = [];
  const part = selector => host && host.shadowRoot && host.shadowRoot.querySelector(selector);
  const rights = s => JSON.stringify([s.purposes, s.vendors]);
  const grants = s => /true/.test(rights(s));
  const channel = w.BroadcastChannel && new BroadcastChannel('paravent');

  const open = () => {
    const panel = part('#panel');
    if (panel && panel.showPopover) panel.showPopover(); else location.href = home;
  };
  // The question leaves and the control comes; only where no right has changed.
  const leave = () => {
    const ask = part('#ask'), control = part('#control');
    if (!ask) return;
    const panel = part('#panel');
    attempt(() => panel.hidePopover());
    ask.hidden = true;
    if (grants(state)) attempt(() => { part('#now').textContent = ''; });
    if (control) control.removeAttribute('popover');
    attempt(() => part('#control [data-act]').focus({ preventScroll: true }));
  };
  const settle = next => {
    const same = rights(next) == rights(state);
    if (same && next.source == state.source && next.counted == state.counted) return;
    const loses = Object.keys(state.purposes).some(id => state.purposes[id] && !next.purposes[id])
      || grants(state) && JSON.stringify(next.vendors) != JSON.stringify(state.vendors);
    // What was typed into a form is worth more than an early start of what was just granted.
    if (!same && (loses || !typed)) return location.reload();
    state = next;
    leave();
    followers.forEach(f => attempt(() => f(w.Paravent.consent)));
  };
  // The page's `base` may lead elsewhere, and may have come after the form.
  const press = (form, button) => {
    form.action = new URL(form.getAttribute('action'), home);
    const body = new URLSearchParams(new FormData(form));
    body.append(button.name, button.value);
    fetch(form.action, { method: 'POST', headers: { Accept: 'application/json' }, body })
      .then(answer => answer.ok ? answer.json() : Promise.reject())
      .then(next => { if (channel) channel.postMessage(next); settle(next); })
      // A policy refuses at once, while the form is still busy with the first press.
      .catch(() => { plain = true; setTimeout(() => form.requestSubmit(button)); });
  };
  const ready = () => {
    host = d.querySelector('paravent-consent');
    if (!part('div')) return;
    // In the top layer no transform, filter or z-index of the page can hide it.
    attempt(() => { host.popover = 'manual'; host.showPopover(); });
    host.shadowRoot.addEventListener('submit', event => {
      if (plain || !event.submitter) return;
      event.preventDefault();
      press(event.target, event.submitter);
    });
    host.shadowRoot.addEventListener('click', event => {
      if (event.target.closest('button[popovertarget]') && !host.showPopover) location.href = home;
    });
  };

  if (channel) { channel.onmessage = event => settle(event.data); channel.postMessage(state); }
  d.addEventListener('input', event => { if (event.target != host) typed = true; }, true);
  d.addEventListener('click', event => {
    if (event.target.closest && event.target.closest('[data-privacy-open]')) { event.preventDefault(); open(); }
  });
  // A page kept in the back-forward cache under a grant may have been made before a withdrawal.
  w.addEventListener('pageshow', event => { if (event.persisted && grants(state)) location.reload(); });
  if (d.readyState == 'loading') d.addEventListener('DOMContentLoaded', ready); else ready();

  Object.defineProperty(w, 'Paravent', { value: Object.freeze({
    get consent() { return JSON.parse(JSON.stringify(state)); },
    open,
    on: (name, f) => { if (name == 'change') followers.push(f); }
  }) });
})();
