import { TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express, Request } from 'express';
import type { SessionData } from 'express-session';
import type { CloakroomStoreError } from './errors.ts';
import { Browser, type RunningApp, type StoreFixture, startApp, storeFixture } from './express-fixture.ts';
import { userOf } from './table-fixture.ts';

let fixture: StoreFixture;
let app: RunningApp;
/** What happens between the reading of a session and the rest of its request. */
let meanwhile: (request: Request) => unknown = () => undefined;
/** What happens to the next update of an item: it waits, or its answer is lost. */
let before: (() => Promise<unknown>) | undefined;
let after: (() => Promise<unknown>) | undefined;
let isDown = false;
/** Whether the answer of the next transaction is lost. */
let isAnswerLost = false;
beforeAll(async () => {
  fixture = await storeFixture();
  const sidOf = ({ sid }: SessionData) => (sid === undefined ? undefined : { iss: 'https://id.example', sid });
  app = await startApp({ store: fixture.newStore({ client: { send }, sidOf }), routes });
});
afterEach(() => {
  meanwhile = () => undefined;
  isDown = false;
  fixture.counted.length = 0;
  fixture.lines.length = 0;
});
afterAll(() => app.stop());

async function send(command: never): Promise<unknown> {
  if (isDown) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  const isUpdate = (command as unknown) instanceof UpdateItemCommand;
  if (isUpdate) await taken('before')?.();
  const answer = await fixture.client.send(command);
  if (isUpdate) await taken('after')?.();
  if (isAnswerLost && (command as unknown) instanceof TransactWriteItemsCommand) {
    isAnswerLost = false;
    throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  }
  return answer;
}

function taken(when: 'before' | 'after') {
  const hook = when === 'before' ? before : after;
  if (when === 'before') before = undefined;
  else after = undefined;
  return hook;
}

/** Method of the session, as a promise. */
const done = (begin: (callback: (error: unknown) => void) => void) =>
  new Promise<CloakroomStoreError | null>((resolve) => begin((error) => resolve((error ?? null) as never)));

/** By a session at the provider, where the request names one. */
function signIn({ session, query }: Request, name: string): void {
  session.userId = name;
  if (query.sid !== undefined) session.sid = query.sid;
}

function routes(server: Express): void {
  server.get('/sign-in/:name', async (request, response) => {
    await done((told) => request.session.regenerate(told));
    request.session.userId = request.params.name;
    await done((told) => request.session.save(told));
    response.json({ id: request.sessionID });
  });
  server.get('/again/:times/:name', async (request, response) => {
    await meanwhile(request);
    let failure: CloakroomStoreError | null = null;
    for (let time = 0; time < Number(request.params.times); time += 1) {
      failure ??= await done((told) => request.session.regenerate(told));
    }
    isDown = false;
    signIn(request, request.params.name);
    const error = await done((told) => request.session.save(told));
    response.json({ code: (failure ?? error)?.code, refused: error?.code });
  });
  server.get('/regenerate-again/:name', async (request, response) => {
    await meanwhile(request);
    const first = await done((told) => request.session.regenerate(told));
    isDown = false;
    const second = await done((told) => request.session.regenerate(told));
    request.session.userId = request.params.name;
    await done((told) => request.session.save(told));
    response.json({ codes: [first?.code ?? null, second?.code ?? null] });
  });
  server.get('/between/:name', async (request, response) => {
    await done((told) => request.session.regenerate(told));
    await meanwhile(request);
    request.session.userId = request.params.name;
    await done((told) => request.session.save(told));
    response.json({});
  });
  server.get('/becomes/:name', async (request, response) => {
    isAnswerLost = true;
    signIn(request, request.params.name);
    const first = await done((told) => request.session.save(told));
    request.session.cart = 1;
    const second = await done((told) => request.session.save(told));
    response.json({ codes: [first?.code ?? null, second?.code ?? null] });
  });
  server.get('/failing-regenerate', async (request, response, next) => {
    await meanwhile(request);
    request.session.regenerate((error) => (error ? next(error) : response.json({})));
  });
  server.get('/nobody-then-reload/:name', async (request, response) => {
    await meanwhile(request);
    await done((told) => request.session.regenerate(told));
    request.session.cart = 1;
    await done((told) => request.session.save(told));
    await done((told) => request.session.reload(told));
    request.session.userId = request.params.name;
    await done((told) => request.session.save(told));
    response.json({});
  });
  server.get('/touched', async (request, response) => {
    await meanwhile(request);
    response.json({});
  });
  server.get('/changed', async (request, response) => {
    await meanwhile(request);
    request.session.changed = true;
    response.json({ error: await done((told) => request.session.save(told)) });
  });
  server.get('/first-save/:then', async (request, response) => {
    const id = request.sessionID;
    const session = request.session;
    let go = () => {};
    before = () => new Promise<void>((resolve) => (go = resolve));
    session.cart = 1;
    const saved = done((told) => session.save(told));
    const ended = done((told) =>
      request.params.then === 'destroy' ? session.destroy(told) : session.regenerate(told),
    );
    // The save is at the table before the ending is asked for, and there for longer.
    setImmediate(() => go());
    response.json({ id, errors: [await saved, await ended] });
  });
  server.get('/', (request, response) => {
    response.json({ ...request.session, id: request.sessionID });
  });
}

