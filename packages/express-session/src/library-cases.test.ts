import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import type { SessionData, SessionOptions } from 'express-session';
import { Browser, type RunningApp, type StoreFixture, startApp, storeFixture } from './express-fixture.ts';
import type { CloakroomStore } from './index.ts';
import { userOf } from './table-fixture.ts';

let fixture: StoreFixture;
const apps: RunningApp[] = [];
let writes = 0;
beforeAll(async () => {
  fixture = await storeFixture();
});
afterEach(() => {
  fixture.counted.length = 0;
  fixture.lines.length = 0;
});
afterAll(() => Promise.all(apps.map(({ stop }) => stop())));

type StoreOptions = Parameters<StoreFixture['newStore']>[0];

/** A store whose writes are counted. */
function aStore(options: StoreOptions = {}): CloakroomStore {
  const send = (command: never) => {
    if (/Update|Transact/.test((command as object).constructor.name)) writes += 1;
    return fixture.client.send(command);
  };
  return fixture.newStore({ client: { send }, ...options });
}

async function start(session: Partial<SessionOptions> = {}, store: StoreOptions | CloakroomStore = {}) {
  const of = 'createSession' in store ? (store as CloakroomStore) : aStore(store as StoreOptions);
  const app = await startApp({ store: of, session, routes });
  apps.push(app);
  return app;
}

function routes(server: Express): void {
  server.set('trust proxy', 1);
  server.get('/set/:key', (request, response) => {
    request.session[request.params.key] = true;
    response.json({ id: request.sessionID });
  });
  server.get('/save', (request, response) => {
    request.session.saved = true;
    request.session.save();
    response.json({ id: request.sessionID });
  });
  server.get('/user/:name', (request, response, next) => {
    request.session.userId = request.params.name === 'nobody' ? undefined : request.params.name;
    request.session.save((error) => (error ? next(error) : response.json({ id: request.sessionID })));
  });
  server.get('/remember/:ms', (request, response) => {
    request.session.cookie.maxAge = Number(request.params.ms);
    response.json({});
  });
  server.get('/expires/:ms', (request, response) => {
    request.session.timed = true;
    request.session.cookie.expires = new Date(Date.now() + Number(request.params.ms));
    response.json({});
  });
  server.get('/unset', (request, response) => {
    delete (request as { session?: unknown }).session;
    response.json({});
  });
  server.get('/', (request, response) => {
    response.json({ ...request.session, id: request.sessionID });
  });
}

/** A method of a store that calls back, as a promise. */
function asked<T>(begin: (callback: (error: unknown, value?: T) => void) => void): Promise<T | undefined> {
  return new Promise((resolve, reject) => begin((error, value) => (error ? reject(error) : resolve(value))));
}

const got = (store: CloakroomStore, sid: string) => asked<SessionData | null>((told) => store.get(sid, told));

const house = () => fixture.house;
const listed = (sub: string) => fixture.listed(sub);
const home = async (browser: Browser) => (await browser.get('/')).body;

async function written(work: () => Promise<unknown>): Promise<number> {
  const before = writes;
  await work();
  return writes - before;
}

