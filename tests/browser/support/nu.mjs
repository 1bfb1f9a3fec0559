// In: pages' markup by name. Out: what the Nu HTML checker says of each, errors and warnings alike.

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const JAR = fileURLToPath(new URL('../node_modules/vnu-jar/build/dist/vnu.jar', import.meta.url));

/** Checks `{ name: html }`. Gives a line for each message. */
export async function check(pages) {
  const directory = await mkdtemp(join(tmpdir(), 'paravent-nu-'));
  try {
    const files = [];
    for (const [name, html] of Object.entries(pages)) {
      const file = join(directory, `${name}.html`);
      await writeFile(file, html);
      files.push(file);
    }
    const { stdout } = await promisify(execFile)(
      'java', ['-Xss4m', '-jar', JAR, '--format', 'json', '--exit-zero-always', '--stdout', ...files], { maxBuffer: 1 << 26 },
    );
    return JSON.parse(stdout).messages.map(({ url, lastLine, type, message, extract }) =>
      `${url.split('/').at(-1)}:${lastLine}: ${type}: ${message}: ${extract ?? ''}`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The banner or a placeholder as a page of its own: what is in its shadow root, its style sheet in the head. */
export function inner(page, element) {
  const [, open, content] = page.match(new RegExp(`<${element}([^>]*)><template shadowrootmode="open">([^]*?)</template></${element}>`)) ?? [];
  if (content === undefined) throw new Error(`there is no ${element} in this page`);
  const sheets = [];
  const body = content.replace(/<style>[^]*?<\/style>|<link rel="stylesheet"[^>]*>/g, (sheet) => {
    sheets.push(sheet.startsWith('<link') ? sheet : '');
    return '';
  });
  const language = open.match(/lang="(\w+)" dir="(\w+)"/);
  return `<!DOCTYPE html><html lang="${language[1]}" dir="${language[2]}"><head><meta charset="utf-8"><title>${element}</title>${sheets.join('')}</head><body><h1>A page of the site</h1>${body}</body></html>`;
}

/** The page's own tags of the guard and the banner, set into an empty page. */
export function tags(page) {
  const [guard] = page.match(/<script src="\/_privacy\/assets\/names[^]*?<\/script><script [^]*?<\/script>/) ?? [];
  const [attributes] = page.match(/data-consent="[^"]*"/) ?? [];
  const element = page.match(/<paravent-consent[^>]*>/)?.[0];
  if (!guard || !attributes || !element) throw new Error('the page has no guard and banner');
  return `<!DOCTYPE html><html lang="fr" ${attributes}><head>${guard}<meta charset="utf-8"><title>tags</title></head><body>${element}<template shadowrootmode="open"><p>inner</p></template></paravent-consent></body></html>`;
}