const house = () => fixture.house;
const listed = (sub: string) => fixture.listed(sub);
const revoke = (sub: string) => async () => {
  for (const { id } of await listed(sub)) await house().revoke({ user: userOf(sub), id });
};

async function signedIn(name: string) {
  const browser = new Browser(app);
  const { body } = await browser.get(`/sign-in/${name}`);
  return { browser, id: body.id as string };
}

describe('a session that was revoked while a request has it', () => {
  it.each([
    ['saved', '/changed'],
    ['touched', '/touched'],
    ['regenerated', '/again/1/'],
    ['regenerated by the app, and then by Passport', '/again/2/'],
    ['regenerated, saved as nobody’s, and reloaded', '/nobody-then-reload/'],
  ])('does not come back when it is %s', async (what, path) => {
    const name = `rita${what.length}`;
    const { browser } = await signedIn(name);
    meanwhile = revoke(name);
    const answer = await browser.get(path.endsWith('/') ? path + name : path);
    expect(answer.status).toBe(200);
    expect((await browser.get('/')).body).not.toHaveProperty('userId');
    expect(await listed(name)).toEqual([]);
  });

  it('does not come back by the session that takes its place, where all of its person were ended in between', async () => {
    const { browser } = await signedIn('rene');
    meanwhile = () => house().revokeAll({ user: userOf('rene') });
    await browser.get('/between/rene');
    expect((await browser.get('/')).body).not.toHaveProperty('userId');
    expect(await listed('rene')).toEqual([]);
    meanwhile = () => undefined;
    await browser.get('/between/rene');
    expect((await browser.get('/')).body).toMatchObject({ userId: 'rene' });
  });

  it('is reloaded as an error', async () => {
    const { browser } = await signedIn('rolf');
    let told: unknown;
    meanwhile = async (request) => {
      await revoke('rolf')();
      told = await done((callback) => request.session.reload(callback));
    };
    await browser.get('/touched');
    expect(told).toEqual(new Error('failed to load session'));
  });

  it('is counted where its user does not come back, and a line says why', async () => {
    const { browser } = await signedIn('ruth');
    meanwhile = revoke('ruth');
    await browser.get('/again/1/ruth');
    expect(fixture.counted).toContain('SessionAlreadyEnded');
    expect(fixture.lines).toContainEqual(expect.objectContaining({ code: 'web.session.not_reborn' }));
  });

  it('leaves its request to somebody else, who signs in by regenerate', async () => {
    const { browser } = await signedIn('rosa');
    meanwhile = revoke('rosa');
    await browser.get('/again/2/sam');
    expect((await browser.get('/')).body).toMatchObject({ userId: 'sam' });
    expect(await listed('sam')).toHaveLength(1);
  });
});

