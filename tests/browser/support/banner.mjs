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

  /** Puts the question aside without an answer: what lies under it can be read and pressed. */
  async putAside() {
    await this.#visible('#ask [popovertarget=control]').click();
  }

  /** Accepts everything that is offered, as a person of full age or with a guardian where that is asked. */
  async accept() {
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
    await this.#press(this.#button('save'));
  }

  /** Withdraws by the control that every page has, or in the preferences that it opens. */
  async withdraw() {
    if (!await this.#button('withdraw').isVisible()) await this.#visible('[data-act=open]').click();
    await this.#press(this.#button('withdraw'));
  }

  /** Saves the choices of a form that stands in the page itself, as on the privacy page. */
  async saveOnPage() {
    await this.#press(this.#page.locator('button[name=choice][value=save]:visible').first());
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

  async #press(button) {
    const { answers, stop } = this.#listenForAnswers();
    await button.click();
    await answers.first;
    await this.#visitor.settle();
    await this.#confirmGuardian();
    stop();
    if (answers.last >= 400) throw new Error(`the choice was answered with ${answers.last}`);
  }

  /** Some laws ask, below an age, for a parent's or guardian's yes: one plain step, on a page of its own. */
  async #confirmGuardian() {
    const yes = this.#page.locator('form:has([name=guardian][value=yes]) button[name=choice]:visible').first();
    if (!await yes.isVisible()) return;
    await yes.click();
    await this.#visitor.settle();
  }

  /** `answers.first` resolves when a choice was answered, `answers.last` is the newest answer's status. */
  #listenForAnswers() {
    const answers = {};
    let listener;
    answers.first = new Promise((resolve) => {
      listener = (response) => {
        if (response.request().method() !== 'POST' || !ANSWER_PATH.test(new URL(response.url()).pathname)) return;
        answers.last = response.status();
        resolve();
      };
    });
    this.#page.on('response', listener);
    return { answers, stop: () => this.#page.off('response', listener) };
  }
}
