// In: nothing. Out: Debian's WordPress, not yet installed, as an origin on a free loopback port, with a database of its
// own and the tags a clinic's marketing agency would have put in. It takes the Host it is called by for its own address.

import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMariaDb } from './mariadb.mjs';
import { freePort, startService } from './service.mjs';

const PACKAGE = '/usr/share/wordpress';
const DATABASE = 'clinic';

/** Starts database and web server. Gives `{ port, stop() }`. */
export async function startWordPress() {
  const [database, docroot, port] = await Promise.all([startMariaDb(DATABASE), copyOfPackage(), freePort()]);
  await writeFile(join(docroot, 'wp-config.php'), configuration(database.socket));
  await writeFile(join(docroot, 'router.php'), ROUTER);
  await mkdir(join(docroot, 'wp-content/mu-plugins'), { recursive: true });
  await writeFile(join(docroot, 'wp-content/mu-plugins/clinic-tags.php'), TAGS);
  const php = await startService('php', [
    '-d', 'memory_limit=256M', '-d', 'sendmail_path=/bin/true', '-d', 'opcache.enable_cli=1',
    '-S', `127.0.0.1:${port}`, '-t', docroot, join(docroot, 'router.php'),
  ], { ready: (printed) => /Development Server .* started/.test(printed), env: { PHP_CLI_SERVER_WORKERS: '4' } });
  return {
    port,
    async stop() {
      await php.stop();
      await database.stop();
      await rm(docroot, { recursive: true, force: true });
    },
  };
}

async function copyOfPackage() {
  const docroot = await mkdtemp(join(tmpdir(), 'paravent-wordpress-'));
  // The package links its libraries and settings to other places; the settings are ours, the rest is copied.
  await cp(PACKAGE, docroot, {
    recursive: true,
    dereference: true,
    filter: (source) => !/\/(\.htaccess|wp-config\.php)$/.test(source),
  });
  return docroot;
}

function configuration(socket) {
  const keys = ['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY',
    'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'];
  return `<?php
define('DB_NAME', '${DATABASE}');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:${socket}');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
${keys.map((key) => `define('${key}', 'of a test, for a test: ${key}');`).join('\n')}
define('WP_HOME', 'http://' . $_SERVER['HTTP_HOST']);
define('WP_SITEURL', WP_HOME);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('FS_METHOD', 'direct');
define('WP_DEFAULT_THEME', 'twentytwentyone');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
`;
}

// What a real web server's rewrite rule does: a file or a directory with an index as it is, all else to index.php.
const ROUTER = `<?php
$path = urldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
$file = __DIR__ . $path;
if (is_file($file) || ($path !== '/' && is_file(rtrim($file, '/') . '/index.php'))) return false;
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
$_SERVER['SCRIPT_FILENAME'] = __DIR__ . '/index.php';
require __DIR__ . '/index.php';
`;

// Put in as agencies do, by the theme's own hooks: analytics in the head, a pixel beside it with its noscript half
// right after body, session replay in the footer.
const TAGS = `<?php
add_filter('got_url_rewrite', '__return_true');
add_action('wp_head', function () { ?>
<!-- Google tag (gtag.js) -->
<link rel="preconnect" href="https://www.googletagmanager.com">
<script async src="https://www.googletagmanager.com/gtag/js?id=G-CLINIC1234"></script>
<script>
  window.dataLayer = window.dataLayer || [];
  function gtag(){dataLayer.push(arguments);}
  gtag('js', new Date());
  gtag('config', 'G-CLINIC1234');
</script>
<!-- Meta Pixel Code -->
<script>
!function(f,b,e,v,n,t,s){if(f.fbq)return;n=f.fbq=function(){n.callMethod?
n.callMethod.apply(n,arguments):n.queue.push(arguments)};if(!f._fbq)f._fbq=n;
n.push=n;n.loaded=!0;n.version='2.0';n.queue=[];t=b.createElement(e);t.async=!0;
t.src=v;s=b.getElementsByTagName(e)[0];s.parentNode.insertBefore(t,s)}(window,
document,'script','https://connect.facebook.net/en_US/fbevents.js');
fbq('init', '1234567890');
fbq('track', 'PageView');
</script>
<?php });
add_action('wp_body_open', function () { ?>
<noscript><img height="1" width="1" style="display:none" src="https://www.facebook.com/tr?id=1234567890&ev=PageView&noscript=1" alt=""></noscript>
<?php });
add_action('wp_footer', function () { ?>
<script>
(function(h,o,t,j,a,r){h.hj=h.hj||function(){(h.hj.q=h.hj.q||[]).push(arguments)};
h._hjSettings={hjid:1234567,hjsv:6};a=o.getElementsByTagName('head')[0];
r=o.createElement('script');r.async=1;r.src=t+h._hjSettings.hjid+j+h._hjSettings.hjsv;
a.appendChild(r);})(window,document,'https://static.hotjar.com/c/hotjar-','.js?sv=');
hj('event', 'seen');
</script>
<?php });
`;