describe('with each setting of express-session', () => {
  it('saves without a callback', async () => {
    const browser = new Browser(await start());
    const { body } = await browser.get('/save');
    let found = await home(browser);
    // The answer does not wait for the save.
    while (found.saved === undefined) found = await home(browser);
    expect(found).toMatchObject({ saved: true, id: body.id });
  });

  it('rolling: each answer sets the cookie; otherwise that which made or changed it', async () => {
    const cookie = { maxAge: 60_000 };
    const rolling = new Browser(await start({ rolling: true, cookie }));
    await rolling.get('/set/a');
    expect((await rolling.get('/')).set).toHaveLength(1);
    const still = new Browser(await start({ cookie }));
    await still.get('/set/a');
    expect((await still.get('/')).set).toEqual([]);
  });

  it('resave: each request goes on with a session that has not changed, and writes none of it', async () => {
    const browser = new Browser(await start({ resave: true }, { touchAfter: 300 }));
    await browser.get('/set/a');
    expect(await written(() => browser.get('/'))).toBe(0);
    expect(await home(browser)).toMatchObject({ a: true });
  });

  it('saveUninitialized: an empty session is kept', async () => {
    const browser = new Browser(await start({ saveUninitialized: true }));
    const { id } = await home(browser);
    expect((await home(browser)).id).toBe(id);
    expect(fixture.counted).toEqual(['AnonymousSessionCreated']);
  });

  it('unset: a session that was taken off the request is destroyed, or kept', async () => {
    const destroying = new Browser(await start({ unset: 'destroy' }));
    await destroying.get('/user/ute');
    await destroying.get('/unset');
    expect(await listed('ute')).toEqual([]);
    const keeping = new Browser(await start({ unset: 'keep' }));
    await keeping.get('/user/uma');
    await keeping.get('/unset');
    expect(await home(keeping)).toMatchObject({ userId: 'uma' });
  });

  it('secure: a cookie is set where the proxy says https alone', async () => {
    const app = await start({ cookie: { secure: true } });
    expect((await new Browser(app).get('/set/a')).set).toEqual([]);
    const { set } = await new Browser(app).get('/set/a', { 'x-forwarded-proto': 'https' });
    expect(set).toEqual([expect.stringContaining('; Secure')]);
  });

  it.each(['%', '/foo', '__proto__', 'ü'])('genid: the id may be %j', async (sid) => {
    const browser = new Browser(await start({ genid: () => sid }));
    await browser.get('/set/a');
    expect(await home(browser)).toMatchObject({ a: true, id: sid });
  });

  it('secret: a cookie that an old one has signed is good', async () => {
    const store = aStore();
    const before = new Browser(await start({ secret: ['old'] }, store));
    const { body } = await before.get('/set/a');
    const app = await start({ secret: ['new', 'old'] }, store);
    const answer = await fetch(`${app.url}/`, { headers: { cookie: await before.cookie() } });
    expect(await answer.json()).toMatchObject({ id: body.id, a: true });
  });

  it('prefix: two stores over one table have nothing of each other', async () => {
    const [one, two] = [await start({}, { prefix: 'one:' }), await start({}, { prefix: 'two:' })];
    const browser = new Browser(one);
    const { body } = await browser.get('/set/a');
    expect(await got(one.store, body.id)).toMatchObject({ a: true });
    expect(await got(two.store, body.id)).toBeNull();
  });
});

describe('the time of a session', () => {
  it('is over with a cookie of 5 ms', async () => {
    const app = await start({ cookie: { maxAge: 5 } });
    const { body } = await new Browser(app).get('/set/a');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await got(app.store, body.id)).toBeNull();
  });

  it('is that of a date', async () => {
    const browser = new Browser(await start());
    await browser.get('/expires/60000');
    const { cookie, timed } = await home(browser);
    expect(timed).toBe(true);
    expect(Date.parse(cookie.expires) - Date.now()).toBeGreaterThan(50_000);
  });

  it('is longer from the request on that changes its cookie alone ("remember me")', async () => {
    const app = await start({ cookie: { maxAge: 60_000 } });
    const browser = new Browser(app);
    const { body } = await browser.get('/set/a');
    await browser.get('/remember/86400000');
    const found = await got(app.store, body.id);
    expect(found?.cookie.originalMaxAge).toBe(86_400_000);
    expect(Date.parse(String(found?.cookie.expires)) - Date.now()).toBeGreaterThan(86_000_000);
  });

  it('is the ttl of a cookie that ends with the browser, and the absolute one at most', async () => {
    const app = await start({}, { ttl: 1000, absoluteTtl: 1 });
    const { body } = await new Browser(app).get('/set/a');
    await new Promise((resolve) => setTimeout(resolve, 1010));
    expect(await got(app.store, body.id)).toBeNull();
  });

  it('is written by each use with touchAfter 0, and by none within the default', async () => {
    for (const [touchAfter, expected] of [
      [0, 2],
      [300, 0],
    ] as const) {
      const browser = new Browser(await start({ cookie: { maxAge: 3_600_000 } }, { touchAfter }));
      await browser.get('/user/tara');
      await new Promise((resolve) => setTimeout(resolve, 5));
      // The person's entry, and the session.
      expect(await written(() => browser.get('/'))).toBe(expected);
    }
  });
});

