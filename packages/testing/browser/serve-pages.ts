import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const BROWSER_PAGE = join(import.meta.dirname, '../../../docs/browser.md');

/** What docs/browser.md gives to an app, to the letter but for the address of the API: who is it, in, out, and back from the cache. */
function scriptsOfDocs(api: string): string {
  const blocks = [
    ...readFileSync(BROWSER_PAGE, 'utf8').matchAll(/^```js\n((?:const API|addEventListener\('pageshow').*?)^```$/gms),
  ];
  const script = blocks.map(([, text]) => text).join('\n');
  return script.replace(/^const API = .*$/m, `const API = ${JSON.stringify(api)};`);
}

/** A page that shows who is signed in. */
function app(api: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>App</title>
<h1>App</h1>
<p>Signed in: <output></output></p>
<button>Sign out</button>
<script type="module">
${scriptsOfDocs(api)}
document.querySelector('output').textContent = me?.userId ?? 'nobody';
document.querySelector('button').onclick = signOut;
</script>
</html>
`;
}

/** Serves an app of ours at `/`, and a page without anything at every other path, until the signal. */
export async function servePages({ port, api, signal }: { port: number; api: string; signal: AbortSignal }) {
  const server = createServer(({ url = '' }, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(new URL(url, api).pathname === '/' ? app(api) : '<!doctype html>\n<title>Nothing</title>\n');
  });
  signal.addEventListener('abort', () => {
    server.close();
    server.closeAllConnections();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