describe('a regenerate that fails', () => {
  it('signs nobody out: its answer sets no cookie, and the session is there afterwards', async () => {
    const { browser, id } = await signedIn('tess');
    meanwhile = () => {
      isDown = true;
    };
    const answer = await browser.get('/failing-regenerate');
    isDown = false;
    expect(answer).toEqual({ status: 500, body: { code: 'STORE_UNAVAILABLE' }, set: [] });
    expect((await browser.get('/')).body).toMatchObject({ userId: 'tess', id });
  });

  it('is tried again, and the person is in by the session that takes its place', async () => {
    const { browser } = await signedIn('tara');
    meanwhile = () => {
      isDown = true;
    };
    expect((await browser.get('/regenerate-again/tara')).body).toEqual({ codes: ['STORE_UNAVAILABLE', null] });
    expect((await browser.get('/')).body).toMatchObject({ userId: 'tara' });
    expect(await listed('tara')).toHaveLength(1);
  });

  it('and was done all the same is not undone by another try: the person has to sign in again', async () => {
    const { browser } = await signedIn('theo');
    meanwhile = () => {
      isAnswerLost = true;
    };
    expect((await browser.get('/regenerate-again/theo')).body).toEqual({ codes: ['STORE_UNAVAILABLE', null] });
    expect((await browser.get('/')).body).not.toHaveProperty('userId');
    expect(await listed('theo')).toEqual([]);
  });

  it('lets nobody sign in under the old id, where an app goes on after it', async () => {
    const { browser } = await signedIn('tim');
    meanwhile = () => {
      isDown = true;
    };
    const { body } = await browser.get('/again/1/una');
    expect(body).toEqual({ code: 'STORE_UNAVAILABLE', refused: 'STORE_UNAVAILABLE' });
    expect(await listed('una')).toEqual([]);
  });

  it('lets its own person not sign in anew either under the old id', async () => {
    const { browser, id } = await signedIn('tom');
    const before = await listed('tom');
    meanwhile = () => {
      isDown = true;
    };
    const { body } = await browser.get('/again/1/tom?sid=s2');
    expect(body).toEqual({ code: 'STORE_UNAVAILABLE', refused: 'STORE_UNAVAILABLE' });
    expect((await browser.get('/')).body).toEqual({ cookie: expect.anything(), userId: 'tom', id });
    expect(await listed('tom')).toEqual(before);
  });
});

describe('a first save that is under way', () => {
  it.each(['destroy', 'regenerate'])('is not overtaken by %s: the id opens nothing afterwards', async (then) => {
    const { body } = await new Browser(app).get(`/first-save/${then}`);
    expect(body.errors).toEqual([null, null]);
    expect(await new Promise((resolve) => app.store.get(body.id, (...told) => resolve(told)))).toEqual([null, null]);
  });
});

describe('a save whose answer is lost', () => {
  it('by which it has become another person’s is followed by one that counts', async () => {
    const { browser } = await signedIn('wanda');
    const { body } = await browser.get('/becomes/will');
    expect(body.codes).toEqual(['STORE_UNAVAILABLE', null]);
    expect((await browser.get('/')).body).toMatchObject({ userId: 'will', cart: 1 });
    expect([await listed('wanda'), await listed('will')]).toMatchObject([[], [{ kind: 'web' }]]);
  });

  it('by which its person has signed in anew is followed by one that counts', async () => {
    const { browser } = await signedIn('wes');
    const { body } = await browser.get('/becomes/wes?sid=s2');
    expect(body.codes).toEqual(['STORE_UNAVAILABLE', null]);
    expect((await browser.get('/')).body).toMatchObject({ userId: 'wes', sid: 's2', cart: 1 });
    expect(await listed('wes')).toMatchObject([{ sidHash: expect.any(String) }]);
  });

  it.each([
    ['of a change', { kept: 1, key: 'old' }, { kept: 1, key: 'new' }],
    ['of a new key', { kept: 1 }, { kept: 1, key: 'new' }],
    ['of a removal', { kept: 1, key: 'old' }, { kept: 1 }],
  ])('%s is undone by the next one, which has the old value', async (what, old, changed) => {
    const { store } = app;
    const sid = `lost ${what}`;
    const cookie = { originalMaxAge: null };
    await done((told) => store.set(sid, { cookie, ...old } as never, told));
    const held = await new Promise<object>((resolve) => store.get(sid, (_error, found) => resolve(found as object)));
    const become = (data: object) => {
      Reflect.deleteProperty(held, 'key');
      return Object.assign(held, data) as never;
    };
    after = () => Promise.reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
    expect(await done((told) => store.set(sid, become(changed), told))).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await done((told) => store.set(sid, become(old), told))).toBeNull();
    const left = await new Promise((resolve) => store.get(sid, (_error, found) => resolve(found)));
    expect(left).toEqual({ cookie: expect.anything(), ...old });
    // What it has overwritten is its own.
    expect(fixture.counted).not.toContain('SessionKeyConflict');
  });
});
