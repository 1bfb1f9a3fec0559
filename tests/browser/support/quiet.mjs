// In: a page. Out: the moment at which its network has gone quiet.
// Playwright's own "networkidle" never comes for a page out of the back/forward cache; this one does.

const QUIET_MILLISECONDS = 500;
const NEVER_REPORTED_AS_DONE = new Set(['ping', 'eventsource', 'websocket', 'cspviolationreport']);
// Nor is a shared worker's script, which nothing else tells apart.
const SHARED_WORKER = /shared-worker/;

/** Watches `page` from now on. `await watch.quiet()`: nothing under way, and nothing begun or ended for half a second. */
export function watchNetwork(page) {
  const underWay = new Set();
  const onActivity = new Set();
  const stir = () => onActivity.forEach((listener) => listener());
  page.on('request', (request) => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) underWay.clear();
    if (!NEVER_REPORTED_AS_DONE.has(request.resourceType()) && !SHARED_WORKER.test(request.url())) underWay.add(request);
    stir();
  });
  for (const end of ['requestfinished', 'requestfailed']) {
    page.on(end, (request) => {
      underWay.delete(request);
      stir();
    });
  }
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) underWay.clear();
    stir();
  });
  return {
    quiet: () => new Promise((resolve) => {
      let timer;
      const restart = () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          if (underWay.size > 0) return;
          onActivity.delete(restart);
          resolve();
        }, QUIET_MILLISECONDS);
      };
      onActivity.add(restart);
      restart();
    }),
  };
}