describe('requests at once', () => {
  it('keep what each of 50 has put into a session', async () => {
    const browser = new Browser(await start());
    await browser.get('/set/first');
    const keys = Array.from({ length: 50 }, (_, at) => `key${at}`);
    await Promise.all(keys.map((key) => browser.get(`/set/${key}`)));
    expect(await home(browser)).toMatchObject(Object.fromEntries(['first', ...keys].map((key) => [key, true])));
    expect(fixture.counted).toEqual(['AnonymousSessionCreated']);
  });

  it('that change one key are counted', async () => {
    const { store } = await start();
    const cookie = { originalMaxAge: null };
    await asked((told) => store.set('twice', { cookie, n: 0 } as never, told));
    const held = await Promise.all([1, 2].map(() => got(store, 'twice')));
    for (const [at, each] of held.entries()) {
      await asked((told) => store.set('twice', Object.assign(each as never, { n: at + 1 }), told));
    }
    expect(await got(store, 'twice')).toMatchObject({ n: 2 });
    expect(fixture.counted.filter((name) => name === 'SessionKeyConflict')).toHaveLength(1);
  });
});

describe('whose a session is', () => {
  it('is told once as a warning where somebody signs in under an id that was there', async () => {
    const app = await start();
    for (const name of ['wim', 'wanda']) {
      const browser = new Browser(app);
      const { body } = await browser.get('/set/cart');
      expect((await browser.get(`/user/${name}`)).body.id).toBe(body.id);
      expect(await listed(name)).toHaveLength(1);
    }
    expect(fixture.counted.filter((name) => name === 'SessionAdopted')).toHaveLength(2);
    expect(fixture.lines).toEqual([expect.objectContaining({ code: 'web.session.adopted' })]);
  });

  it('is the next one’s, or nobody’s, and the former one’s list has none', async () => {
    const browser = new Browser(await start());
    await browser.get('/user/xena');
    await browser.get('/user/yuri');
    expect([await listed('xena'), (await listed('yuri')).length]).toEqual([[], 1]);
    await browser.get('/user/nobody');
    expect(await listed('yuri')).toEqual([]);
    expect((await browser.get('/')).status).toBe(200);
  });

  it('is limited: the oldest goes, or the next one is refused', async () => {
    const evicting = await start({}, { maxSessionsPerUser: 1 });
    const [first, second] = [new Browser(evicting), new Browser(evicting)];
    for (const browser of [first, second]) await browser.get('/user/zoe');
    expect([await home(first), await home(second)]).toEqual([
      expect.not.objectContaining({ userId: 'zoe' }),
      expect.objectContaining({ userId: 'zoe' }),
    ]);
    const denying = await start({}, { maxSessionsPerUser: 1, limitPolicy: 'deny' });
    expect(await new Browser(denying).get('/user/zoe')).toMatchObject({ status: 500, body: { code: 'SESSION_LIMIT' } });
  });

  it('is nobody’s where the provider’s session has been ended', async () => {
    const sidOf = () => ({ iss: 'https://id.example', sid: 'p1' });
    const app = await start({}, { sidOf });
    await new Browser(app).get('/user/vera');
    const [session] = await listed('vera');
    await house().revoke({ user: userOf('vera'), id: session?.id ?? '' });
    expect(await new Browser(app).get('/user/vera')).toMatchObject({ status: 500, body: { code: 'LOGIN_ENDED' } });
    expect(await listed('vera')).toEqual([]);
  });
});

