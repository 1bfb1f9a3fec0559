// In: a page of a visitor's browser and the site's address. Out: what a clinic's secretary does in WordPress, done by
// pressing what she would press.

export const ACCOUNT = { name: 'secretary', password: 'Paravent and a folding screen 1' };

/** Runs the five-minute installer. */
export async function install(page, site) {
  await page.goto(`${site}/wp-admin/install.php`);
  await page.fill('#weblog_title', 'Clinique du Paravent');
  await page.fill('#user_login', ACCOUNT.name);
  await page.fill('#pass1', ACCOUNT.password);
  await page.fill('#admin_email', 'secretary@clinic.example');
  await page.click('#submit');
  await page.getByText('WordPress has been installed').waitFor();
}

/** Logs in, and arrives at the dashboard. */
export async function logIn(page, site) {
  await page.goto(`${site}/wp-login.php`);
  await page.fill('#user_login', ACCOUNT.name);
  await page.fill('#user_pass', ACCOUNT.password);
  await page.click('#wp-submit');
  await page.waitForURL(/\/wp-admin\/$/);
}

/** Chooses addresses made of the post's name, without which the REST API has no address of its own. */
export async function choosePostNameAddresses(page, site) {
  await page.goto(`${site}/wp-admin/options-permalink.php`);
  await page.check('input[name=selection][value="/%postname%/"]');
  await page.click('#submit');
  await page.getByText('Permalink structure updated').waitFor();
}

/** Writes and publishes a post in the block editor. Gives its public address. */
export async function publishPost(page, site, title, text) {
  await page.goto(`${site}/wp-admin/post-new.php`);
  await page.locator('.edit-post-visual-editor .editor-post-title__input').waitFor();
  await page.evaluate(() => window.wp.data.dispatch('core/edit-post').toggleFeature('welcomeGuide'));
  await page.locator('.components-modal__frame').waitFor({ state: 'detached' });
  await page.locator('.editor-post-title__input').fill(title);
  await page.locator('.editor-post-title__input').press('Enter');
  await page.keyboard.type(text);
  await page.locator('.editor-post-publish-button__button, .editor-post-publish-panel__toggle').first().click();
  await page.locator('.editor-post-publish-panel .editor-post-publish-button').click();
  return page.locator('.post-publish-panel__postpublish-header a').getAttribute('href');
}

/** Uploads an image by the plain form and gives the address at which it is served. */
export async function uploadImage(page, site, file) {
  await page.goto(`${site}/wp-admin/media-new.php?browser-uploader`);
  await page.setInputFiles('#async-upload', file);
  await page.click('#html-upload');
  await page.waitForURL(/upload\.php/);
  return page.evaluate(async () => {
    const answer = await fetch('/wp-json/wp/v2/media', { headers: { accept: 'application/json' } });
    const [newest] = await answer.json();
    return newest.source_url;
  });
}

/** Comments on a post as a visitor does. WordPress says that it waits for approval. */
export async function comment(page, post, text) {
  await page.goto(post);
  await page.fill('#comment', text);
  await page.fill('#author', 'A visitor');
  await page.fill('#email', 'visitor@mail.example');
  await page.click('#commentform [type=submit]');
  await page.getByText('awaiting moderation').waitFor();
}
