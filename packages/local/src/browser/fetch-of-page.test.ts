import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { createBrowser } from './create-browser.ts';
import { serve } from './server-fixture.ts';

type Rules = Readonly<Record<string, string>>;

/** A server that answers everything with these CORS headers, and a page at another site; with what was asked of it. */
async function start(rules: (page: string) => Rules) {
  const seen: [string | undefined, IncomingHttpHeaders][] = [];
  const { origin, elsewhere } = await serve(({ method, headers }, response) => {
    seen.push([method, headers]);
    const own = { 'x-mine': '1', 'set-cookie': 'n=1; SameSite=None; Secure' };
    response.writeHead(method === 'OPTIONS' ? 204 : 200, { ...own, ...rules(elsewhere) }).end();
  });
  const browser = createBrowser();
  return {
    seen,
    browser,
    origin,
    here: { url: new URL(`${origin}/page`) },
    page: { url: new URL(`${elsewhere}/page`) },
  };
}

const permissive = (page: string): Rules => ({
  'access-control-allow-origin': page,
  'access-control-allow-credentials': 'true',
  'access-control-allow-headers': 'x-cloakroom-csrf',
  'access-control-allow-methods': 'DELETE',
  'access-control-expose-headers': 'x-mine',
});

describe('a script of a page', () => {
  it('asks its own origin with its cookies, and never sees what sets them', async () => {
    const { browser, here, seen } = await start(() => ({}));
    await browser.fetch(here, '/one');
    const answer = await browser.fetch(here, '/two', { method: 'POST', headers: { 'x-cloakroom-csrf': '1' } });
    expect(seen.map(([method]) => method)).toEqual(['GET', 'POST']);
    expect(seen[1]?.[1]).toMatchObject({ origin: here.url.origin, cookie: 'n=1', 'sec-fetch-site': 'same-origin' });
    expect(seen[0]?.[1]).not.toHaveProperty('origin');
    expect(answer.headers.get('x-mine')).toBe('1');
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it('asks another site first whether it may, then with credentials', async () => {
    const { browser, page, origin, seen } = await start(permissive);
    const ask = () =>
      browser.fetch(page, origin, { method: 'DELETE', headers: { 'x-cloakroom-csrf': '1' }, credentials: 'include' });
    await ask();
    const answer = await ask();
    expect(seen.map(([method]) => method)).toEqual(['OPTIONS', 'DELETE', 'OPTIONS', 'DELETE']);
    expect(seen[2]?.[1]).toMatchObject({
      origin: page.url.origin,
      'access-control-request-method': 'DELETE',
      'access-control-request-headers': 'x-cloakroom-csrf',
    });
    expect(seen[2]?.[1]).not.toHaveProperty('cookie');
    expect(seen[3]?.[1]).toMatchObject({ cookie: 'n=1', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' });
    expect([answer.headers.get('x-mine'), answer.status]).toEqual(['1', 200]);
  });

  it('needs no leave for a simple request, and sends no cookies unless it says so', async () => {
    const { browser, page, origin, seen } = await start(permissive);
    await browser.fetch(page, origin, { method: 'POST', body: 'a=1', credentials: 'include' });
    await browser.fetch(page, origin);
    expect(seen.map(([method, { cookie }]) => [method, cookie])).toEqual([
      ['POST', undefined],
      ['GET', undefined],
    ]);
  });

  it.each([
    ['without a word', { 'access-control-allow-origin': undefined }, 'access-control-allow-origin is absent'],
    ['to everybody', { 'access-control-allow-origin': '*' }, 'access-control-allow-origin is *'],
    ['without credentials', { 'access-control-allow-credentials': undefined }, 'credentials is not true'],
    ['without the method', { 'access-control-allow-methods': 'PUT' }, 'DELETE is not in'],
    ['without the header', { 'access-control-allow-headers': 'x-other' }, 'x-cloakroom-csrf is not in'],
  ])('is refused where the other site allows it %s', async (_, changes, message) => {
    const { browser, page, origin, seen } = await start((from) => {
      const rules = Object.entries({ ...permissive(from), ...changes });
      return Object.fromEntries(rules.filter((rule): rule is [string, string] => rule[1] !== undefined));
    });
    const headers = { 'x-cloakroom-csrf': '1' };
    const asked = browser.fetch(page, origin, { method: 'DELETE', headers, credentials: 'include' });
    await expect(asked).rejects.toThrow(message);
    expect(seen.map(([method]) => method)).toEqual(['OPTIONS']);
  });

  it('cannot read the headers of another origin that are not exposed', async () => {
    const { browser, page, origin } = await start((from) => ({
      'access-control-allow-origin': from,
      'retry-after': '5',
    }));
    expect((await browser.fetch(page, origin)).headers.get('retry-after')).toBeNull();
  });
});
