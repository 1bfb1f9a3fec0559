// In: a visitor's page. Out: what a visitor does with the banner, by pressing what a visitor would press.
// Nothing here reaches into the page's scripts, so that it works the same with JavaScript off.

const ELEMENT = 'paravent-consent';
const ANSWER_PATH = /\/_privacy\/consent$/;

/** The banner and the preferences of the page that `visitor` (see `chromium.mjs`) is on. */
export class Banner {
  #visitor;
  #page;

  constructor(visitor) {
    this.#visitor = visitor;
    this.#page = visitor.page;
  }

  /** Whether the question is on the screen. */
  async asks() {
    return this.#button('refuse').isVisible();
  }

  async refuse() {
    await this.#press(this.#button('refuse'));
  }

  /** Accepts everything that is offered, as a person of full age or with a guardian where that is asked. */
  async accept() {
    await this.#confirmGuardian();
    await this.#press(this.#button('accept'));
  }

  /** Opens the purposes, switches on exactly the given ones and saves. */
  async acceptOnly(...purposes) {
    await this.#visible('[data-act=choose]').click();
    const switches = this.#page.locator(`${ELEMENT} input[name=purpose]`);
    await switches.first().waitFor();
    for (const input of await switches.all()) {
      await input.setChecked(purposes.includes(await input.getAttribute('value')), { force: true });
    }
    await this.#confirmGuardian();
    await this.#press(this.#button('save'));
  }

  /** Opens the preferences by the control that every page has, and withdraws. */
  async withdraw() {
    await this.#visible('[data-act=open]').click();
    await this.#press(this.#button('withdraw'));
  }

  /** The page's words: `{ language, direction, text }` of the banner as it is computed for the screen. */
  async words() {
    const button = this.#button('refuse');
    return button.evaluate((element) => ({
      language: element.closest('[lang]')?.lang ?? element.getRootNode().host?.closest('[lang]')?.lang ?? '',
      direction: getComputedStyle(element).direction,
      text: element.textContent.trim(),
    }));
  }

  #button(choice) {
    return this.#visible(`button[name=choice][value=${choice}]`);
  }

  #visible(selector) {
    return this.#page.locator(`${ELEMENT} ${selector}:visible`).first();
  }

  /** Some laws ask, below an age, for a parent's or guardian's yes: one plain step, present only where it applies. */
  async #confirmGuardian() {
    const box = this.#visible('input[name=guardian]');
    if (await box.isVisible()) await box.check({ force: true });
  }

  async #press(button) {
    const answered = this.#page.waitForResponse(
      (response) => response.request().method() === 'POST' && ANSWER_PATH.test(new URL(response.url()).pathname),
    );
    await button.click();
    const status = (await answered).status();
    if (status >= 400) throw new Error(`the choice was answered with ${status}`);
    await this.#visitor.settle();
  }
}
