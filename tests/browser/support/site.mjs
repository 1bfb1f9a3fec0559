// In: a site's pages, or the port of its origin, and what is special about it. Out: the site behind Paravent.

import { startOrigin } from './origin.mjs';
import { startServe } from './paravent.mjs';

const CONTACT = 'title = { fr = "Responsable de la protection des renseignements personnels", en = "Privacy officer" }\nemail = "privacy@clinic.example"';

/**
 * Starts Paravent in front of one site. Unless `originPort` names one that runs, `pages` (see `origin.mjs`) are served as its origin.
 * @param options.host the site's name
 * @param options.settings lines of its `[[site]]` table; by default the law is `gdpr`
 * @param options.tables whole tables that belong to it, such as `[site.theme]`
 * @param options.vendors ids of what it offers
 * Gives `{ origin, port, at(path), bare(path), stop() }`: addresses behind the proxy and straight from the origin.
 */
export async function startSite({ host, pages, originPort, settings = 'jurisdiction = "gdpr"', tables = '', vendors }) {
  const origin = originPort ? { port: originPort, close() {} } : await startOrigin(pages);
  const served = await startServe(({ port, adminPort, stateDirectory }) => `
[server]
listen = ["127.0.0.1:${port}"]
admin_listen = "127.0.0.1:${adminPort}"
state_dir = "${stateDirectory}"

[[site]]
hosts = ["${host}"]
origin = ["http://127.0.0.1:${origin.port}"]
${settings}

[site.contact]
${CONTACT}

${tables}
${vendors.map(offer).join('\n')}`).catch(async (error) => {
    await origin.close();
    throw error;
  });
  return {
    origin,
    port: served.port,
    at: (path) => `http://${host}:${served.port}${path}`,
    bare: (path) => `http://${host}:${origin.port}${path}`,
    async stop() {
      await served.stop();
      await origin.close();
    },
  };
}

function offer(id) {
  return `[[site.vendor]]\nid = "${id}"\ncontract = "Contract of ${id}"\nauthorisation = "Assessment of ${id}"\n`;
}
