import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { freePort } from '../base/ports.ts';
import { startKeycloak } from './start-keycloak.ts';

const API = 'http://127.0.0.1:3000';
const nothingInstalled = () => mkdtempSync(join(tmpdir(), 'cloakroom-keycloak-'));

it('a Keycloak that does not start is reported with what it said', async () => {
  const starting = startKeycloak({ home: nothingInstalled(), port: await freePort(), api: API, say: () => undefined });
  await expect(starting).rejects.toThrow(/Keycloak did not start \(is Java 17 installed\?\):\n.*QuarkusEntryPoint/s);
});

it('a start that is no longer wanted is given up', async () => {
  // Something that answers, but never as Keycloak does.
  const silent = createServer((_, response) => response.writeHead(503).end());
  const port = await freePort();
  await new Promise<void>((resolve) => silent.listen(port, '127.0.0.1', resolve));
  const abort = new AbortController();
  const starting = startKeycloak({
    home: nothingInstalled(),
    port,
    api: API,
    say: () => undefined,
    signal: abort.signal,
  });
  abort.abort();
  await expect(starting).rejects.toThrow('aborted');
  silent.closeAllConnections();
  silent.close();
});
