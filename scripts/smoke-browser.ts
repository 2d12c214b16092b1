import { createBrowser } from '@cloakroom/local/token';
import { askAsProgram } from './smoke-anonymous.ts';
import { type Answer, type Ask, assertStatus, describeAnswer, requireText } from './smoke-answer.ts';
import { eventSteps } from './smoke-event.ts';
import { cookieNames, type SmokePage, smokePage, ticketOf } from './smoke-page.ts';
import { signInByForm } from './smoke-sign-in.ts';
import { SIGN_IN_CLOSED, type Step, StepFailure, StepLeftOut } from './smoke-steps.ts';

interface BrowserOptions {
  readonly api: string;
  /** The frontend whose page asks. */
  readonly origin: string;
  readonly waitSeconds: number;
}

interface Tokens {
  readonly accessToken: string;
  readonly idToken: string;
  readonly refreshToken?: string | undefined;
}

const COOKIES =
  'does a proxy drop Set-Cookie or Cookie? And is the page of the same site as the API (docs/browser.md)?';
const LOGS = 'docs/troubleshooting.md; scripts/logs <environment> --request <id> shows the request in every function';
const STILL_IN = 'ending has no effect: does a cache stand before the authorizer, or does it read another table?';

/** A person signs in with two browsers at a provider of this machine, ends the second from the first, and signs out. */
export function signInSteps({ user, ...options }: BrowserOptions & { readonly user: string }): readonly Step[] {
  const [first, second] = [smokePage(createBrowser(), options), smokePage(createBrowser(), options)];
  let copied: SmokePage;
  let secondId = '';
  return [
    {
      name: 'sign-in',
      next: 'the API and the provider must run there; give --origin here where scripts/dev, or allowedOrigins, has another',
      isNeeded: true,
      run: () => signInByForm(first, user),
    },
    ...insideSteps(first, options),
    {
      name: 'a second device signs in',
      next: LOGS,
      async run() {
        await signInByForm(second, user);
        secondId = requireText(await ticketAnswer(second), 'sessionId');
        assertStatus(await second.ask('GET', '/users/me/events'), 200);
        return undefined;
      },
    },
    {
      name: 'its session is revoked',
      next: LOGS,
      run: async () => assertStatus(await first.ask('DELETE', `/sessions/${secondId}`), 200),
    },
    refusedStep('the very next request is refused', () => second.ask),
    {
      name: 'sign-out',
      next: LOGS,
      async run() {
        copied = first.copy();
        await signOut(first);
        return undefined;
      },
    },
    refusedStep('a copied cookie is refused after it', () => copied.ask),
  ];
}

/** What a ticket is for, the same whichever way it was got. */
function insideSteps(page: SmokePage, { waitSeconds }: BrowserOptions, canRefresh = true): readonly Step[] {
  return [
    {
      name: 'the ticket tells who is in',
      next: COOKIES,
      async run() {
        const ticket = ticketOf(page, requireText(await ticketAnswer(page), 'sessionId'));
        if (ticket === undefined) throw new StepFailure(`the browser has kept ${cookieNames(page)}, and no ticket`);
        if (!ticket.httpOnly || !ticket.secure) {
          const next = 'does a proxy rewrite Set-Cookie? Every script of the page, or of the network, can read it so';
          throw new StepFailure(`cookie ${ticket.key} came without HttpOnly or Secure`, next);
        }
        return `cookie ${ticket.key}`;
      },
    },
    {
      name: 'the ticket opens the API',
      next: LOGS,
      run: async () => assertStatus(await page.ask('GET', '/users/me/events'), 200),
    },
    ...eventSteps({ ask: page.ask, waitSeconds }),
    refreshStep(page, canRefresh),
  ];
}

function refreshStep(page: SmokePage, canRefresh: boolean): Step {
  return {
    name: 'the ticket is refreshed',
    next: LOGS,
    async run() {
      if (!canRefresh) throw new StepLeftOut('no refresh token was given');
      if (!(await isThere(page, '/auth/refresh'))) throw new StepLeftOut('this installation has no POST /auth/refresh');
      const before = ticketOf(page, requireText(await ticketAnswer(page), 'sessionId'))?.value;
      const answer = await page.ask('POST', '/auth/refresh');
      if (answer.code === 'RECHECK_REQUIRED') throw new StepLeftOut('the provider gave no refresh token');
      assertStatus(answer, 200);
      if (ticketOf(page, requireText(answer, 'sessionId'))?.value === before) {
        throw new StepFailure(`${describeAnswer(answer)} and the browser still has the cookie of before`, COOKIES);
      }
      assertStatus(await page.ask('GET', '/users/me/events'), 200, 'the new cookie does not open the API');
      return undefined;
    },
  };
}

/** Asked as a program, which is refused; a page could not tell a route that is missing from one that it may not read. */
async function isThere({ api }: SmokePage, path: string): Promise<boolean> {
  const { status } = await askAsProgram(api)('POST', path, {});
  return status !== 404;
}

/** @throws StepFailure when the ticket is none, with what the browser holds */
async function ticketAnswer(page: SmokePage): Promise<Answer> {
  const answer = await page.ask('GET', '/auth/session');
  if (answer.status === 200) return answer;
  throw new StepFailure(`${describeAnswer(answer)}, not 200; the browser has ${cookieNames(page)}`);
}

function refusedStep(name: string, asking: () => Ask): Step {
  return {
    name,
    next: STILL_IN,
    async run() {
      const answer = await asking()('GET', '/users/me/events');
      if (answer.status === 200) throw new StepFailure('the session has ended, and still opens the API');
      assertStatus(answer, [401, 403]);
      return undefined;
    },
  };
}

async function signOut(page: SmokePage): Promise<undefined> {
  const sent = cookieNames(page);
  assertStatus(await page.ask('POST', '/auth/logout'), 200);
  const left = await page.ask('GET', '/auth/session');
  if (left.status !== 401)
    throw new StepFailure(`after it ${describeAnswer(left)}, not 401; it was sent ${sent}`, COOKIES);
}

/** Whether tokens can be exchanged for a ticket here, tried with these; it is left out where that is off. */
export function handInStep(page: SmokePage, tokens: Tokens): Step {
  return {
    name: 'tokens are handed in',
    next: 'give fresh tokens of one sign-in that has been handed in nowhere yet, and a listed --origin',
    async run() {
      if (!(await isThere(page, '/auth/session'))) {
        throw new StepLeftOut('the hand-in is off here: going on with the access token');
      }
      const answer = await page.ask('POST', '/auth/session', tokens);
      if (answer.code === 'SIGN_IN_CLOSED') throw new StepLeftOut(SIGN_IN_CLOSED);
      return assertStatus(answer, 200);
    },
  };
}

/** After a hand-in there is one session, and no second login to end another from. */
export function handedInSteps(page: SmokePage, options: BrowserOptions, canRefresh: boolean): readonly Step[] {
  let sessionId = '';
  return [
    ...insideSteps(page, options, canRefresh),
    {
      name: 'the session is revoked',
      next: LOGS,
      async run() {
        sessionId = requireText(await ticketAnswer(page), 'sessionId');
        assertStatus(await page.ask('DELETE', `/sessions/${sessionId}`), 200);
        return undefined;
      },
    },
    refusedStep('the very next request is refused', () => page.ask),
    { name: 'sign-out', next: LOGS, run: () => signOut(page) },
  ];
}
