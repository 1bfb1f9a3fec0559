// In: the names, addresses and values one vendor uses. Out: the source of a script which does in the page what that
// vendor's real one does: cookies on the widest domain it can get, storage keys, further tags, a beacon.
// The functions below run in the browser, never here; each is sent as text, so none may use anything outside itself.

/** A tag that sets `cookies` and `storage` (name → value), loads `loads` and sends to `beacons` (addresses). */
export function tagScript({ cookies = {}, storage = {}, session = {}, loads = [], beacons = [] }) {
  return call(runTag, { cookies, storage, session, loads, beacons });
}

/** Google's gtag.js for one measurement id: obeys Consent Mode as the real one does (absent means granted). */
export function gtagScript(id) {
  return call(runGtag, id);
}

/** A container: what its owner put into it, which the site's page never shows. */
export function containerScript(id) {
  return call(runContainer, id);
}

function call(code, argument) {
  return `(${code})(${JSON.stringify(argument)});\n`;
}

/* c8 ignore start: browser side */
function runTag({ cookies, storage, session, loads, beacons }) {
  const labels = location.hostname.split('.');
  for (const [name, value] of Object.entries(cookies)) {
    const written = () => document.cookie.split('; ').includes(`${name}=${value}`);
    for (let from = labels.length - 1; from >= 0 && !written(); from -= 1) {
      document.cookie = `${name}=${value}; domain=.${labels.slice(from).join('.')}; path=/; max-age=33696000`;
    }
    if (!written()) document.cookie = `${name}=${value}; path=/; max-age=33696000`;
  }
  for (const [key, value] of Object.entries(storage)) localStorage.setItem(key, value);
  for (const [key, value] of Object.entries(session)) sessionStorage.setItem(key, value);
  for (const address of loads) {
    const script = document.createElement('script');
    script.async = true;
    script.src = address;
    document.head.append(script);
  }
  for (const address of beacons) {
    const target = new URL(address);
    target.searchParams.set('dl', location.href);
    if (target.searchParams.has('en')) navigator.sendBeacon(target);
    else new Image().src = target;
  }
}

function runGtag(id) {
  const consent = {};
  for (const entry of window.dataLayer ?? []) {
    if (entry[0] === 'consent') Object.assign(consent, entry[2]);
  }
  const may = (storage) => consent[storage] !== 'denied';
  const advertises = id.startsWith('AW-');
  const name = advertises ? '_gcl_au' : `_ga_${id.replace('G-', '')}`;
  const labels = location.hostname.split('.');
  const remember = (cookie, value) => {
    for (let from = labels.length - 1; from >= 0 && !document.cookie.includes(`${cookie}=`); from -= 1) {
      document.cookie = `${cookie}=${value}; domain=.${labels.slice(from).join('.')}; path=/; max-age=63072000`;
    }
    if (!document.cookie.includes(`${cookie}=`)) document.cookie = `${cookie}=${value}; path=/; max-age=63072000`;
  };
  if (advertises ? may('ad_storage') : may('analytics_storage')) {
    if (!advertises) remember('_ga', 'GA1.1.1029384756.1767225600');
    remember(name, 'GS1.1.1767225600.1.0.1767225600.0.0.0');
  }
  const page = encodeURIComponent(location.href);
  if (advertises) {
    new Image().src = `https://googleads.g.doubleclick.net/pagead/viewthroughconversion/${id.slice(3)}/?url=${page}`;
    new Image().src = `https://www.google.com/pagead/1p-user-list/${id.slice(3)}/?url=${page}`;
  } else {
    navigator.sendBeacon(`https://www.google-analytics.com/g/collect?v=2&tid=${id}&en=page_view&dl=${page}`);
    if (may('ad_storage')) new Image().src = `https://stats.g.doubleclick.net/g/collect?v=2&tid=${id}&dl=${page}`;
  }
}

function runContainer(id) {
  const inject = (address) => {
    const script = document.createElement('script');
    script.async = true;
    script.src = address;
    document.head.append(script);
  };
  window.google_tag_manager = { [id]: {} };
  inject('https://www.googletagmanager.com/gtag/js?id=G-CONTAINER1&cx=c');
  inject('https://www.googletagmanager.com/gtag/js?id=AW-123456789&cx=c');
  inject('https://cdn.tag-surprise.example/t.js');
  const hidden = document.createElement('iframe');
  hidden.hidden = true;
  hidden.src = 'https://td.doubleclick.net/td/ga/rul?tid=G-CONTAINER1';
  document.body?.append(hidden);
  // A tag of custom HTML: markup that the container puts into the page, scripts included.
  if (id === 'GTM-CUSTOMHTML') {
    const markup = '<img alt="" src="https://custom-html.stranger.test/p.gif"><script src="https://custom-html.stranger.test/t.js"></script>'
      + '<script>document.cookie = "_custom=1; path=/"; new Image().src = "https://custom-html.stranger.test/i.gif"</script>';
    document.head.append(document.createRange().createContextualFragment(markup));
  }
}
/* c8 ignore stop */
