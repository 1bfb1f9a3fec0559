// In: nothing. Out: trackers that hide on the site's own hosts, and what a request may not carry to the origin. Here it is the
// origin that must not be asked: the sink cannot see it.

/** What the page asks its own hosts for: id → `{ markup(port), asks }`, `asks` being host and address as the origin sees them. */
export const DISGUISES = {
  'relay-pixel': { markup: () => '<img alt="" src="/tr?id=1234567890&amp;ev=PageView">', asks: 'corpus.localhost/tr?id=1234567890&ev=PageView' },
  'relay-matomo': { markup: () => '<img alt="" src="/stats/matomo.php?idsite=1&amp;rec=1">', asks: 'corpus.localhost/stats/matomo.php?idsite=1&rec=1' },
  'relay-container': { markup: () => '<script async src="/metrics/x.js?id=GTM-RELAY1"></script>', asks: 'corpus.localhost/metrics/x.js?id=GTM-RELAY1' },
  'relay-gtag': { markup: () => '<script async src="/metrics/gtag/js?id=G-RELAY1"></script>', asks: 'corpus.localhost/metrics/gtag/js?id=G-RELAY1' },
  subdomain: { markup: (port) => `<img alt="" src="http://stats.corpus.localhost:${port}/p.gif">`, asks: 'stats.corpus.localhost/p.gif' },
  'relay-made': {
    markup: () => "<script>fetch(['/g', 'collect?v=2&tid=G-RELAY1&en=page_view'].join('/')).catch(function () {})</script>",
    asks: 'corpus.localhost/g/collect?v=2&tid=G-RELAY1&en=page_view',
  },
};

/** What a browser may send, and what the origin may get of it before a choice. */
export const REQUEST = {
  path: '/own.gif?gclid=1&fbclid=2&msclkid=3&_hsenc=4&page=2',
  cookie: '_ga=GA1.1.2.3; PHPSESSID=abc; _fbp=fb.1.2.3',
  becomes: { path: '/own.gif?page=2', cookie: 'PHPSESSID=abc' },
};
