import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { builtInIssuers } from '../environments/local-issuers.ts';
import { fakeDist, synthesized } from '../testing/synthesized.ts';
import { ENVIRONMENTS, synthesizeEnvironment, synthesizeLocal } from './synthesize.ts';

const dev = synthesized(ENVIRONMENTS.dev);
const prod = synthesized(ENVIRONMENTS.prod);

describe('the synthesized stack', () => {
  it('wants a Terraform that locks in S3, and a provider that knows nodejs24.x', () => {
    expect(dev.terraform).toMatchObject({
      required_version: '>= 1.10',
      required_providers: { aws: { source: 'hashicorp/aws', version: '>= 6.25.0, < 7.0.0' } },
    });
  });

  it('keeps its state in S3, locked and encrypted, or beside itself', () => {
    expect(dev.terraform.backend).toEqual({ local: { path: 'terraform.tfstate' } });
    expect(prod.terraform.backend).toEqual({
      s3: {
        bucket: 'example-cloakroom-state-prod',
        key: 'cloakroom/prod/terraform.tfstate',
        region: 'eu-central-1',
        encrypt: true,
        use_lockfile: true,
      },
    });
  });

  it('holds no path of the machine that wrote it', () => {
    expect(JSON.stringify(prod)).not.toContain(process.cwd());
    expect(JSON.stringify(prod)).not.toMatch(/"\/(home|root|tmp|Users|var)\//);
  });

  it('is the same every time', () => {
    expect(synthesized(ENVIRONMENTS.prod)).toEqual(prod);
    expect(JSON.stringify(synthesized(ENVIRONMENTS.prod))).toBe(JSON.stringify(prod));
  });

  it('tags everything with its environment', () => {
    expect(dev.provider.aws).toEqual([
      { region: 'eu-central-1', default_tags: [{ tags: { application: 'cloakroom', environment: 'dev' } }] },
    ]);
  });
});

describe('synthesizing to a folder', () => {
  it('writes cdk.tf.json there, for an environment or for this machine', () => {
    const distDir = fakeDist();
    const file = synthesizeEnvironment('staging', { outDir: join(distDir, 'a/staging'), distDir });
    expect(file).toBe(join(distDir, 'a/staging/cdk.tf.json'));
    expect(readFileSync(file, 'utf8')).toContain('"../../authorizer.zip"');
    const issuers = builtInIssuers('http://localhost:4002');
    const overlay = { issuers, api: 'http://127.0.0.1:4000', allowedOrigins: ['http://a.test'] };
    const local: unknown = JSON.parse(readFileSync(synthesizeLocal(overlay, { outDir: distDir, distDir }), 'utf8'));
    expect(local).toMatchObject({ output: { ApiUrl: { value: 'http://127.0.0.1:4000' } } });
  });

  it('leaves nothing else, neither there nor where it was called from', () => {
    const calledFrom = mkdtempSync(join(tmpdir(), 'cloakroom-synthesis-'));
    const outDir = join(calledFrom, 'stack');
    const before = process.cwd();
    process.chdir(calledFrom);
    try {
      synthesizeEnvironment('dev', { outDir, distDir: fakeDist() });
    } finally {
      process.chdir(before);
    }
    expect(readdirSync(calledFrom, { recursive: true }).sort()).toEqual(['stack', 'stack/cdk.tf.json']);
  });

  it('says which function is not built', () => {
    const distDir = fakeDist();
    rmSync(join(distDir, 'health.zip'));
    expect(() => synthesizeEnvironment('dev', { outDir: distDir, distDir })).toThrow(
      /health\.zip is missing: run scripts\/build first/,
    );
  });
});
