import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { createBrowser } from './create-browser.ts';
import { serve } from './server-fixture.ts';

const STOP_AT = 'http://127.0.0.1/callback';

describe('the browser', () => {
  it('follows redirects with the cookies that it was given, and stops where it is told to', async () => {
    const seen: (string | undefined)[] = [];
    const { origin } = await serve(({ url, headers }, response) => {
      seen.push(`${url} ${headers.cookie}`);
      const answers: Readonly<Record<string, [string[], string]>> = {
        '/a': [['one=1; Path=/; Secure', 'two=2'], '/b'],
        '/b': [['one=; Max-Age=0; Path=/; Secure'], '/c?x=1'],
        '/c?x=1': [[], `${STOP_AT}?code=c`],
      };
      const [cookies, location] = answers[url ?? ''] ?? [[], ''];
      response.writeHead(302, { location, 'set-cookie': cookies }).end();
    });
    const { url, hops } = await createBrowser().open(`${origin}/a`, STOP_AT);
    expect(url.href).toBe(`${STOP_AT}?code=c`);
    expect(seen).toEqual(['/a undefined', '/b one=1; two=2', '/c?x=1 two=2']);
    expect(hops.map((hop) => [hop.url, hop.status])).toEqual(
      ['/a', '/b', '/c?x=1'].map((path) => [origin + path, 302]),
    );
  });

  it('keeps the fragment through redirects that have none of their own, and drops it at an empty one', async () => {
    const { origin } = await serve(({ url }, response) => {
      const location = { '/plain': '/end', '/own': '/end#own', '/empty': '/end#' }[url ?? ''];
      if (location === undefined) response.end();
      else response.writeHead(302, { location }).end();
    });
    const hashes = ['/plain', '/own', '/empty'].map(
      async (path) => (await createBrowser().open(`${origin}${path}#code=c`)).url.hash,
    );
    expect(await Promise.all(hashes)).toEqual(['#code=c', '#own', '']);
  });

  it('posts a form where it says, with what it hides', async () => {
    const form = '<form id="f" action="/post?a=1&amp;b=2" method="post"><input type="hidden" name="h" value="&amp;"/>';
    let posted = '';
    const { origin } = await serve(async (request, response) => {
      for await (const chunk of request) posted += `${request.url} ${chunk}`;
      response.end(request.method === 'GET' ? `${form}<input name="user"></form>` : 'in');
    });
    const browser = createBrowser();
    const page = await browser.submit(await browser.open(origin, STOP_AT), { user: 'alice' }, STOP_AT);
    expect(page).toMatchObject({ html: 'in', status: 200 });
    expect(posted).toBe('/post?a=1&b=2 h=%26&user=alice');
    expect(browser.posted).toBe(1);
  });

  it('says that a page has no form, and gives up where it is sent in circles', async () => {
    const { origin } = await serve(({ url }, response) => {
      response.writeHead(url === '/circle' ? 302 : 200, { location: '/circle' }).end('hello');
    });
    const browser = createBrowser();
    await expect(browser.open(`${origin}/circle`, STOP_AT)).rejects.toThrow('in circles');
    const page = { url: new URL(`${origin}/page`), html: 'hello' };
    await expect(browser.submit(page, {}, STOP_AT)).rejects.toThrow('/page shows no form');
  });

  it('sends on to another site what Lax lets through, and says where the request began', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const { origin, elsewhere } = await serve(({ url, headers }, response) => {
      seen.push(headers);
      if (url === '/set') response.setHeader('set-cookie', ['s=1; SameSite=Strict', 'l=1; SameSite=Lax']);
      response.writeHead(url === '/go' ? 302 : 200, { location: `${origin}/end` }).end('<form action="/go"></form>');
    });
    const browser = createBrowser();
    await browser.open(`${origin}/set`);
    await browser.submit(await browser.open(`${elsewhere}/form`), {});
    const [typed, , posted, sentOn] = seen;
    expect(typed).toMatchObject({
      'sec-fetch-site': 'none',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    });
    expect(posted).toMatchObject({ 'sec-fetch-site': 'same-origin', origin: elsewhere });
    expect(sentOn).toMatchObject({ 'sec-fetch-site': 'cross-site', cookie: 'l=1' });
    expect(sentOn).not.toHaveProperty('origin');
    await browser.open(`${origin}/end`);
    expect(seen.at(-1)).toMatchObject({ 'sec-fetch-site': 'none', cookie: 's=1; l=1' });
  });

  it('posts again at 307, and no longer tells which origin it was once the form goes elsewhere', async () => {
    const seen: [string | undefined, IncomingHttpHeaders][] = [];
    const { origin, elsewhere } = await serve(({ method, url, headers }, response) => {
      seen.push([method, headers]);
      response.writeHead(url === '/go' ? 307 : 200, { location: `${elsewhere}/end` }).end();
    });
    const page = { url: new URL(`${origin}/form`), html: '<form action="/go"></form>' };
    const browser = createBrowser();
    await browser.open(elsewhere);
    await browser.submit(page, {});
    expect(seen.slice(1).map(([method, headers]) => [method, headers.origin])).toEqual([
      ['POST', origin],
      ['POST', 'null'],
    ]);
  });

  it('is copied with its cookies', async () => {
    const { origin } = await serve((_, response) => response.setHeader('set-cookie', 'a=1; HttpOnly').end());
    const browser = createBrowser();
    await browser.open(origin);
    expect(browser.copy().cookies(origin)).toMatchObject([{ key: 'a', value: '1' }]);
    expect(browser.cookies(origin, { isReadable: true })).toEqual([]);
  });
});
