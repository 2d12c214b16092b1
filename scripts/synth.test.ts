import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { zipFiles } from '@cloakroom/terraform/zip-files';
import { afterAll, describe, expect, it } from '@jest/globals';
import { unzipSync } from 'fflate';

const ROOT = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'cloakroom-synth-'));
for (const name of readdirSync(join(ROOT, 'functions'))) {
  writeFileSync(join(folder, `${name}.zip`), zipFiles({ 'index.mjs': Buffer.from(name) }));
}
afterAll(() => rmSync(folder, { recursive: true }));

function synth(...args: readonly string[]) {
  const script = join(ROOT, 'scripts/synth.ts');
  return spawnSync(process.execPath, [script, ...args, '--dist', folder], { encoding: 'utf8' });
}

/** What the authorizer of a synthesized stack is told about issuers. */
function issuersIn(stackFolder: string): string {
  const { 'issuers.json': issuers } = unzipSync(readFileSync(join(stackFolder, 'functions/authorizer.zip')));
  return Buffer.from(issuers ?? []).toString();
}

describe('scripts/synth', () => {
  it('writes an environment, and says where', () => {
    const { status, stdout, stderr } = synth('prod', '--out', join(folder, 'prod'));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('prod/cdk.tf.json');
    expect(readFileSync(join(folder, 'prod/cdk.tf.json'), 'utf8')).toContain('cloakroom-prod-sessions');
  });

  it('writes the local stack with the ports it is given', () => {
    const urls = ['--provider-url', 'http://localhost:4002', '--api-url', 'http://127.0.0.1:4000'];
    const { status } = synth('local', '--out', folder, ...urls, '--origin', 'http://localhost:5173');
    expect(status).toBe(0);
    const text = readFileSync(join(folder, 'cdk.tf.json'), 'utf8');
    for (const url of ['http://127.0.0.1:4000', 'http://localhost:5173']) expect(text).toContain(url);
    expect(issuersIn(folder)).toContain('http://localhost:4002/jwks');
  });

  it('writes the issuers of a Keycloak on this machine', () => {
    const { status } = synth(
      'local',
      '--out',
      folder,
      '--provider',
      'keycloak',
      '--provider-url',
      'http://localhost:4003',
    );
    expect(status).toBe(0);
    const issuers = issuersIn(folder);
    for (const realm of ['cloakroom', 'partners']) expect(issuers).toContain(`http://localhost:4003/realms/${realm}`);
    expect(issuers).not.toContain('4003/jwks');
  });

  it('takes no issuers of an environment that are still examples, and says where to put others', () => {
    const { status, stderr } = synth('local', '--out', folder, '--issuers-of', 'staging');
    expect(status).toBe(1);
    expect(stderr).toContain('issuers.0.issuer is still an example');
    expect(stderr).toContain('terraform/environments/staging/environment.ts');
  });

  it.each([
    [['--provider', 'okta'], '--provider must be built-in or keycloak'],
    [['--origin', 'app'], '--origin must be an exact origin, such as http://127.0.0.1:5173, not app'],
    [['--provider', 'keycloak', '--issuers-of', 'dev'], '--provider and --issuers-of exclude each other'],
  ])('refuses %j', (options, problem) => {
    expect(synth('local', '--out', folder, ...options)).toMatchObject({ status: 1, stderr: `cloakroom: ${problem}\n` });
  });

  it('prints the addresses as they stand in the golden files', () => {
    const { stdout } = synth('dev', '--out', join(folder, 'dev'), '--addresses');
    expect(stdout).toBe(readFileSync(join(ROOT, 'terraform/golden/dev.txt'), 'utf8'));
  });

  it.each([[], ['dev', 'prod']])('shows its usage for %j', (...args) => {
    const { status, stderr } = synth(...args);
    expect(status).toBe(1);
    expect(stderr).toBe('cloakroom: usage: scripts/synth <environment>|local [--out DIR]\n');
  });

  it.each([['production'], ['toString'], ['local', '--issuers-of', 'toString']])(
    'names the environments for %j',
    (...args) => {
      const { status, stderr } = synth(...args);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^cloakroom: there is no environment \w+: there are dev, .*prod, .*staging/);
    },
  );
});
