import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBrowser, signIn } from '@cloakroom/local/token';
import { afterAll, expect, it } from '@jest/globals';
import { environmentThere, freshCopy } from '../src/fresh-copy.ts';
import { browsersOf } from './browsers.ts';
import { type Dev, freePorts, get, post, startDev } from './dev.ts';

const copy = freshCopy();
const there = {
  root: copy,
  env: environmentThere(),
  dataDir: join(copy, '.local/data'),
  ports: await freePorts(),
  args: ['--provider-control'],
};
let dev: Dev | undefined;
afterAll(async () => {
  await dev?.stop();
  rmSync(copy, { recursive: true });
});

const ENVIRONMENT = join(copy, 'terraform/environments/dev/environment.ts');
const LINE = "  sessions: { ...defaults.sessions, bootstrap: 'off' },\n";

/** As an operator does: the environment is changed, and all of it comes anew, over the tables that there are. */
async function restart(change: (text: string) => string): Promise<Dev> {
  await dev?.stop();
  const before = readFileSync(ENVIRONMENT, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(ENVIRONMENT, after);
  dev = await startDev(there);
  return dev;
}

const CLOSED = { status: 403, body: { success: false, error: { code: 'SIGN_IN_CLOSED' } } };

it('closed, sign-in lets nobody in who has no session, by whatever way; sessions go on; open again, all get in', async () => {
  dev = await startDev(there);
  const [early, late] = [await dev.token('ada'), await dev.newLogin('bob')];
  expect((await post(`${dev.api}/auth/bootstrap-session`, early)).status).toBe(200);
  const open = browsersOf(dev);
  const [inside, onTheWay] = [await open.signedIn('carl'), createBrowser()];
  const form = await open.begin(onTheWay);

  const closed = await restart((text) => text.replace('  ...defaults,\n', `  ...defaults,\n${LINE}`));
  const at = browsersOf(closed);
  const handIn = async () => {
    const client = {
      issuer: closed.provider,
      authorizationEndpoint: `${closed.provider}/auth`,
      tokenEndpoint: `${closed.provider}/token`,
      id: 'cloakroom-browser',
      scope: 'openid profile email',
      redirectUri: `${closed.api}/auth/callback/local`,
    };
    const { accessToken, idToken } = await signIn({ client, fields: { login: 'dora' }, browser: createBrowser() });
    closed.remember(accessToken);
    return at.call(createBrowser(), '/auth/session', { method: 'POST', body: { accessToken, idToken } });
  };
  for (const path of ['/auth/bootstrap-session', '/users/me/sessions']) {
    expect(await post(closed.api + path, late)).toMatchObject(CLOSED);
    expect((await post(closed.api + path, early)).status).toBe(200);
  }
  expect(await handIn()).toMatchObject(CLOSED);
  expect(await at.signIn(createBrowser(), 'dora')).toEqual({ at: '/app?error=SIGN_IN_CLOSED#', forms: 0 });
  // Began while it was open: the code is exchanged, and opens nothing.
  const back = await at.fillIn(onTheWay, form, { login: 'bob' });
  expect(back.url.href).toBe(`${closed.api}/app?error=SIGN_IN_CLOSED#`);
  expect(at.ticketOf(onTheWay)).toBeUndefined();
  expect(await at.isIn(inside)).toBe(true);
  expect((await at.call(inside, '/auth/refresh', { method: 'POST' })).status).toBe(200);
  expect((await get(`${closed.api}/users/me/sessions`, early)).status).toBe(200);
  expect((await get(`${closed.api}/users/me/sessions`, late)).status).toBe(403);

  const again = await restart((text) => text.replace(LINE, ''));
  expect((await post(`${again.api}/auth/bootstrap-session`, late)).status).toBe(200);
  expect(await handIn()).toMatchObject({ status: 200 });
  expect(await browsersOf(again).signIn(createBrowser(), 'dora')).toEqual({ at: '/app#', forms: 1 });
}, 300_000);
