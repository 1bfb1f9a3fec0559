// Optional: tells the site's own host, by number, that something of a closed list was pressed or shown
// without loading. It sends nothing else, keeps nothing, and answers to nothing.
(function () {
  'use strict';
  const w = window, data = document.currentScript.dataset, places = data.places.split('\n');
  const tell = number => {
    if (number >= 0) navigator.sendBeacon(location.origin + data.to, data.of + '.' + number);
  };
  const cut = path => path.split('/').filter(Boolean);
  const fits = (place, now) => {
    const wanted = cut(place);
    return place[0] == '/' && wanted.length == now.length && wanted.every((piece, i) => /^{.*}$/.test(piece) || piece == now[i]);
  };
  let shown = location.pathname;
  const moved = () => {
    if (shown == location.pathname) return;
    shown = location.pathname;
    try {
      const now = cut(decodeURIComponent(shown));
      tell(places.findIndex(place => fits(place, now)));
    } catch (_) {}
  };
  if (w.navigation) navigation.addEventListener('currententrychange', moved); else w.addEventListener('popstate', moved);
  document.addEventListener('click', press => {
    const link = press.target.closest && press.target.closest('a[href]');
    if (!link) return;
    const leads = /^http/.test(link.protocol) ? link.host != location.host && 'site:' : link.protocol;
    tell(places.indexOf(leads));
  }, true);
})();
