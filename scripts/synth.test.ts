import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'cloakroom-synth-'));
for (const name of readdirSync(join(ROOT, 'functions'))) writeFileSync(join(folder, `${name}.zip`), name);
afterAll(() => rmSync(folder, { recursive: true }));

function synth(...args: readonly string[]) {
  const script = join(ROOT, 'scripts/synth.ts');
  return spawnSync(process.execPath, [script, ...args, '--dist', folder], { encoding: 'utf8' });
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
    for (const url of ['http://localhost:4002/jwks', 'http://127.0.0.1:4000', 'http://localhost:5173']) {
      expect(text).toContain(url);
    }
  });

  it('prints the addresses as they stand in the golden files', () => {
    const { stdout } = synth('dev', '--out', join(folder, 'dev'), '--addresses');
    expect(stdout).toBe(readFileSync(join(ROOT, 'terraform/golden/dev.txt'), 'utf8'));
  });

  it.each([[], ['production'], ['dev', 'prod'], ['toString']])('shows its usage for %j', (...args) => {
    const { status, stderr } = synth(...args);
    expect(status).toBe(1);
    expect(stderr).toBe('cloakroom: usage: scripts/synth dev|staging|prod|local [--out DIR]\n');
  });
});
