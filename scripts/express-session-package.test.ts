import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestTable, testDynamoDb } from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type App, type Apps, packApps } from './express-session/app-fixture.ts';

let apps: Apps;
/** Of an app without a client of the SDK, of one with it, and of one that has nothing but the package. */
let plain: App;
let withClient: App;
let bare: App;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  const dynamodb = testDynamoDb();
  const table = await createTestTable(dynamodb, 'sessions');
  dynamodb.destroy();
  env = {
    TABLE: table,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: process.env.CLOAKROOM_TEST_DYNAMODB ?? '',
  };
  apps = packApps();
  const express = ['express', 'express-session', '@types/express', '@types/express-session'];
  plain = apps.create(express);
  withClient = apps.create([...express, '@aws-sdk/client-dynamodb']);
  bare = apps.create([]);
}, 60_000);
afterAll(() => apps.remove());

/** What is imported, as ES modules have it and as CommonJS does. */
type Imports = Readonly<Record<string, string>>;
const esm = (imports: Imports) =>
  Object.entries(imports)
    .map(([names, from]) => `import ${names} from '${from}';\n`)
    .join('');
const commonJs = (imports: Imports) =>
  Object.entries(imports)
    .map(([names, from]) => `const ${names} = require('${from}');\n`)
    .join('');
const KINDS: readonly [string, string, (imports: Imports) => string][] = [
  ['an ES module', 'app.mjs', esm],
  ['CommonJS', 'app.cjs', commonJs],
];

const LIBRARIES = {
  express: 'express',
  session: 'express-session',
  '{ CloakroomStore }': '@cloakroom/express-session',
};

/** Signs somebody in, reads it back at the next request, and ends. */
const signsIn = (options: string) => `
const store = new CloakroomStore({ table: process.env.TABLE, issuer: 'app-shop'${options} });
const app = express();
app.use(session({ store, secret: 'of the test', resave: false, saveUninitialized: false }));
app.post('/sign-in', (request, response, next) => {
  request.session.regenerate((failure) => {
    if (failure) return next(failure);
    request.session.userId = 'ada';
    request.session.save((error) => (error ? next(error) : response.sendStatus(204)));
  });
});
app.get('/', (request, response) => response.json({ userId: request.session.userId ?? null }));
const server = app.listen(0, '127.0.0.1', async () => {
  const url = 'http://127.0.0.1:' + server.address().port;
  const answer = await fetch(url + '/sign-in', { method: 'POST' });
  const cookie = answer.headers.getSetCookie()[0].split(';')[0];
  const [known, unknown] = [await fetch(url, { headers: { cookie } }), await fetch(url)];
  console.log(JSON.stringify([answer.status, await known.json(), await unknown.json()]));
  server.closeAllConnections();
  server.close();
});
`;
const SIGNED_IN = JSON.stringify([204, { userId: 'ada' }, { userId: null }]);

