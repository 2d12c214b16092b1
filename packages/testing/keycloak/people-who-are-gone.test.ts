import { expect, it } from '@jest/globals';
import { eventually } from '../e2e/dev.ts';
import {
  admin,
  changeClient,
  newPerson,
  openSession,
  ownEvents,
  type Person,
  refreshed,
  tokensOf,
} from './keycloak.ts';

const client = 'server';
/** And 5 s more, by which clocks may differ. */
const LIFESPAN_SECONDS = 5;

/** Somebody in a realm whose access tokens live shortly, signed in and with a session. */
async function signedIn() {
  const person = await newPerson('partners');
  const tokens = await tokensOf(person, { client });
  await openSession(tokens);
  expect(await ownEvents(tokens)).toBe(200);
  return { person, tokens };
}

async function expectGone({ person, tokens }: Awaited<ReturnType<typeof signedIn>>): Promise<void> {
  await expect(refreshed(person, tokens, client)).rejects.toMatchObject({ code: 'invalid_grant' });
  const browser = (await newPerson('partners')).browser;
  const elsewhere: Person = { ...person, browser };
  await expect(tokensOf(elsewhere, { client })).rejects.toThrow('the provider refused');
  await eventually(
    'the access token is refused',
    async () => ((await ownEvents(tokens)) === 401 ? true : undefined),
    20_000,
  );
}

it('whoever is disabled or deleted at Keycloak is out when the access token has expired, and gets no other', async () => {
  const attributes = { 'access.token.lifespan': String(LIFESPAN_SECONDS) };
  const { restore } = await changeClient('partners', 'cloakroom-server', { attributes });
  const [disabled, deleted] = [await signedIn(), await signedIn()];
  await restore();
  await admin.call('PUT', `/partners/users/${disabled.person.id}`, { enabled: false });
  await admin.call('DELETE', `/partners/users/${deleted.person.id}`);
  await Promise.all([expectGone(disabled), expectGone(deleted)]);
});
