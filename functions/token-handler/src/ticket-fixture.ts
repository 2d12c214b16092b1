import { parseTicket } from '@cloakroom/sessions';
import { aProviderSession, type Bench, createBrowser, signIn, type TestBrowser } from './handler-fixture.ts';
import type { ProviderSession } from './provider-fixture.ts';

export const REFRESH = 'POST /auth/refresh';

/** A new person's browser, signed in, and their session at the provider. */
export async function signedIn(bench: Bench): Promise<{ browser: TestBrowser; session: ProviderSession }> {
  const browser = createBrowser(bench);
  const session = aProviderSession(bench);
  await signIn(bench, browser, session);
  if (browser.ticket === undefined) throw new Error('nobody is signed in');
  return { browser, session };
}

/** The same cookies, in other hands. */
export function copyOf({ cookies }: TestBrowser, bench: Bench): TestBrowser {
  const copy = createBrowser(bench);
  for (const [name, value] of cookies) copy.cookies.set(name, value);
  return copy;
}

/** As the table has it. */
export async function sessionOf({ ticket = '' }: TestBrowser, bench: Bench) {
  const cookie = parseTicket(ticket);
  return cookie === undefined ? undefined : bench.sessions.get(cookie.user, cookie.id);
}

export async function isIn(browser: TestBrowser): Promise<boolean> {
  return (await browser.fetch('GET /auth/session')).status === 200;
}

/** How often the provider was asked for new tokens. */
export function refreshesAt({ provider }: Bench): number {
  return provider.posted.filter(({ form }) => form.get('grant_type') === 'refresh_token').length;
}
