import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ColdStartWorld, startColdStartWorld } from '../../bench/cold-starts/cold-start.ts';
import { plainStart } from '../../bench/cold-starts/plain-start.ts';
import { buildFunctions } from '../build.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const NAMES = readdirSync(join(ROOT, 'functions'));
/** Kept from run to run: what has not changed is not built again. */
const BUNDLES = join(ROOT, '.local/test-bundles');
const folder = mkdtempSync(join(tmpdir(), 'cloakroom-cold-start-'));
let world: ColdStartWorld;
beforeAll(async () => {
  await buildFunctions(BUNDLES);
  world = await startColdStartWorld(folder);
});
afterAll(() => {
  world.stop();
  rmSync(folder, { recursive: true });
});

function start(name: string, env = world.env) {
  const request = world.requests[name];
  if (request === undefined) throw new Error(`there is no request of ${name}`);
  return plainStart({ bundle: join(BUNDLES, name, 'index.mjs'), request, env });
}

describe('a bundle that has started and answered its first request', () => {
  it.each(NAMES)('has loaded no undici and no zlib: %s', async (name) => {
    const { builtins } = await start(name);
    expect(builtins).toContain('NativeModule https');
    expect(builtins.filter((module) => /undici|zlib|http2|child_process|worker_threads/.test(module))).toEqual([]);
  });
});

describe('a bundle without credentials in its environment', () => {
  it.each(['authorizer', 'list-events'])('finds them where a container has them: %s', async (name) => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      response.end(JSON.stringify({ AccessKeyId: 'AKID', SecretAccessKey: 'secret', Token: 'token', Expiration }));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, AWS_SESSION_TOKEN: ___, ...env } = world.env;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await start(name, { ...env, AWS_CONTAINER_CREDENTIALS_FULL_URI: url });
    server.close();
    expect(asked).toBe(1);
  });
});
