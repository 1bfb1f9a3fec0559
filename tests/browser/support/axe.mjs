// In: a page. Out: what axe-core finds wrong on it, as short lines. It runs beside the page's policy, from outside.

import { readFile } from 'node:fs/promises';

const SOURCE = await readFile(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
// What WCAG 2.2 AA asks, and what axe counts as good practice; the site's own mistakes are not looked for.
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
// What of it hangs on colours.
const COLOURS = ['color-contrast', 'link-in-text-block'];

/**
 * Violations within `include` (selectors of elements, their shadow trees included); by default on the whole page.
 * `coloursOnly` asks for contrast alone.
 */
export async function violations(page, include, { coloursOnly = false } = {}) {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(SOURCE);
  return page.evaluate(async ({ include, runOnly }) => {
    // What stands alone in a part of a page is not asked for the page's landmarks and headings.
    const rules = include ? { region: { enabled: false }, 'page-has-heading-one': { enabled: false } } : {};
    const found = await window.axe.run(include ? { include } : document, {
      runOnly, resultTypes: ['violations'], rules,
    });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.flat().join(' ')}: ${failureSummary}`));
  }, { include, runOnly: coloursOnly ? { type: 'rule', values: COLOURS } : { type: 'tag', values: TAGS } });
}
