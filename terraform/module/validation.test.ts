import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parseEnvironment } from '../environments/environment.ts';
import { SHAPES } from '../testing/module-shapes.ts';
import { fakeDist } from '../testing/synthesized.ts';
import { moduleFiles } from './module-files.ts';

const { TF_CLI_CONFIG_FILE: _, ...inherited } = process.env;
const env = { ...inherited, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_INPUT: '0' };
const isInstalled = spawnSync('terraform', ['version'], { env }).status === 0;
const itWithTerraform = isInstalled ? it : it.skip;

const folder = mkdtempSync(join(tmpdir(), 'cloakroom-variables-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs Terraform on the variables of a module alone: they need no provider. */
function terraform(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('terraform', [...args, '-no-color'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  // Terraform breaks lines where they become too long.
  return { status, told: (stdout + stderr).replaceAll(/[│\s]+/g, ' ') };
}

function write(name: keyof typeof SHAPES, values: object): void {
  const { 'variables.tf.json': variables = '' } = moduleFiles(parseEnvironment(SHAPES[name]), { distDir: fakeDist() });
  writeFileSync(join(folder, 'variables.tf.json'), variables);
  writeFileSync(join(folder, 'terraform.tfvars.json'), JSON.stringify(values));
}

const ISSUER = {
  alias: 'main',
  issuer: 'https://id.example.com',
  jwksUri: 'https://id.example.com/keys',
  profile: 'rfc9068',
  algorithms: ['RS256'],
  clientIds: ['app'],
  audiences: ['api'],
  loginClaim: 'sid',
};

/** What is compared with another variable is looked at when that one is right. */
const REFUSED: readonly (readonly [object, readonly string[]])[] = [
  [
    {
      app: 'Shop',
      allowed_origins: ['https://*.example.com'],
      log_retention_days: 8,
      sessions_max_per_user: 1.5,
      throttle_burst: 0,
    },
    [
      'app must be 2 to 20 of a-z, 0-9 and -, and begin with a letter.',
      'allowed_origins must be exact origins, such as https://app.example.com',
      'log_retention_days must be one of 1, 3, 5',
      'sessions_max_per_user must be a whole number from 1.',
      'throttle_burst must be a whole number from 1.',
    ],
  ],
  [{ allowed_origins: ['http://app.example.com'] }, ['allowed_origins must be exact origins']],
  [{ allowed_origins: ['https://app.example.com/'] }, ['allowed_origins must be exact origins']],
  [{ allowed_origins: ['https://localhost'] }, ['allowed_origins must be exact origins']],
  [{ allowed_origins: [] }, ['allowed_origins must be a list of at least one origin.']],
  [{ issuers: [] }, ['issuers must be a list of at least one issuer.']],
  [
    { issuers: [{ alias: 'main' }] },
    ['issuers must be a list of objects that each have alias, issuer', 'each issuer and jwksUri is https'],
  ],
  [{ issuers: [{ ...ISSUER, browser: {} }] }, ['issuers must be a list of objects with no other field than alias']],
  [{ issuers: [ISSUER, ISSUER] }, ['no alias and no issuer stands twice']],
  [{ issuers: [{ ...ISSUER, issuer: 'http://id.example.com' }] }, ['each issuer and jwksUri is https']],
  [{ issuers: [{ ...ISSUER, jwksUri: 'https://localhost/keys' }] }, ['each issuer and jwksUri is https']],
  [{ issuers: [{ ...ISSUER, audiences: [] }] }, ['each has audiences, but those of profile cognito']],
  [{ issuers: many(20) }, ['bytes as JSON, together with allowed_origins: a Lambda function takes 4 KB of variables']],
  [
    { sessions_bearer_idle_seconds: 600, sessions_touch_interval_seconds: 300 },
    ['sessions_touch_interval_seconds must be at most a sixth of sessions_bearer_idle_seconds'],
  ],
];

function many(count: number): readonly object[] {
  return Array.from({ length: count }, (_, index) => ({
    ...ISSUER,
    alias: `tenant-${index}`,
    issuer: `https://tenant-${index}.example.com`,
  }));
}

describe('the variables of a module', () => {
  for (const name of Object.keys(SHAPES)) {
    itWithTerraform(`are accepted by Terraform with their defaults: ${name}`, () => {
      write(name as keyof typeof SHAPES, {});
      expect(terraform('plan')).toMatchObject({ status: 0 });
    });
  }

  itWithTerraform('take as many issuers as are told', () => {
    write('dev', { issuers: many(7), allowed_origins: ['capacitor://localhost', 'https://app.example.com:8443'] });
    expect(terraform('plan')).toMatchObject({ status: 0 });
  });

  itWithTerraform.each(REFUSED)('are refused with what is wanted: %#', (values, messages) => {
    write('dev', values);
    const { status, told } = terraform('plan');
    expect(status).toBe(1);
    for (const message of messages) expect(told).toContain(message);
    expect(told.match(/Invalid value for variable/g)).toHaveLength(messages.length);
  });
});
