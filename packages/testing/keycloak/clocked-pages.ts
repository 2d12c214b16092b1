import { expect } from '@jest/globals';
import type { ClockedStack } from './clocked-stack.ts';
import { type Person, registerPerson } from './keycloak.ts';

export const MINUTE = 60;
export const HOUR = 60 * MINUTE;
/** A page in use calls the API that often. */
export const STEP = 10 * MINUTE;

export const EXPIRED = { status: 410, body: { error: { code: 'SESSION_ENDED', endedReason: 'expired' } } };
const UNAVAILABLE = { status: 503, body: { error: { code: 'PROVIDER_UNAVAILABLE' } } };

/** What people and their pages do in the course of hours. */
export function clockedPages({ app, admin, pass }: ClockedStack) {
  /** @returns how many forms Keycloak has shown: none where it knows them */
  async function signIn({ realm, name, browser }: Person): Promise<number> {
    const issuer = realm === 'cloakroom' ? 'keycloak' : realm;
    const { at, forms } = await app.signIn(browser, { username: name, password: name }, { issuer });
    expect(at).toBe('/app#');
    return forms;
  }

  async function signedIn(realm: string): Promise<Person> {
    const person = await registerPerson(admin, realm);
    expect(await signIn(person)).toBe(1);
    return person;
  }

  type Page = Pick<Person, 'browser'>;
  const session = ({ browser }: Page) => app.call(browser, '/auth/session');
  const refresh = ({ browser }: Page) => app.call(browser, '/auth/refresh', { method: 'POST' });
  /** A request to the API: a use of the session. */
  const use = async ({ browser }: Page) => (await app.call(browser, '/users/me/events')).status;

  return {
    signIn,
    signedIn,
    session,
    refresh,
    use,

    /** Pages refresh when they were told to, and call the API. */
    async passInUse(people: readonly Page[], seconds: number): Promise<void> {
      for (let passed = 0; passed < seconds; passed += STEP) {
        await pass(STEP);
        for (const person of people) {
          const { recheckAt } = (await session(person)).body.data;
          const isSoon = Date.parse(recheckAt) <= Date.now() + STEP * 1000;
          if (isSoon) expect(await refresh(person)).toMatchObject({ status: 200 });
          expect([passed, await use(person)]).toEqual([passed, 200]);
        }
      }
    },

    /** Pages ask again and again for a refresh, are told to try later, and go on. */
    async passWithoutProvider(people: readonly Page[], seconds: number): Promise<void> {
      for (let passed = 0; passed < seconds; passed += STEP) {
        await pass(STEP);
        for (const person of people) {
          const answer = await refresh(person);
          expect(answer).toMatchObject(UNAVAILABLE);
          expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
          expect([passed, await use(person), (await session(person)).status]).toEqual([passed, 200, 200]);
        }
      }
    },

    async keycloakSessions({ realm, id }: Person): Promise<number> {
      return ((await admin.call('GET', `/${realm}/users/${id}/sessions`)) as object[]).length;
    },

    /** How often Keycloak was asked for a refresh, and how often it refused. */
    async refreshesOf({ realm, id }: Person): Promise<{ done: number; refused: number }> {
      const events = (await admin.call('GET', `/${realm}/events?user=${id}&max=1000`)) as { type: string }[];
      const count = (type: string) => events.filter((event) => event.type === type).length;
      return { done: count('REFRESH_TOKEN'), refused: count('REFRESH_TOKEN_ERROR') };
    },
  };
}
