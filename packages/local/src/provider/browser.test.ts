import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createBrowser } from './browser.ts';

const STOP_AT = 'http://127.0.0.1/callback';
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the browser', () => {
  it('follows redirects with the cookies that it was given, and stops where it is told to', async () => {
    const seen: (string | undefined)[] = [];
    const origin = await serve(({ url, headers }, response) => {
      seen.push(`${url} ${headers.cookie}`);
      const answers: Readonly<Record<string, [string[], string]>> = {
        '/a': [['one=1; Path=/; Secure', 'two=2'], '/b'],
        '/b': [['one=; Max-Age=0'], '/c?x=1'],
        '/c?x=1': [[], `${STOP_AT}?code=c`],
      };
      const [cookies, location] = answers[url ?? ''] ?? [[], ''];
      response.writeHead(302, { location, 'set-cookie': cookies }).end();
    });
    const { url } = await createBrowser().open(`${origin}/a`, STOP_AT);
    expect(url.href).toBe(`${STOP_AT}?code=c`);
    expect(seen).toEqual(['/a undefined', '/b one=1; two=2', '/c?x=1 two=2']);
  });

  it('posts a form where it says, with what it hides', async () => {
    const form = '<form id="f" action="/post?a=1&amp;b=2" method="post"><input type="hidden" name="h" value="&amp;"/>';
    let posted = '';
    const origin = await serve(async (request, response) => {
      for await (const chunk of request) posted += `${request.url} ${chunk}`;
      response.end(request.method === 'GET' ? `${form}<input name="user"></form>` : 'in');
    });
    const browser = createBrowser();
    const page = await browser.submit(await browser.open(origin, STOP_AT), { user: 'alice' }, STOP_AT);
    expect(page).toMatchObject({ html: 'in', status: 200 });
    expect(posted).toBe('/post?a=1&b=2 h=%26&user=alice');
  });

  it('says that a page has no form, and gives up where it is sent in circles', async () => {
    const origin = await serve(({ url }, response) => {
      response.writeHead(url === '/circle' ? 302 : 200, { location: '/circle' }).end('hello');
    });
    const browser = createBrowser();
    await expect(browser.open(`${origin}/circle`, STOP_AT)).rejects.toThrow('in circles');
    const page = { url: new URL(`${origin}/page`), html: 'hello', status: 200 };
    await expect(browser.submit(page, {}, STOP_AT)).rejects.toThrow('/page shows no form');
  });
});
