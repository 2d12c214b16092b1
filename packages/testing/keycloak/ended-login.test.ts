import type { Tokens } from '@cloakroom/local/token';
import { describe, expect, it } from '@jest/globals';
import { bearer, eventually, request } from '../e2e/dev.ts';
import { expectSignOutFirst, offline } from './bearers.ts';
import {
  api,
  claimsOf,
  endSession,
  newPerson,
  openSession,
  ownEvents,
  refreshed,
  signOut,
  tokensOf,
} from './keycloak.ts';

describe('after a session was ended', () => {
  it('nothing of the same provider session gets in: no refresh, no prompt=login, no other client, no offline token', async () => {
    const person = await newPerson();
    const tokens = await tokensOf(person);
    const offlineBefore = await tokensOf(person, { client: 'server', ...offline });
    const { sid } = claimsOf(tokens.accessToken);
    await endSession((await openSession(tokens)).sessionId, tokens);

    const ways: Readonly<Record<string, Tokens>> = {
      'the same token': tokens,
      'a refreshed one': await refreshed(person, tokens),
      'a silent sign-in': await tokensOf(person, { parameters: { prompt: 'none' } }),
      'a sign-in with prompt=login': await tokensOf(person, { parameters: { prompt: 'login' } }),
      'a sign-in with max_age=0': await tokensOf(person, { parameters: { max_age: '0' } }),
      'another client': await tokensOf(person, { client: 'server' }),
      'an offline token of before, refreshed': await refreshed(person, offlineBefore, 'server'),
      'an offline token of afterwards': await tokensOf(person, offline),
    };
    for (const way of Object.values(ways)) {
      expect(claimsOf(way.accessToken).sid).toBe(sid);
      await expectSignOutFirst(way);
    }
  });

  it('signing out at the provider and in again gets in, and what is left of before does not', async () => {
    const person = await newPerson();
    const tokens = await tokensOf(person);
    const offlineBefore = await tokensOf(person, { client: 'server', ...offline });
    const { sessionId } = await openSession(tokens);
    await endSession(sessionId, tokens);
    await expectSignOutFirst(tokens);

    await signOut(person, tokens);
    const { posted } = person.browser;
    const again = await tokensOf(person);
    expect(person.browser.posted).toBe(posted + 1); // Keycloak has asked who it is
    expect(claimsOf(again.accessToken).sid).not.toBe(claimsOf(tokens.accessToken).sid);
    expect((await openSession(again)).sessionId).not.toBe(sessionId);
    expect(await ownEvents(again)).toBe(200);
    await expectSignOutFirst(tokens);
    await expectSignOutFirst(await refreshed(person, offlineBefore, 'server'));
    expect(await ownEvents(again)).toBe(200);
  });
});

describe('after "sign out everywhere"', () => {
  it('every provider session must be left, and a new one gets in after the margin', async () => {
    const person = await newPerson();
    const elsewhere = { ...person, browser: (await newPerson()).browser };
    const [here, there] = [await tokensOf(person), await tokensOf(elsewhere)];
    await openSession(here);
    await openSession(there);
    const ended = await request(`${api}/users/me/sessions`, { method: 'DELETE', headers: bearer(here.accessToken) });
    expect(ended).toMatchObject({ status: 200, body: { data: { revoked: 2 } } });
    const endedAtMs = Date.now();
    for (const tokens of [here, there, await tokensOf(elsewhere, { client: 'server' })])
      await expectSignOutFirst(tokens);

    // Until then a new sign-in would be told to wait (`SIGN_IN_TOO_EARLY`).
    await eventually('the margin is over', async () => Date.now() > endedAtMs + 6000 || undefined);
    await signOut(person, here);
    const again = await tokensOf(person);
    await openSession(again);
    expect(await ownEvents(again)).toBe(200);
    await expectSignOutFirst(await tokensOf(elsewhere, { parameters: { prompt: 'login' } }));
  });
});