describe('the package of the store, packed and installed', () => {
  it('holds its code, its types, licences and a word about it, and needs one package', () => {
    const files = readdirSync(plain.installed, { recursive: true, encoding: 'utf8' }).map((name) =>
      name.replace(/^(dist\/[a-z-]+-)[A-Z\d]{8}\.cjs$/, '$1*.cjs'),
    );
    const others = files.filter((name) => !/^dist(?:\/[a-z-]+(?:-\*\.cjs|\.d\.cts))?$/.test(name));
    const code = ['fastify', 'index', 'koa'].flatMap((name) => [`${name}.cjs`, `${name}.d.ts`, `${name}.js`]);
    expect(others.toSorted()).toEqual(
      [
        'LICENSE',
        'README.md',
        'package.json',
        ...[...code, 'THIRD-PARTY-NOTICES.txt'].map((name) => `dist/${name}`),
      ].toSorted(),
    );
    const manifest = JSON.parse(readFileSync(join(plain.installed, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ name: '@cloakroom/express-session', license: 'MIT', sideEffects: false });
    expect(Object.keys(manifest.dependencies)).toEqual(['@aws-sdk/credential-provider-node']);
    expect(manifest.private).toBeUndefined();
    // Each library where it is used, and no older one than the page says.
    expect(manifest.peerDependencies).toMatchObject({ '@fastify/session': '>=11.1.3', 'koa-session': '>=7.0.0' });
    expect(Object.keys(manifest.peerDependenciesMeta)).toEqual(Object.keys(manifest.peerDependencies));
  });

  it('asks for nothing of ours that is not published, and for no AWS client before one is given', () => {
    const [code, types] = [/\.c?js$/, /\.d\.c?ts$/].map((kind) =>
      readdirSync(join(plain.installed, 'dist'))
        .filter((name) => kind.test(name))
        .map((name) => readFileSync(join(plain.installed, 'dist', name), 'utf8')),
    );
    const asked = (code ?? []).flatMap((text) =>
      [...text.matchAll(/\brequire\("([^."][^"]*)"\)/g)].map(([, name]) => name),
    );
    expect(new Set(asked.filter((name) => !name?.startsWith('node:')))).toEqual(
      new Set(['express-session', '@aws-sdk/client-dynamodb', '@aws-sdk/credential-provider-node']),
    );
    for (const text of types ?? []) expect(text).not.toContain('@cloakroom/');
  });

  it.each(KINDS)('keeps the sessions of an Express app that is %s', async (_, name, importing) => {
    expect((await plain.run(name, importing(LIBRARIES) + signsIn(''), env)).trim()).toBe(SIGNED_IN);
  });

  it.each(KINDS)('takes the client of an app that is %s', async (_, name, importing) => {
    const imports = { ...LIBRARIES, '{ DynamoDBClient }': '@aws-sdk/client-dynamodb' };
    const program = importing(imports) + signsIn(', client: new DynamoDBClient()');
    expect((await withClient.run(name, program, env)).trim()).toBe(SIGNED_IN);
  });

  it.each(KINDS)('is made without asking AWS, and loads no AWS client, in %s', async (_, name, importing) => {
    const program = `${importing({ '{ CloakroomStore }': '@cloakroom/express-session' })}
new CloakroomStore({ table: 't', issuer: 'app-shop' });
console.log(process.getActiveResourcesInfo().filter((name) => /TCP|FS/.test(name)).length);`;
    expect((await plain.run(name, program, { AWS_PROFILE: 'none', AWS_ENDPOINT_URL: 'nonsense' })).trim()).toBe('0');
  });

  it.each(KINDS)(
    'has entries for Fastify and Koa that do without express-session, in %s',
    async (_, name, importing) => {
      const imports = {
        '* as fastify': '@cloakroom/express-session/fastify',
        '* as koa': '@cloakroom/express-session/koa',
      };
      const names = importing(imports).replaceAll(/const \* as/g, 'const');
      const made = "({ table: 't', issuer: 'app-shop' })";
      const program = `${names}console.log(
  typeof new fastify.CloakroomStore${made}.plugin,
  typeof new koa.CloakroomStore${made}.get,
  fastify.CloakroomStoreError === koa.CloakroomStoreError,
);`;
      expect((await bare.run(name, program)).trim()).toBe('function function true');
    },
  );

  it('goes into the bundle of an app that has no client of the SDK', async () => {
    const bundled = await plain.bundle('bundled.mjs', esm(LIBRARIES) + signsIn(''));
    expect((await plain.run('bundled.cjs', bundled, env)).trim()).toBe(SIGNED_IN);
  });

  it('goes into the bundle of an app with its client', async () => {
    const imports = { ...LIBRARIES, '{ DynamoDBClient }': '@aws-sdk/client-dynamodb' };
    const program = esm(imports) + signsIn(', client: new DynamoDBClient()');
    const bundled = await withClient.bundle('bundled.mjs', program);
    // The client is in it, so it runs where there is none.
    expect((await plain.run('bundled.cjs', bundled, env)).trim()).toBe(SIGNED_IN);
  });

  it('is one set of classes for ES modules and CommonJS', async () => {
    const program = `import { createRequire } from 'node:module';
import * as esm from '@cloakroom/express-session';
const commonJs = createRequire(import.meta.url)('@cloakroom/express-session');
console.log(esm.CloakroomStore === commonJs.CloakroomStore, esm.CloakroomStoreError === commonJs.CloakroomStoreError);`;
    expect((await plain.run('both.mjs', program)).trim()).toBe('true true');
  });
});

const TYPED = `
import { CloakroomStore, CloakroomStoreError } from '@cloakroom/express-session';
import session from 'express-session';
declare module 'express-session' {
  interface SessionData {
    userId?: string;
  }
}
const store = new CloakroomStore({ table: 'sessions', issuer: 'app-shop', userOf: (kept) => kept.userId, maxBytes: 4096 });
const middleware = session({ store, secret: 'x', resave: false, saveUninitialized: false });
store.get('sid', (error: unknown, kept?: session.SessionData | null) => {
  if (error instanceof CloakroomStoreError && error.code === 'STORE_UNAVAILABLE') throw error;
  console.log(kept?.cookie.expires, middleware);
});
`;
const asCommonJs = (program: string) => program.replaceAll(/^import (\w+) from ('.*');/gm, 'import $1 = require($2);');

const WRONG = [
  "issuer: 'app-shop'",
  "table: 't'",
  "table: 't', issuer: 'app-shop', ttl: '1h'",
  "table: 't', issuer: 'app-shop', touchafter: 5",
  "table: 't', issuer: 'app-shop', limitPolicy: 'evict'",
  "table: 't', issuer: 'app-shop', client: {}",
];
/** One that compiles only where each of those does not. */
const REFUSED = `import { CloakroomStore } from '@cloakroom/express-session';
${WRONG.map((options) => `// @ts-expect-error\nnew CloakroomStore({ ${options} });\n`).join('')}`;
const WITH_CLIENT = `import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
${TYPED.replace("table: 'sessions'", "table: 'sessions', client: new DynamoDBClient()")}`;

describe('its types', () => {
  it('are enough for strict programs on Node, libraries checked too, and refuse wrong options', async () => {
    const programs = { 'typed.mts': TYPED, 'typed.cts': asCommonJs(TYPED), 'refused.mts': REFUSED };
    expect(await plain.problems(programs, ['--module', 'nodenext'])).toBe('');
  }, 60_000);

  it('are enough for Fastify and Koa where there is no express-session', async () => {
    const program = ['fastify', 'koa'].map(
      (entry) => `import { CloakroomStore as ${entry} } from '@cloakroom/express-session/${entry}';
new ${entry}({ table: 't', issuer: 'app-shop', userOf: ({ userId }) => (typeof userId === 'string' ? userId : null) });\n`,
    );
    expect(await bare.problems({ 'entries.mts': program.join('') }, ['--module', 'nodenext'])).toBe('');
  }, 60_000);

  it('are enough for bundlers too, and take the client of the SDK', async () => {
    const options = ['--module', 'esnext', '--moduleResolution', 'bundler', '--esModuleInterop'];
    expect(await withClient.problems({ 'bundled.ts': TYPED, 'client.ts': WITH_CLIENT }, options)).toBe('');
  }, 60_000);
});
