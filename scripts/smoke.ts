import { parseArgs } from 'node:util';

const TIMEOUT_MS = 15_000;

const api = apiUrl();
const token = process.env.CLOAKROOM_TOKEN;
let failures = 0;

await expectStatus('the API is up', 'GET', '/health', 200);
await expectStatus('every dependency answers', 'GET', '/ready', 200);
await expectStatus('no token, no entry', 'GET', '/users/smoke/events', 401);
await expectStatus('garbage is no token', 'GET', '/users/smoke/events', 401, 'garbage');
await expectStatus('no token, no session', 'POST', '/auth/bootstrap-session', 401);
await expectStatus('an unknown route is unknown', 'GET', '/nothing-here', 404);
if (token === undefined) {
  console.log('- sessions were not tried: no token in CLOAKROOM_TOKEN');
} else {
  const session = await expectStatus('a token makes a session', 'POST', '/auth/bootstrap-session', 200, token);
  await expectStatus('the session opens the API', 'GET', '/users/me/events', 200, token);
  const user = session?.data?.userKey ?? 'unknown';
  await expectStatus('by the key of its user too', 'GET', `/users/${user}/events`, 200, token);
  await expectStatus('but not to another user', 'GET', '/users/somebody-else/events', 403, token);
}
console.log(failures === 0 ? `\n${api} answers as it should` : `\n${failures} of the answers of ${api} were wrong`);
process.exitCode = failures === 0 ? 0 : 1;

/** The one argument, without a slash at the end. */
function apiUrl(): string {
  try {
    const { positionals } = parseArgs({ allowPositionals: true, options: {} });
    const [url = 'http://127.0.0.1:3000', ...others] = positionals;
    if (others.length > 0 || !/^https?:$/.test(new URL(url).protocol))
      throw new Error('usage: scripts/smoke [<api url>]');
    return url.replace(/\/$/, '');
  } catch (error) {
    console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}

interface SessionAnswer {
  readonly data?: { readonly userKey?: string };
}

/** One request; prints whether its status is the expected one and returns the parsed body, if there is one. */
async function expectStatus(
  what: string,
  method: string,
  path: string,
  status: number,
  bearer?: string,
): Promise<SessionAnswer | undefined> {
  const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  try {
    const response = await fetch(api + path, { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body = await response.text();
    const right = response.status === status;
    if (!right) failures += 1;
    const found = right ? '' : `, got ${response.status}: ${body.slice(0, 200)}`;
    console.log(`${right ? '✓' : '✗'} ${what} (${method} ${path} → ${status}${found})`);
    return right ? JSON.parse(body) : undefined;
  } catch (error) {
    failures += 1;
    console.log(`✗ ${what} (${method} ${path}): ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
