import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { awsCliIsInstalled, runPage } from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { environmentForUsers, get, type SharedDev, sharedDev } from './dev.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** The command is not part of the product: where it is missing these tests are reported as skipped. */
const installed = awsCliIsInstalled();

let dev: SharedDev;
/** What the commands write stays out of the repository. */
const folder = mkdtempSync(join(tmpdir(), 'cloakroom-pages-'));
beforeAll(async () => {
  if (!installed) return;
  dev = await sharedDev();
  // What somebody who looks into a page has seen: alice could not get in.
  expect((await get(`${dev.api}/users/me/events`, await dev.token('alice'))).status).toBe(403);
});
afterAll(async () => {
  dev?.assertNoLogHasTokens();
  rmSync(folder, { recursive: true });
});

(installed ? describe : describe.skip)('every command that can be run here does what the page says', () => {
  it.each(['docs/troubleshooting.md', 'docs/checklist.md'])(
    '%s',
    async (page) => {
      const ports = (url: string) => new URL(url).port;
      const steps = await runPage(readFileSync(join(ROOT, page), 'utf8'), {
        cwd: folder,
        env: environmentForUsers(),
        replacements: {
          'http://127.0.0.1:3000': dev.api,
          'http://127.0.0.1:4566': dev.aws,
          'scripts/logs $PLACE': `${ROOT}/scripts/logs $PLACE --aws-port ${ports(dev.aws)}`,
          'scripts/token alice': `${ROOT}/scripts/token alice --idp-port ${ports(dev.provider)} --data-dir ${dev.dataDir}`,
        },
      });
      expect(steps.length).toBeGreaterThan(5);
    },
    300_000,
  );
});
