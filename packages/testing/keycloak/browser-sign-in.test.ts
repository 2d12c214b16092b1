import { describe, expect, it } from '@jest/globals';
import { eventually } from '../e2e/dev.ts';
import { claimsOf, newPerson, openSession, ownEvents, refreshed, tokensOf } from './keycloak.ts';
import { apiStatus, app, keycloakSessions, session, signIn } from './page.ts';

describe('a person with a browser', () => {
  it('signs in at the login page, is let in by the ticket, and signs out, at Keycloak too', async () => {
    const person = await newPerson();
    const { browser } = person;
    const beganAt = Math.floor(Date.now() / 1000);
    const returnTo = '/app?a=1#/orders/7';
    expect(await signIn(person, { returnTo })).toEqual({ at: returnTo, forms: 1 });

    const { status, body } = await session(browser);
    expect({ status, data: body.data }).toMatchObject({
      status: 200,
      data: { userId: person.id, issuer: 'keycloak', current: true },
    });
    expect(Date.parse(body.data.loginTime) / 1000).toBeGreaterThanOrEqual(beganAt);
    expect(await apiStatus(browser)).toBe(200);
    expect(await keycloakSessions(person)).toHaveLength(1);

    const left = await app.call(browser, '/auth/logout', { method: 'POST' });
    expect(left).toMatchObject({ status: 200, body: { data: { providerSessionEnded: true } } });
    expect(await keycloakSessions(person)).toEqual([]);
    expect([await apiStatus(browser), (await session(browser)).status]).toEqual([401, 401]);
    expect(await signIn(person)).toEqual({ at: '/app#', forms: 1 });
    expect(await apiStatus(browser)).toBe(200);
  });

  it('is in without a form where another client has signed them in; a sign-out ends the session of both', async () => {
    const person = await newPerson();
    const tokens = await tokensOf(person);
    expect(await signIn(person)).toEqual({ at: '/app#', forms: 0 });
    expect((await session(person.browser)).body.data.userId).toBe(person.id);
    expect(await keycloakSessions(person)).toEqual([claimsOf(tokens.accessToken).sid]);

    await app.call(person.browser, '/auth/logout', { method: 'POST' });
    expect(await keycloakSessions(person)).toEqual([]);
    await expect(refreshed(person, tokens)).rejects.toMatchObject({ code: 'invalid_grant' });
    await expect(tokensOf(person, { parameters: { prompt: 'none' } })).rejects.toThrow('login_required');
  });

  it('proves who they are once more, and has a new session of the same person in place of the old one', async () => {
    const person = await newPerson();
    await signIn(person);
    const before = (await session(person.browser)).body.data;
    const copied = person.browser.copy();
    await eventually('a second has passed', async () => Date.now() >= Date.parse(before.loginTime) + 1000 || undefined);
    const stepUp = { stepUp: '1', prompt: 'login' };
    expect(await signIn(person, stepUp)).toEqual({ at: '/app#', forms: 1 });
    const after = (await session(person.browser)).body.data;
    expect(after.userId).toBe(before.userId);
    expect(after.sessionId).not.toBe(before.sessionId);
    expect(Date.parse(after.loginTime)).toBeGreaterThan(Date.parse(before.loginTime));
    expect(await session(copied)).toMatchObject({ status: 410, body: { error: { endedReason: 'replaced' } } });
    expect(await keycloakSessions(person)).toHaveLength(1);
  });
});

it('a bearer and a ticket of one sign-in at Keycloak are two sessions of one person', async () => {
  const person = await newPerson();
  const tokens = await tokensOf(person);
  const { sessionId } = await openSession(tokens);
  await signIn(person);
  const listed = (await app.call(person.browser, '/users/me/sessions')).body.data.sessions;
  const { sessionId: ticketId } = (await session(person.browser)).body.data;
  expect(listed.map((one: { sessionId: string }) => one.sessionId).toSorted()).toEqual(
    [sessionId, ticketId].toSorted(),
  );
  expect(await ownEvents(tokens)).toBe(200);
});
