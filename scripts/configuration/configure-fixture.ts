import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readConfigureOptions } from './answers.ts';
import { type ConfigureTools, configure } from './configure.ts';

export const ROUTES = resolve(import.meta.dirname, '../../terraform/environments/dev/routes.ts');
/** Options that name a user pool, and another provider; a page that calls the API, and one where people sign in. */
export const POOL = ['--account', '111122223333', '--user-pool-id', 'eu-central-1_AbCdEfGhI', '--client-id', 'web'];
export const OTHER = [
  '--account',
  '111122223333',
  '--issuer',
  'https://id.shop.dev',
  '--client-id',
  'web',
  '--audience',
  'shop',
];
export const PAGE = ['--origin', 'https://app.shop.dev'];
export const SIGN_IN = [
  '--frontend',
  'https://app.shop.dev',
  '--domain',
  'api.shop.dev',
  '--hosted-zone-id',
  'Z0123456789',
];

/** Runs scripts/configure for `qa` in a folder of its own. */
export function createRun(): {
  readonly folder: string;
  /** What was said, and what was asked for: documents and answers. */
  readonly said: string[];
  readonly asked: string[];
  /** Returns the environment.ts that was written. */
  run(args: readonly string[], tools?: Partial<ConfigureTools>): Promise<string>;
} {
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-configure-'));
  const said: string[] = [];
  const asked: string[] = [];
  return {
    folder,
    said,
    asked,
    async run(args, tools = {}) {
      await configure(readConfigureOptions(['qa', ...args]), {
        folder,
        environments: {},
        routesTemplate: ROUTES,
        person: undefined,
        discover: async (issuer) => {
          asked.push(issuer);
          return { issuer, jwksUri: `${issuer}/keys`, algorithms: ['ES256', 'HS256'], hasSid: true };
        },
        say: (line) => said.push(line),
        ...tools,
      });
      return readFileSync(join(folder, 'qa/environment.ts'), 'utf8');
    },
  };
}
