// In: how a visitor comes. Out: a visitor in the one browser that all tests of a file share, with cookies and storage of
// their own: for what is shown and pressed. What leaves a browser is looked at in one of its own, with a sink (`chromium.mjs`):
// contexts such as these make no preconnects, and here every foreign host is unknown.

import { after } from 'node:test';
import { chromium } from 'playwright-core';
import { EXECUTABLE, FLAGS, Visitor } from './chromium.mjs';

let browser;

after(async () => (await browser)?.close());

/** Lets `check(visitor)` use a new visitor, who leaves whatever happens. Options: `javaScript`, `language`,
 * `viewport` as for `newVisitor`, and `userAgent`. */
export async function browsing({ javaScript = true, language = 'fr-CA', viewport, userAgent } = {}, check) {
  browser ??= chromium.launch({
    executablePath: EXECUTABLE,
    args: [...FLAGS, '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost'],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  const context = await (await browser).newContext({ javaScriptEnabled: javaScript, locale: language, ...(viewport && { viewport }), ...(userAgent && { userAgent }) });
  const visitor = new Visitor(context, await context.newPage());
  try {
    await check(visitor);
  } finally {
    await visitor.close();
  }
}
