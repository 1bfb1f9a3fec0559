// Refuse weighs what Accept weighs, on the rendered page: in every language, on a phone and a computer, by day and by night,
// and under every setting of a theme that the configuration admits.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browsing } from './support/browsing.mjs';
import { startOrigin } from './support/origin.mjs';
import { startServe } from './support/paravent.mjs';

const LANGUAGES = ['fr', 'en', 'ar'];
// Each as far as its kind may go: Paravent's own; one accent; all of it, with a contrast just above the line; light words on dark paper by day.
const THEMES = {
  own: '',
  accent: '[site.theme]\naccent = "#7A1F5C"\n[site.theme.dark]\naccent = "#E59AC8"',
  pale: '[site.theme]\nink = "#595959"\npaper = "#FFFFFF"\nwash = "#FAFAFA"\naccent = "#6B6B6B"',
  night: '[site.theme]\nink = "#FFF4E0"\npaper = "#2A0A1E"\naccent = "#FFB000"\n[site.theme.dark]\nink = "#000000"\npaper = "#FFFFFF"\naccent = "#0000EE"',
};
const SETTINGS = { own: '', accent: 'offset = 72', pale: 'control = "link"', night: '' };

let origin;
let served;

before(async () => {
  const pages = Object.fromEntries(LANGUAGES.map((language) => [`/${language}`, `<!doctype html><html lang="${language}"><title>x</title><body><p>A clinic.</p></body></html>`]));
  origin = await startOrigin(pages);
  const site = (name) => `
[[site]]
hosts = ["${name}.localhost"]
origin = ["http://127.0.0.1:${origin.port}"]
jurisdiction = "quebec"
languages = ["fr", "en", "ar"]
[site.contact]
title = { fr = "Responsable" }
email = "vie-privee@clinique.example"
[site.banner]
${SETTINGS[name]}
${THEMES[name]}
[[site.vendor]]
id = "matomo"
[[site.vendor]]
id = "youtube"
`;
  served = await startServe(({ port, adminPort, stateDirectory }) => `
[server]
listen = ["127.0.0.1:${port}"]
admin_listen = "127.0.0.1:${adminPort}"
state_dir = "${stateDirectory}"
${Object.keys(THEMES).map(site).join('')}`);
});
after(async () => {
  await served?.stop();
  await origin?.close();
});

for (const theme of Object.keys(THEMES)) {
  test(`Refuse, Accept and Choose are one component under the theme "${theme}"`, { timeout: 120_000 }, () => browsing({}, async (visitor) => {
    const { page } = visitor;
    for (const language of LANGUAGES) {
      await visitor.visit(`http://${theme}.localhost:${served.port}/${language}`);
      for (const width of [390, 1280]) {
        for (const colorScheme of ['light', 'dark']) {
          await page.setViewportSize({ width, height: 844 });
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          const where = `${language} at ${width}, ${colorScheme}`;
          assertEqual(await page.evaluate(buttonsOf, '#ask'), ['refuse', 'accept', ''], where);
          await page.locator('paravent-consent [data-act=choose]').click();
          await page.locator('paravent-consent #panel').waitFor();
          // A button under the pointer says so.
          await page.mouse.move(2, 2);
          assertEqual(await page.evaluate(buttonsOf, '#panel'), ['refuse', 'accept', 'save'], `${where}, preferences`);
          await page.keyboard.press('Escape');
          await page.locator('paravent-consent #ask').waitFor();
        }
      }
    }
  }));
}

test('after a choice, withdrawing takes one press, as accepting did', () => browsing({}, async (visitor) => {
  const { page } = visitor;
  await visitor.visit(`http://own.localhost:${served.port}/fr`);
  for (const choice of ['accept', 'withdraw']) {
    const button = page.locator(`paravent-consent button[value=${choice}]:visible`);
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await button.click();
    assert.ok((await answered).ok(), choice);
    await visitor.settle();
  }
  assert.equal(await page.locator('html').getAttribute('data-consent'), 'necessary');
}));

/** Same in all that can be seen but their words, readable, and in an order that does not favour a yes. */
function assertEqual(buttons, values, where) {
  assert.deepEqual(buttons.map(({ value }) => value), values, where);
  const [first, ...others] = buttons;
  for (const other of others) assert.deepEqual(other.look, first.look, where);
  for (const { look, contrast } of buttons) {
    assert.ok(contrast >= 4.5, `${where}: contrast ${contrast}`);
    assert.ok(look.height >= 24, where);
  }
}

function buttonsOf(card) {
  const root = document.querySelector('paravent-consent').shadowRoot;
  const channels = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = (colour) => channels(colour).reduce((sum, channel, n) => sum + channel * [0.2126, 0.7152, 0.0722][n], 0);
  document.activeElement?.blur();
  return [...root.querySelectorAll(`${card} .row button`)].map((button) => {
    const style = getComputedStyle(button);
    const { width, height, top, left } = button.getBoundingClientRect();
    const [light, dark] = [luminance(style.color), luminance(style.backgroundColor)].sort((a, b) => b - a);
    const properties = ['fontFamily', 'fontSize', 'fontWeight', 'fontStyle', 'letterSpacing', 'textTransform', 'textDecorationLine', 'color',
      'backgroundColor', 'borderTopColor', 'borderTopWidth', 'borderTopStyle', 'borderTopLeftRadius', 'opacity', 'boxShadow', 'filter', 'cursor', 'order'];
    const look = Object.fromEntries(properties.map((property) => [property, style[property]]));
    // In one row they share its top, in one column its start: either way one of the two is the same for all.
    const row = [...root.querySelectorAll(`${card} .row button`)].map((other) => other.getBoundingClientRect());
    const lined = row.every((box) => box.top === top) || row.every((box) => box.left === left);
    return { value: button.value, contrast: (light + 0.05) / (dark + 0.05), look: { ...look, width: Math.round(width), height: Math.round(height), lined } };
  });
}
