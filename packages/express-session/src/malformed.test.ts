import { createHash } from 'node:crypto';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionData } from 'express-session';
import { type StoreFixture, startApp, storeFixture } from './express-fixture.ts';
import type { CloakroomStore } from './index.ts';

let fixture: StoreFixture;
let store: CloakroomStore;
beforeAll(async () => {
  fixture = await storeFixture();
  store = fixture.newStore({ scanLimit: 100 });
});
afterEach(() => {
  fixture.counted.length = 0;
  fixture.lines.length = 0;
});

const save = (sid: string) =>
  new Promise<void>((resolve, reject) => {
    const session = { cookie: { originalMaxAge: null }, word: 'fine' } as unknown as SessionData;
    store.set(sid, session, (error) => (error ? reject(error) : resolve()));
  });

const hashOf = (sid: string, prefix = 'sess:') =>
  createHash('sha256')
    .update(JSON.stringify([prefix, sid]))
    .digest('base64url');

/** Writes what no store writes. */
async function spoil(sid: string, path: 'cookie' | 'word', text: string): Promise<void> {
  await fixture.client.send(
    new UpdateItemCommand({
      TableName: fixture.table,
      Key: { user_key: { S: `WEB#${hashOf(sid)}` }, item: { S: 'WEB' } },
      UpdateExpression: `SET ${path === 'word' ? '#keys.word' : 'cookie'} = :text`,
      ...(path === 'word' ? { ExpressionAttributeNames: { '#keys': 'keys' } } : {}),
      ExpressionAttributeValues: { ':text': { S: text } },
    }),
  );
}

describe('an item that nobody can read', () => {
  it.each([
    ['word', 'hunter2'],
    ['cookie', 'hunter2'],
    ['cookie', 'null'],
    ['cookie', '5'],
    ['cookie', '["hunter2"]'],
  ] as const)('is no session where its %s is %s: one line tells of it, without its text', async (path, text) => {
    const sid = path + text;
    await save(sid);
    await spoil(sid, path, text);
    const answer = await new Promise((resolve) => store.get(sid, (...told) => resolve(told)));
    expect(answer).toEqual([null, null]);
    expect(fixture.counted).toEqual(['AnonymousSessionCreated', 'SessionMalformed']);
    expect(fixture.lines).toEqual([expect.objectContaining({ code: 'web.session.malformed' })]);
    expect(JSON.stringify(fixture.lines)).not.toContain('hunter2');
  });

  it('but for its cookie, which it has not, gets one of the app’s settings', async () => {
    const cookie = { secure: true, sameSite: 'lax', path: '/shop', maxAge: 60_000 } as const;
    let count = 0;
    const app = await startApp({
      store: fixture.newStore({ prefix: 'bare:' }),
      session: { cookie, genid: () => `bare${count++}`, rolling: true },
      routes: (routes) => {
        routes.set('trust proxy', 1);
        routes.get('/shop', (request, response) => {
          request.session.word ??= 'new';
          response.json({ word: request.session.word, id: request.sessionID });
        });
      },
    });
    const ask = (headers: object) =>
      fetch(`${app.url}/shop`, { headers: { 'x-forwarded-proto': 'https', ...headers } });
    const [set = ''] = (await ask({})).headers.getSetCookie();
    await fixture.client.send(
      new UpdateItemCommand({
        TableName: fixture.table,
        Key: { user_key: { S: `WEB#${hashOf('bare0', 'bare:')}` }, item: { S: 'WEB' } },
        UpdateExpression: 'REMOVE cookie',
      }),
    );
    const answer = await ask({ cookie: set.split(';')[0] });
    expect(await answer.json()).toEqual({ word: 'new', id: 'bare0' });
    const settings = (line = '') => line.replace(/Expires=[^;]*/, 'Expires');
    expect(answer.headers.getSetCookie().map(settings)).toEqual([settings(set)]);
    expect(settings(set)).toContain('; Secure');
    await app.stop();
  });

  it('is left out of all, and of its page', async () => {
    await save('good');
    const all = await new Promise((resolve, reject) =>
      store.all((error, found) => (error ? reject(error) : resolve(found))),
    );
    const good = [{ word: 'fine', cookie: expect.anything() }];
    expect(all).toEqual(good);
    const pages = [];
    for await (const page of store.pages()) pages.push(...page);
    expect(pages).toEqual(good);
  });
});
