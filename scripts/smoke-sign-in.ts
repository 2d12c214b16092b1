import { isLoopbackHost, type Page } from '@cloakroom/local/token';
import { RETURN_TO, type SmokePage } from './smoke-page.ts';
import { problemOf, SIGN_IN_CLOSED, StepFailure, StepLeftOut } from './smoke-steps.ts';

/** Nobody is asked more often than that, not at a Keycloak either. */
const MAX_FORMS = 3;

const PROVIDER =
  'does the provider run, and is it reached from the token handler? scripts/logs … shows what it answered';

/** By the code with which a sign-in comes back. */
const NEXT: Readonly<Record<string, string>> = {
  SIGN_IN_LOST: "the flow's cookie did not come back: does a proxy drop Set-Cookie or Cookie, or change the host?",
  COOKIES_BLOCKED: 'the cookies did not come back: does a proxy drop Set-Cookie or Cookie?',
  PROVIDER_UNAVAILABLE: PROVIDER,
  PROVIDER_REFUSED: PROVIDER,
  TOO_MANY_SIGN_INS: 'wait an hour, or sign in as another with --user',
  SESSION_LIMIT: 'end a session of that user, or sign in as another with --user',
};

/**
 * Signs a person in from a click on "sign in" back to the page, at a provider of this machine.
 *
 * @throws StepFailure that says where the way ended
 * @throws StepLeftOut where sign-in is closed
 */
export async function signInByForm(page: SmokePage, user: string): Promise<undefined> {
  const target = new URL(RETURN_TO, page.origin).href;
  const shown = await goThrough(page, target, user).catch(async (error: unknown) => {
    if (error instanceof StepFailure) throw error;
    const place = await signInPlace(page);
    throw new StepFailure(`${problemOf(error)}, on the way to ${place} and back to ${page.origin}`);
  });
  return assertBack(shown, target, user);
}

async function goThrough({ browser, api, origin }: SmokePage, target: string, user: string): Promise<Page> {
  const query = new URLSearchParams({ returnTo: RETURN_TO, frontend: origin });
  let shown = await browser.open(`${api}/auth/login?${query}`, target, { from: { url: new URL(target) } });
  for (let forms = 0; shown.html.includes('<form') && forms < MAX_FORMS; forms += 1) {
    if (!isLoopbackHost(shown.url.host)) {
      const next = 'sign in there yourself, and give the tokens: see scripts/smoke --help';
      throw new StepFailure(`${shown.url.origin} asks for a password, and is not of this machine`, next);
    }
    // The built-in provider asks for `login`, a Keycloak of scripts/dev for the others: the password is the name.
    shown = await browser.submit(shown, { login: user, username: user, password: user }, target);
  }
  return shown;
}

/** Where the API sends people who sign in. */
async function signInPlace({ api }: SmokePage): Promise<string> {
  const answer = await fetch(`${api}/auth/login`, { redirect: 'manual' }).catch(() => undefined);
  const location = answer?.headers.get('location') ?? '';
  return URL.canParse(location) ? new URL(location).origin : 'the provider';
}

function assertBack({ url, status, html }: Page, target: string, user: string): undefined {
  const error = url.searchParams.get('error');
  const isBack = url.href.startsWith(target);
  if (isBack && error === null) return;
  if (error === 'SIGN_IN_CLOSED') throw new StepLeftOut(SIGN_IN_CLOSED);
  if (error !== null) {
    throw new StepFailure(`the sign-in came back with error=${error}`, NEXT[error] ?? 'docs/troubleshooting.md');
  }
  const place = url.origin + url.pathname;
  if (html.includes('<form')) {
    throw new StepFailure(`${place} does not let ${user} in`, 'name somebody who exists there, with --user');
  }
  if (status === 404 && url.pathname === '/auth/login') {
    const next = 'give an issuer of this environment `browser`, or give tokens: see scripts/smoke --help';
    throw new StepFailure('GET /auth/login answered 404: nobody signs in by browser here', next);
  }
  throw new StepFailure(`the sign-in ended at ${place} with status ${status}, and not at ${target}`);
}
