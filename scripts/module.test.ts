import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { zipFiles } from '@cloakroom/terraform/zip-files';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '..');
const page = readFileSync(join(ROOT, 'docs/terraform-module.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'cloakroom-module-'));
const dist = join(folder, 'dist');
const out = join(folder, 'module');
const config = join(folder, 'config.json');
writeZips('first');
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => rmSync(out, { recursive: true, force: true }));

function writeZips(text: string): void {
  mkdirSync(dist, { recursive: true });
  for (const name of readdirSync(join(ROOT, 'functions'))) {
    writeFileSync(join(dist, `${name}.zip`), zipFiles({ 'index.mjs': Buffer.from(name + text) }));
  }
}

function module(...args: readonly string[]) {
  const script = join(ROOT, 'scripts/module.ts');
  return spawnSync(process.execPath, [script, ...args, '--dist', dist], { encoding: 'utf8' });
}

const read = (name: string) => readFileSync(join(out, name), 'utf8');

describe('scripts/module', () => {
  it('writes a folder with the hashes of all that is in it, and says where', () => {
    const { status, stdout, stderr } = module('staging', '--out', out);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/module; its README\.md tells how to use it\n$/);
    expect(read('VERSION')).toMatch(/^cloakroom \d+\.\d+\.\d+\n$/);
    const sums = read('SHA256SUMS')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('  '));
    const listed = sums.map(([, path = '']) => path);
    const hashes = listed.map((path) =>
      createHash('sha256')
        .update(readFileSync(join(out, path)))
        .digest('hex'),
    );
    expect(hashes).toEqual(sums.map(([hash]) => hash));
    const written = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((path) => path !== 'bundles');
    expect(written.toSorted()).toEqual([...listed, 'SHA256SUMS'].toSorted());
  });

  it('replaces what it wrote before, with what was in it', () => {
    module('prod', '--out', out);
    const before = read('SHA256SUMS');
    module('prod', '--out', out);
    expect(read('SHA256SUMS')).toBe(before);
    writeZips('second');
    writeFileSync(config, JSON.stringify({ name: 'staging' }));
    expect(module('prod', '--out', out, '--config', config).status).toBe(0);
    expect(read('SHA256SUMS')).not.toBe(before);
    expect(JSON.parse(read('variables.tf.json'))).toMatchObject({ variable: { name: { default: 'staging' } } });
  });

  it.each(['notes.txt', 'SHA256SUMS'])('refuses a folder with %s of somebody else, and leaves it alone', (name) => {
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, name), `${'0'.repeat(64)}  ../VERSION\n`);
    const { status, stderr } = module('dev', '--out', out);
    expect(status).toBe(1);
    expect(stderr).toContain('module is not empty, and holds no module that was written here: name another folder');
    expect(readdirSync(out)).toEqual([name]);
  });

  it('takes fields of the environment from a file, as the page has it', () => {
    const [, json = ''] = /^```json\n(.*?)^```/ms.exec(page) ?? [];
    writeFileSync(config, json);
    expect(module('prod', '--out', out, '--config', config)).toMatchObject({ status: 0, stderr: '' });
    const { variable } = JSON.parse(read('variables.tf.json')) as { variable: Record<string, { default: unknown }> };
    expect(variable.issuers?.default).toEqual((JSON.parse(json) as { issuers: unknown }).issuers);
    expect(variable).not.toHaveProperty('network_cidr_block');
    expect(variable.log_retention_days?.default).toBe(365);
    expect(read('main.tf.json')).not.toMatch(/aws_vpc"|aws_kms_key\.logs/);
  });

  it.each([
    ['{', 'config.json is not JSON'],
    ['[]', 'config.json must hold a JSON object: fields of an environment'],
    ['{"origins":[]}', 'origins: is no field here'],
    ['{"sessions":{"maxPerUser":0}}', 'sessions.maxPerUser'],
    ['{"issuers":[]}', 'issuers: needs at least one issuer'],
  ])('refuses the file %s', (text, problem) => {
    writeFileSync(config, text);
    const { status, stderr } = module('prod', '--out', out, '--config', config);
    expect(status).toBe(1);
    expect(stderr).toContain(problem);
  });

  it.each([[], ['dev'], ['dev', 'prod', '--out', out]])('shows its usage for %j', (...args) => {
    const { status, stderr } = module(...args);
    expect(status).toBe(1);
    expect(stderr).toBe('cloakroom: usage: scripts/module <environment> --out DIR [--config FILE]\n');
  });

  it('makes none of an environment that there is not', () => {
    const { status, stderr } = module('local', '--out', out);
    expect(status).toBe(1);
    expect(stderr).toContain('there is no environment local: there are dev, ');
  });
});
