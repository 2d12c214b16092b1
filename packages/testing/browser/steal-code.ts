import { BROWSER_CLIENTS } from '@cloakroom/local';
import type { Frame, Page } from 'puppeteer-core';

/** Where a hostile script lets the provider's answer arrive: what of it becomes `globalThis.target`. */
const WINDOWS = {
  'a popup': "open('about:blank')",
  'a frame': "document.body.appendChild(document.createElement('iframe')).contentWindow",
  'the page itself': 'globalThis',
} as const;

/** Looks all the time, so that no address on the way is missed. */
const BEGIN = (url: string) => `
globalThis.seen = [];
globalThis.look = () => {
  try {
    seen.push(target.location.href);
  } catch (error) {
    seen.push(error.name);
  }
};
setInterval(look, 1);
target.location = ${JSON.stringify(url)};`;

/** Whatever tells a script of addresses. The first is where the target is in the end: the script's own page, where that is the target. */
const READ = `
globalThis.look?.();
[
  globalThis.seen?.at(-1) ?? location.href,
  ...(globalThis.seen ?? []),
  document.referrer,
  ...performance.getEntries().map(({ name }) => name),
  ...navigation.entries().map(({ url }) => url),
]`;

export interface Theft {
  readonly provider: string;
  readonly api: string;
  readonly responseMode: string;
  readonly way: keyof typeof WINDOWS;
}

/** What came of it. */
export interface Loot {
  /** What the browser was told and has sent on the way, which no script sees. */
  readonly passed: readonly string[];
  /** Where the script reads that its target is in the end, or the name of the error. Empty where the script is gone with its page. */
  readonly end: string;
  /** Everything that it could read. */
  readonly read: readonly string[];
}

/** Does what a hostile script in `page` would do to get a code for the person who is signed in there. */
export async function stealCode(page: Page, { provider, api, responseMode, way }: Theft): Promise<Loot> {
  const home = new URL(page.url()).origin;
  const popup = new Promise<Page | null>((resolve) => page.once('popup', resolve));
  await page.evaluate(`globalThis.target = ${WINDOWS[way]}; undefined`);
  const victim = (way === 'a popup' ? await popup : null) ?? page;
  const passed: string[] = [];
  victim.on('request', (request) => passed.push(`${request.url()} ${request.postData() ?? ''}`));
  victim.on('response', (response) => passed.push(response.headers().location ?? ''));
  const arrived = new Promise<void>((resolve) => {
    victim.on('framenavigated', (frame: Frame) => {
      if (!frame.url().startsWith(provider)) resolve();
    });
  });
  await page.evaluate(BEGIN(authorizationUrl({ provider, api, responseMode })));
  await arrived;
  if (!page.url().startsWith(home)) return { passed, end: '', read: [] };
  const [end = '', ...read] = (await page.evaluate(READ)) as string[];
  return { passed, end, read };
}

/** An authorization request that a script has made up, so that it knows the verifier: with our client, and back to our callback. */
function authorizationUrl({ provider, api, responseMode }: Omit<Theft, 'way'>): string {
  const query = new URLSearchParams({
    client_id: BROWSER_CLIENTS.none.id,
    redirect_uri: `${api}/auth/callback/local`,
    response_type: 'code',
    response_mode: responseMode,
    scope: 'openid',
    state: 'made-up',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', // RFC 7636 appendix B
    code_challenge_method: 'S256',
  });
  return `${provider}/auth?${query}`;
}

/** The local provider's cookies are `SameSite=Lax`. Those of others, Keycloak among them, go along into a frame. */
export async function letCookiesIntoFrames(page: Page, provider: string): Promise<void> {
  const all = await page.browserContext().cookies();
  const cookies = all.filter(({ domain }) => domain === new URL(provider).hostname);
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const isOfProvider = request.url().startsWith(provider);
    return request.continue(isOfProvider ? { headers: { ...request.headers(), cookie } } : {});
  });
}
