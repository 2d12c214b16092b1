import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { unzipSync } from 'fflate';
import { ENVIRONMENTS } from '../environments/index.ts';
import { builtInIssuers } from '../environments/local-issuers.ts';
import { fakeDist, resource, resources, synthesized } from '../testing/synthesized.ts';
import { synthesize, synthesizeEnvironment, synthesizeLocal } from './synthesize.ts';

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

  it('needs no Terraform', () => {
    const program = [
      "const { ENVIRONMENTS } = await import('./terraform/environments/index.ts');",
      "const { synthesized } = await import('./terraform/testing/synthesized.ts');",
      'process.stdout.write(JSON.stringify(synthesized(ENVIRONMENTS.prod)));',
    ].join('\n');
    const env = { ...process.env, PATH: '' };
    const text = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { env, encoding: 'utf8' });
    expect(JSON.parse(text)).toEqual(prod);
  });

  it('tags everything with its environment', () => {
    expect(dev.provider.aws).toEqual([
      { region: 'eu-central-1', default_tags: [{ tags: { application: 'cloakroom', environment: 'dev' } }] },
    ]);
  });
});

/** The functions that are told who the issuers are, and so have a zip of their own in each environment. */
const PACKAGED = ['authorizer', 'create-session', 'list-events', 'refresh-keys', 'sessions-api', 'user-data'];

describe('the zips of functions', () => {
  const distDir = fakeDist();
  const zipOf = (name: string) => readFileSync(join(distDir, `a/functions/${name}.zip`));
  const [issuer] = ENVIRONMENTS.dev.issuers;
  const tenants = Array.from({ length: 200 }, (_, index) => ({
    ...issuer,
    alias: `tenant-${index}`,
    issuer: `https://tenant-${index}.example.com`,
    jwksUri: `https://tenant-${index}.example.com/jwks`,
  }));
  const stackOf = (issuers: unknown) =>
    synthesize({ ...ENVIRONMENTS.dev, issuers }, { outDir: join(distDir, 'a'), distDir, deployable: true });

  it('hold the issuers of the environment beside the code: two hundred, and they are in no variable', () => {
    const document = stackOf(tenants);
    for (const name of PACKAGED) {
      const { 'index.mjs': code, 'issuers.json': issuers } = unzipSync(zipOf(name));
      expect(Buffer.from(code ?? []).toString()).toBe(name);
      expect(JSON.parse(Buffer.from(issuers ?? []).toString())).toEqual(tenants);
      const lambda = resource(document, 'aws_lambda_function', name.replace('-', '_'));
      const sha256 = createHash('sha256').update(zipOf(name)).digest('base64');
      expect(lambda).toMatchObject({ filename: `functions/${name}.zip`, source_code_hash: sha256 });
    }
    expect(JSON.stringify(document)).not.toContain('tenant-0');
  });

  it('are the same every time, and others for other issuers', () => {
    const hashes = (issuers: unknown) =>
      Object.values(resources(stackOf(issuers), 'aws_lambda_function')).map((lambda) => lambda.source_code_hash);
    const before = hashes([issuer]);
    expect(hashes([issuer])).toEqual(before);
    const changed = hashes(tenants).filter((hash, index) => hash !== before[index]);
    expect(changed).toHaveLength(PACKAGED.length);
  });
});

describe('synthesizing to a folder', () => {
  it('writes cdk.tf.json there, for an environment or for this machine', () => {
    const distDir = fakeDist();
    const file = synthesizeEnvironment('staging', { outDir: join(distDir, 'a/staging'), distDir });
    expect(file).toBe(join(distDir, 'a/staging/cdk.tf.json'));
    expect(readFileSync(file, 'utf8')).toContain('"../../health.zip"');
    expect(readFileSync(file, 'utf8')).toContain('"functions/authorizer.zip"');
    const [api, allowedOrigins] = ['http://127.0.0.1:4000', ['http://127.0.0.1:5173']];
    const overlay = { issuers: builtInIssuers('http://localhost:4002', allowedOrigins), api, allowedOrigins };
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
    const packages = PACKAGED.map((name) => `stack/functions/${name}.zip`);
    expect(readdirSync(calledFrom, { recursive: true }).sort()).toEqual(
      ['stack', 'stack/cdk.tf.json', 'stack/functions', ...packages].sort(),
    );
  });

  it('says which function is not built', () => {
    const distDir = fakeDist();
    rmSync(join(distDir, 'health.zip'));
    expect(() => synthesizeEnvironment('dev', { outDir: distDir, distDir })).toThrow(
      /health\.zip is missing: run scripts\/build first/,
    );
  });
});
