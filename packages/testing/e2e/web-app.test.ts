import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bearer, eventually, get, post, request, type SharedDev, sharedDev } from './dev.ts';
import { installWebApp, startWebApp, type WebApp, WebBrowser } from './web-app.ts';

const ROLE = 'arn:aws:iam::000000000000:role/cloakroom-local-web-app';

let dev: SharedDev;
let app: WebApp;
// The local provider's people are the app's.
const { folder, remove } = installWebApp({ issuer: 'local' });
beforeAll(async () => {
  dev = await sharedDev();
  app = await startWebApp(folder, {
    SESSIONS_TABLE: 'cloakroom-dev-sessions',
    AWS_ENDPOINT_URL: dev.aws,
    AWS_REGION: 'eu-central-1',
    ...(await credentialsOfTheRole()),
  });
});
afterAll(async () => {
  await app?.kill();
  dev?.assertNoLogHasTokens();
  remove();
});

/** As STS gives them: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
async function credentialsOfTheRole() {
  const authorization =
    'AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/sts/aws4_request, SignedHeaders=host, Signature=0';
  const body = new URLSearchParams({ Action: 'AssumeRole', RoleArn: ROLE, RoleSessionName: 'shop' });
  const text = await (await fetch(dev.aws, { method: 'POST', headers: { authorization }, body })).text();
  const given = (name: string) => new RegExp(`<${name}>(.*)</${name}>`).exec(text)?.[1] ?? '';
  return {
    AWS_ACCESS_KEY_ID: given('AccessKeyId'),
    AWS_SECRET_ACCESS_KEY: given('SecretAccessKey'),
    AWS_SESSION_TOKEN: dev.remember(given('SessionToken')),
  };
}

/** Somebody who has signed in to the app, and to the API. */
async function signIn(name: string) {
  const browser = new WebBrowser();
  expect(await browser.post(`${app.url}/sign-in`, { name })).toMatchObject({ status: 200 });
  const token = await dev.newLogin(name);
  const { body } = await post(`${dev.api}/users/me/sessions`, token);
  return { browser, token, apiSessionId: body.data.sessionId };
}

/** The web sessions of whoever has the token. */
async function webSessions({ token, apiSessionId }: { token: string; apiSessionId: string }) {
  const { body } = await get(`${dev.api}/users/me/sessions`, token);
  const sessions: { sessionId: string }[] = body.data.sessions;
  return sessions.filter(({ sessionId }) => sessionId !== apiSessionId);
}

const home = (browser: WebBrowser) => browser.ask(`${app.url}/`);

function eventsOf(token: string) {
  return async (type: string) => {
    const { body } = await get(`${dev.api}/users/me/events`, token);
    return body.data.events.find(
      (event: { type: string; data: { kind: string } }) => event.type === type && event.data.kind === 'web',
    );
  };
}

describe('the app of docs/express.md, with the role of a web app', () => {
  it('keeps a session that is listed with its browser, and is out at the request after its revocation', async () => {
    const wendy = await signIn('wendy');
    expect((await home(wendy.browser)).body).toEqual({ userId: 'wendy', views: 1 });
    expect((await home(wendy.browser)).body).toEqual({ userId: 'wendy', views: 2 });
    const [session] = await webSessions(wendy);
    expect(session).toMatchObject({
      userId: 'wendy',
      isActive: true,
      device: 'Firefox on Linux',
      ipAddress: '127.0.0.1',
    });
    await eventually('its beginning is recorded', () => eventsOf(wendy.token)('session.created'));
    const revoked = await request(`${dev.api}/sessions/${session?.sessionId}`, {
      method: 'DELETE',
      headers: bearer(wendy.token),
    });
    expect(revoked.status).toBe(200);
    expect((await home(wendy.browser)).body).toEqual({ userId: null, views: 1 });
    expect(await webSessions(wendy)).toEqual([]);
  });

  it('signs out, which the list shows at once, and the events soon', async () => {
    const wim = await signIn('wim');
    const old = wim.browser.cookie;
    expect((await wim.browser.post(`${app.url}/sign-out`)).status).toBe(200);
    expect(await webSessions(wim)).toEqual([]);
    wim.browser.cookie = old;
    expect((await home(wim.browser)).body).toEqual({ userId: null, views: 1 });
    await eventually('its end is recorded', () => eventsOf(wim.token)('session.logout'));
  });

  it('is ended with all other sessions of the person', async () => {
    const wanda = await signIn('wanda');
    const url = `${dev.api}/users/me/sessions`;
    expect((await request(url, { method: 'DELETE', headers: bearer(wanda.token) })).body.data.revoked).toBe(2);
    expect((await home(wanda.browser)).body).toEqual({ userId: null, views: 1 });
  });

  it('answers 409 to the API when it is to be changed there', async () => {
    const wolf = await signIn('wolf');
    const [session] = await webSessions(wolf);
    const answer = await request(`${dev.api}/sessions/${session?.sessionId}`, {
      method: 'PUT',
      headers: { ...bearer(wolf.token), 'content-type': 'application/json' },
      body: '{"data":{}}',
    });
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'WEB_SESSION' } } });
  });
});
