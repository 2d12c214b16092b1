import type { Tokens } from '@cloakroom/local/token';
import { describe, expect, it } from '@jest/globals';
import { expectSignOutFirst } from './bearers.ts';
import {
  admin,
  claimsOf,
  newPerson,
  openSession,
  ownEvents,
  type Person,
  signOut,
  tokensOf,
  whileClientHas,
} from './keycloak.ts';
import { apiStatus, session, signIn } from './page.ts';

/** A browser in which a person is signed in at a page, and by another client of the same session at Keycloak. */
interface Device {
  readonly person: Person;
  readonly tokens: Tokens;
  /** Of the session at Keycloak. */
  readonly sid: unknown;
}

async function deviceOf(person: Person): Promise<Device> {
  const issuer = person.realm === 'cloakroom' ? 'keycloak' : person.realm;
  expect(await signIn(person, { issuer })).toEqual({ at: '/app#', forms: 1 });
  const tokens = await tokensOf(person, { parameters: { prompt: 'none' } });
  await openSession(tokens);
  return { person, tokens, sid: claimsOf(tokens.accessToken).sid };
}

/** The same person at two devices. */
async function twoDevices(realm = 'cloakroom'): Promise<readonly [Device, Device]> {
  const person = await newPerson(realm);
  const elsewhere = { ...person, browser: (await newPerson(realm)).browser };
  const devices = [await deviceOf(person), await deviceOf(elsewhere)] as const;
  for (const device of devices) await expectIn(device);
  return devices;
}

async function expectIn({ person, tokens }: Device): Promise<void> {
  expect([await apiStatus(person.browser), await ownEvents(tokens)]).toEqual([200, 200]);
}

/** By the next request: the page's session and the bearer's have ended, and no token of that session at Keycloak opens another. */
async function expectOut({ person, tokens }: Device): Promise<void> {
  expect([await apiStatus(person.browser), await ownEvents(tokens)]).toEqual([401, 403]);
  expect(await session(person.browser)).toMatchObject({ status: 410, body: { error: { endedReason: 'logout' } } });
  await expectSignOutFirst(tokens);
}

/** Keycloak asks, once, and lets them in. */
async function expectWayIn({ person }: Device): Promise<void> {
  expect(await signIn(person)).toEqual({ at: '/app#', forms: 1 });
  expect(await apiStatus(person.browser)).toBe(200);
}

describe('when Keycloak ends', () => {
  it('a session because its person signs out of another application, that one is over here, and no other', async () => {
    const [here, there] = await twoDevices();
    await signOut(here.person, here.tokens);
    await expectOut(here);
    await expectIn(there);
    await expectWayIn(here);
  });

  it('one session by an administrator, that one is over here, and no other', async () => {
    const [here, there] = await twoDevices();
    await admin.call('DELETE', `/cloakroom/sessions/${there.sid}`);
    await expectOut(there);
    await expectIn(here);
    await expectWayIn(there);
  });

  it('all sessions of a person by an administrator, all are over here, and nobody else’s', async () => {
    const [here, there] = await twoDevices();
    const other = await deviceOf(await newPerson());
    await admin.call('POST', `/cloakroom/users/${here.person.id}/logout`);
    await expectOut(here);
    await expectOut(there);
    await expectIn(other);
    await expectWayIn(here);
  });

  it('a session, and is set to name only the person, all of the person are over here', async () => {
    const [here, there] = await twoDevices('partners');
    const withoutSid = { attributes: { 'backchannel.logout.session.required': 'false' } };
    await whileClientHas('cloakroom-browser', withoutSid, () => signOut(here.person, here.tokens));
    await expectOut(here);
    expect(await apiStatus(there.person.browser)).toBe(401);
  });
});
