import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const CLIENT_PAGE = join(import.meta.dirname, '../../../docs/client.md');

/** What docs/client.md gives to an app, to the letter but for the address of the API. */
function scriptOfDocs(api: string): string {
  const [, script = ''] = /^```js\n(import .*?)^```$/ms.exec(readFileSync(CLIENT_PAGE, 'utf8')) ?? [];
  return script.replace("'https://api.example.com'", JSON.stringify(api));
}

/** A page that shows who is signed in. Its client is there for tests, beside a service worker that has one of its own. */
function app(api: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>App</title>
<h1>App</h1>
<p><output></output></p>
<button>Sign out</button>
<script type="importmap">{ "imports": { "@cloakroom/client": "/client.js" } }</script>
<script type="module">
${scriptOfDocs(api)}
globalThis.cloakroom = cloakroom;
</script>
</html>
`;
}

/** A service worker that fetches for the pages what they tell it, and answers with the status. */
const worker = (api: string) => `
import { createClient } from '/client.js';
const cloakroom = createClient({ apiUrl: ${JSON.stringify(api)} });
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('message', async ({ data, ports: [port] }) => {
  port.postMessage(await cloakroom.fetch(data).then(({ status }) => status, ({ code }) => code));
});
`;

/** Leads on to the same app at `localhost`, which is another site than the API. */
export const OTHER_SITE = '/other-site';

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

export interface Pages {
  readonly port: number;
  readonly api: string;
  /** Where the client was built. */
  readonly clientDir: string;
  readonly signal: AbortSignal;
}

/** Serves an app of ours at `/` and `OTHER_SITE`, its scripts, and a page without anything at every other path, until the signal. */
export async function servePages({ port, api, clientDir, signal }: Pages): Promise<void> {
  const files: Readonly<Record<string, readonly [type: string, text: string]>> = {
    '/': [HTML, app(api)],
    [OTHER_SITE]: [HTML, app(api)],
    '/client.js': [SCRIPT, readFileSync(join(clientDir, 'index.js'), 'utf8')],
    '/worker.js': [SCRIPT, worker(api)],
  };
  const server = createServer(({ url = '', headers }, response) => {
    const { pathname } = new URL(url, api);
    if (pathname === OTHER_SITE && headers.host === `127.0.0.1:${port}`) {
      response.writeHead(302, { location: `http://localhost:${port}${url}` }).end();
      return;
    }
    const [type, text] = files[pathname] ?? [HTML, '<!doctype html>\n<title>Nothing</title>\n'];
    response.setHeader('content-type', type);
    response.end(text);
  });
  signal.addEventListener('abort', () => {
    server.close();
    server.closeAllConnections();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