describe('a store without a request', () => {
  it('loads a session that can be saved', async () => {
    const app = await start();
    const browser = new Browser(app);
    const { body } = await browser.get('/user/lena');
    const loaded = await asked((told) => app.store.load(body.id, told as never));
    Object.assign(loaded as never, { seen: 1 });
    await asked((told) => (loaded as unknown as { save(told: unknown): void }).save(told));
    expect(await home(browser)).toMatchObject({ userId: 'lena', seen: 1 });
  });

  it('copies a session to another id, and the first goes on being known', async () => {
    const { store } = await start();
    await asked((told) => store.set('first', { cookie: { originalMaxAge: null }, a: 1, b: 1 } as never, told));
    const [held, other] = await Promise.all([1, 2].map(() => got(store, 'first')));
    await asked((told) => store.set('second', held as never, told));
    await asked((told) => store.set('first', Object.assign(other as never, { b: 2 }), told));
    await asked((told) => store.set('first', Object.assign(held as never, { a: 2 }), told));
    expect(await got(store, 'first')).toMatchObject({ a: 2, b: 2 });
    expect(await got(store, 'second')).toMatchObject({ a: 1, b: 1 });
  });

  it.each([null, undefined, 'text'])('is told that %j is no session', async (value) => {
    const { store } = await start();
    for (const method of ['set', 'touch'] as const) {
      await expect(asked((told) => store[method]('sid', value as never, told))).rejects.toMatchObject({
        code: 'SESSION_NOT_JSON',
      });
    }
  });

  it('keeps the objects of express-openid-connect, and counts one session for many saves', async () => {
    const { store } = await start();
    const saved = (ms: number, data: object) => {
      const expires = Date.now() + ms;
      const object = { header: { iat: 1 }, data, cookie: { expires, maxAge: ms } };
      return asked((told) => store.set('oidc', object as never, told));
    };
    await saved(60_000, { state: 1, nonce: 2 });
    // As docs/express.md says: one that is refused, and its own.
    expect(await written(() => saved(120_000, { state: 3 }))).toBe(2);
    const found = await got(store, 'oidc');
    expect(found).toMatchObject({ header: { iat: 1 }, data: { state: 3 } });
    expect(found?.data).not.toHaveProperty('nonce');
    expect(Date.parse(String(found?.cookie.expires)) - Date.now()).toBeGreaterThan(110_000);
    expect(fixture.counted).toEqual(['AnonymousSessionCreated']);
    await asked((told) => store.destroy('oidc', told));
    await saved(60_000, { late: 1 });
    expect(await got(store, 'oidc')).toBeNull();
  });

  it('counts, reads and ends all, where scanLimit allows it, and page by page without', async () => {
    const many = await start({}, { prefix: 'many:', scanLimit: 2 });
    for (const key of ['a', 'b']) await new Browser(many).get(`/set/${key}`);
    expect(await asked((told) => many.store.length(told))).toBe(2);
    expect(
      (await asked<SessionData[]>((told) => many.store.all(told)))?.map((each) => Object.keys(each).sort()).sort(),
    ).toEqual([
      ['a', 'cookie'],
      ['b', 'cookie'],
    ]);
    await new Browser(many).get('/set/c');
    await expect(asked((told) => many.store.length(told))).rejects.toMatchObject({ code: 'SCAN_LIMIT' });
    const off = aStore({ prefix: 'many:' });
    for (const method of ['all', 'length', 'clear'] as const) {
      await expect(asked<unknown>((told) => off[method](told as never))).rejects.toMatchObject({ code: 'SCAN_OFF' });
    }
    const found = [];
    for await (const page of off.pages()) found.push(...page);
    expect(found).toHaveLength(3);
    await asked((told) => aStore({ prefix: 'many:', scanLimit: 9 }).clear(told));
    expect(await asked((told) => aStore({ prefix: 'many:', scanLimit: 9 }).length(told))).toBe(0);
  });
});
