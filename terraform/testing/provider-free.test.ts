import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../environments/index.ts';
import { localEnvironment } from '../environments/local.ts';
import { builtInIssuers } from '../environments/local-issuers.ts';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { withDomain } from './domain-environment.ts';
import { EXAMPLES } from './examples.ts';
import { toProviderFree } from './provider-free.ts';
import { synthesized } from './synthesized.ts';

const { TF_CLI_CONFIG_FILE: _, ...inherited } = process.env;
const env = { ...inherited, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' };
const installed = spawnSync('terraform', ['version'], { env }).status === 0;
const itWithTerraform = installed ? it : it.skip;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

interface Outcome {
  readonly failed: string | undefined;
  readonly output: string;
}

/** Runs init, validate, graph and plan, up to the first that fails. */
function check(document: TerraformDocument): Outcome {
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-terraform-'));
  folders.push(folder);
  writeFileSync(join(folder, 'main.tf.json'), JSON.stringify(toProviderFree(document)));
  for (const args of [['init', '-input=false'], ['validate'], ['graph'], ['plan', '-input=false', '-lock=false']]) {
    const ran = spawnSync('terraform', [...args, ...(args[0] === 'graph' ? [] : ['-no-color'])], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    if (ran.status !== 0) return { failed: args[0], output: ran.stdout + ran.stderr };
  }
  return { failed: undefined, output: '' };
}

/** The stack with one argument of one resource replaced. */
function withArgument(document: TerraformDocument, address: string, change: Record<string, unknown>) {
  const [type = '', name = ''] = address.split('.');
  const named = document.resource[type] ?? {};
  return {
    ...document,
    resource: { ...document.resource, [type]: { ...named, [name]: { ...named[name], ...change } } },
  };
}

const local = localEnvironment({
  issuers: builtInIssuers('http://localhost:3002'),
  api: 'http://127.0.0.1:3000',
  allowedOrigins: ['http://127.0.0.1:3000'],
});
const domain = withDomain(ENVIRONMENTS.dev);
const dev = synthesized(ENVIRONMENTS.dev);

describe('Terraform itself, without a provider', () => {
  for (const [name, environment] of Object.entries({ ...EXAMPLES, domain, local })) {
    itWithTerraform(`accepts and plans ${name}`, () => {
      expect(check(synthesized(environment, { deployable: name !== 'local' }))).toEqual({
        failed: undefined,
        output: '',
      });
    });
  }

  itWithTerraform('refuses a reference to a resource that does not exist', () => {
    const role = { role: `\${aws_iam_role.nobody.arn}` };
    expect(check(withArgument(dev, 'aws_lambda_function.health', role))).toMatchObject({ failed: 'validate' });
  });

  itWithTerraform('refuses a reference to an attribute that does not exist', () => {
    const role = { role: `\${aws_iam_role.health.ern}` };
    const outcome = check(withArgument(dev, 'aws_lambda_function.health', role));
    expect(outcome).toMatchObject({ failed: 'plan', output: expect.stringContaining('"ern"') });
  });

  itWithTerraform('refuses a cycle', () => {
    const name = { name: `\${aws_lambda_function.health.arn}` };
    const outcome = check(withArgument(dev, 'aws_iam_role.health', name));
    expect(outcome).toMatchObject({ failed: 'validate', output: expect.stringContaining('Cycle') });
  });
});

it('refuses a template that does not parse', () => {
  const text = { description: `\${aws_iam_role.health.` };
  expect(() => toProviderFree(withArgument(dev, 'aws_kms_key.tables', text))).toThrow('has no end');
});

it('leaves escaped references alone', () => {
  const text = { description: '$${aws_iam_role.health.arn}' };
  const rewritten = toProviderFree(withArgument(dev, 'aws_kms_key.tables', text));
  expect(rewritten).toMatchObject({
    resource: { terraform_data: { aws_kms_key__tables: { input: text } } },
  });
});
