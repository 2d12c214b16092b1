import { randomUUID } from 'node:crypto';
import { createKeycloakAdmin, type KEYCLOAK_CLIENTS, type KeycloakAdmin } from '@cloakroom/local';
import {
  type Browser,
  createBrowser,
  keycloakClient,
  type OidcClient,
  REDIRECT_URI,
  refresh,
  signIn,
  type Tokens,
} from '@cloakroom/local/token';
import { afterAll, expect } from '@jest/globals';
import { bearer, post, request } from '../e2e/dev.ts';
import { readLogs, textsWithTokens } from '../e2e/logs.ts';

interface Place {
  readonly api: string;
  /** Keycloak's origin. */
  readonly keycloak: string;
  readonly dataDir: string;
}

/** Where the global set-up has started everything. */
const place = JSON.parse(process.env.CLOAKROOM_TEST_KEYCLOAK ?? '{}') as Place;
export const { api, keycloak, dataDir } = place;
export const admin = createKeycloakAdmin(keycloak);

/** Every token that a test has had: none may be in a log. */
const seen = new Set<string>();
afterAll(() => expect(textsWithTokens(readLogs(dataDir), seen)).toEqual([]));

/** All that the authorizer has logged, a message a line. */
export function authorizerLog(): string {
  return readLogs(dataDir).get('/aws/lambda/cloakroom-dev-authorizer') ?? '';
}

/** A user of a realm, with a browser in which nobody is signed in yet. */
export interface Person {
  readonly realm: string;
  readonly name: string;
  /** Their `sub`. */
  readonly id: string;
  readonly browser: Browser;
}

/** Somebody whom no other test knows: nobody may make more than a few sessions an hour. */
export function newPerson(realm = 'cloakroom'): Promise<Person> {
  return registerPerson(admin, realm);
}

export async function registerPerson(admin: KeycloakAdmin, realm: string): Promise<Person> {
  const name = `p-${randomUUID()}`;
  const credentials = [{ type: 'password', value: name, temporary: false }];
  const profile = { email: `${name}@test.example`, emailVerified: true, firstName: name, lastName: realm };
  await admin.call('POST', `/${realm}/users`, { username: name, enabled: true, credentials, ...profile });
  const [user] = (await admin.call('GET', `/${realm}/users?username=${name}&exact=true`)) as { id: string }[];
  return { realm, name, id: user?.id ?? '', browser: createBrowser() };
}

/** Somebody who administers the people of their realm. */
export async function newAdministrator(): Promise<Person> {
  const person = await newPerson();
  const role = await admin.call('GET', `/${person.realm}/roles/cloakroom-admin`);
  await admin.call('POST', `/${person.realm}/users/${person.id}/role-mappings/realm`, [role]);
  return person;
}

/** What is not usual about a sign-in. */
export interface SignInChoices {
  readonly client?: keyof typeof KEYCLOAK_CLIENTS;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** The person's tokens, by the login page, or without it where their browser is signed in already. */
export async function tokensOf(
  person: Person,
  { client = 'web', parameters = {} }: SignInChoices = {},
): Promise<Tokens> {
  const { realm, name, browser } = person;
  const fields = { username: name, password: name };
  return remember(await signIn({ client: clientOf(realm, client), fields, browser, parameters }));
}

export async function refreshed(person: Person, { refreshToken }: Tokens, client: SignInChoices['client'] = 'web') {
  return remember(await refresh(clientOf(person.realm, client), refreshToken));
}

/** Signs the person out at Keycloak, as its discovery document says (RP-Initiated Logout). */
export async function signOut({ realm, browser }: Person, { idToken }: Tokens): Promise<void> {
  const query = new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: REDIRECT_URI });
  const address = `${clientOf(realm, 'web').issuer}/protocol/openid-connect/logout?${query}`;
  const { url } = await browser.open(address, REDIRECT_URI);
  expect(url.href).toContain(REDIRECT_URI);
}

interface ClientRepresentation {
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
}

interface ClientChanges {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly directAccessGrantsEnabled?: boolean;
}

/** Does something while a client of `partners` is set up otherwise. */
export async function whileClientHas<T>(clientId: string, changes: ClientChanges, work: () => Promise<T>): Promise<T> {
  const found = await admin.call('GET', `/partners/clients?clientId=${clientId}`);
  const [client] = found as [ClientRepresentation];
  const path = `/partners/clients/${client.id}`;
  const { attributes = {}, ...fields } = changes;
  // Keycloak keeps an attribute that is not named, and takes away one that is empty.
  const unset = Object.fromEntries(Object.keys(attributes).map((name) => [name, '']));
  await admin.call('PUT', path, { ...client, ...fields, attributes: { ...client.attributes, ...attributes } });
  try {
    return await work();
  } finally {
    await admin.call('PUT', path, { ...client, attributes: { ...unset, ...client.attributes } });
  }
}

function clientOf(realm: string, client: keyof typeof KEYCLOAK_CLIENTS): OidcClient {
  return keycloakClient(keycloak, { realm, client });
}

function remember(tokens: Tokens): Tokens {
  Object.values(tokens).forEach(rememberToken);
  return tokens;
}

/** Takes a token for one that must be in no log, and returns it. */
export function rememberToken(token: string): string {
  seen.add(token);
  return token;
}

/** What the API says about a session that it has made, or had already. */
export async function openSession({ accessToken }: Tokens): Promise<{ sessionId: string; userKey: string }> {
  const answer = await post(`${api}/users/me/sessions`, accessToken);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body.data;
}

export function endSession(sessionId: string, { accessToken }: Tokens) {
  return request(`${api}/sessions/${sessionId}`, { method: 'DELETE', headers: bearer(accessToken) });
}

/** The status of the person's own events: 200 with a session, 403 without. */
export async function ownEvents({ accessToken }: Tokens): Promise<number> {
  return (await request(`${api}/users/me/events`, { headers: bearer(accessToken) })).status;
}

/** The claims of a token, unverified. */
export function claimsOf(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

/** The header of a token, unverified. */
export function headerOf(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
}
