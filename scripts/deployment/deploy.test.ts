import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { deployedFunctions, ENVIRONMENTS, type Environment } from '@cloakroom/terraform';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AccountFunction, fakeLambda } from './account-fixture.ts';
import { type DeployOptions, type DeployParts, deploy } from './deploy.ts';
import { aPlan } from './plan-fixture.ts';
import { terraformProgram } from './tools.ts';
import { type RecordedTools, recordedTools } from './tools-fixture.ts';

const TERRAFORM = terraformProgram();
const IDENTITY = { Account: '271828182845', Arn: 'arn:aws:iam::271828182845:user/alice' };
const PLANNED = `${TERRAFORM} plan -input=false -no-color -out=.terraform/cloakroom.tfplan`;
const APPLIED = `${TERRAFORM} apply -input=false .terraform/cloakroom.tfplan`;
const CREATES = aPlan([{ address: 'aws_sqs_queue.events', actions: ['create'] }]);
const NOTHING = aPlan([]);

/** dev, with values that are no examples. */
const ENVIRONMENT: Environment = {
  ...ENVIRONMENTS.dev,
  accountId: IDENTITY.Account,
  issuers: [],
  allowedOrigins: ['https://app.company.net'],
  own: undefined,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloakroom-'));
  writeFileSync(join(folder, '.terraform.lock.hcl'), '');
  const functions = Object.entries(deployedFunctions(ENVIRONMENT)).map(([name, functionName]) => [
    name,
    { function_name: functionName, filename: '', source_code_hash: 'sha-1' },
  ]);
  const resource = {
    aws_dynamodb_table: { sessions: { name: 'cloakroom-dev-sessions', ttl: {} } },
    aws_lambda_function: Object.fromEntries(functions),
  };
  writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify({ resource }));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface World {
  readonly plan?: object;
  /** A program with this in its line fails with that message. */
  readonly fails?: readonly [line: string, message: string];
  readonly answer?: boolean;
  readonly invoked?: object;
}

function world({ plan = CREATES, fails, answer = true, invoked = {} }: World = {}): RecordedTools {
  const assertWorks = (line: string) => {
    if (fails !== undefined && line.includes(fails[0])) throw new Error(fails[1]);
  };
  return recordedTools({
    answer,
    run(line) {
      return fails !== undefined && line.includes(fails[0]) ? 1 : 0;
    },
    read(line, args) {
      assertWorks(line);
      if (line.includes('version -json')) return '{"terraform_version":"1.11.4"}';
      if (line.includes('get-caller-identity')) return JSON.stringify(IDENTITY);
      if (line.includes('show -json')) return JSON.stringify(plan);
      if (line.includes('output -json ApiUrl')) return '"https://api.test"';
      if (line.includes('output -json DomainTarget')) return '"d-1.test"';
      if (!line.includes('lambda invoke')) return '';
      writeFileSync(args[args.indexOf('live') + 1] ?? '', '{"errorMessage":"no route to the issuer"}');
      return JSON.stringify({ StatusCode: 200, ...invoked });
    },
  });
}

/** An account in which version 1 of every function serves. */
function account(): LambdaClient {
  const names = Object.values(deployedFunctions(ENVIRONMENT));
  const one = (): AccountFunction => ({ versions: { 1: { LastModified: '2026-11-26' } }, live: '1' });
  return fakeLambda(Object.fromEntries(names.map((name) => [name, one()]))) as LambdaClient;
}

async function run(
  { tools, steps }: RecordedTools,
  options: Partial<DeployOptions> = {},
  parts: Partial<DeployParts> = {},
) {
  const { steps: made, ...all } = { steps: steps as string[], environment: ENVIRONMENT, folder };
  await deploy(
    { ...all, planOnly: false, destroys: [], ...options },
    { tools, lambda: account(), makeStack: async (name) => void made.push(`make ${name}`), ...parts },
  );
}

describe('deploy', () => {
  it('looks at its tools and the account, makes the stack, plans, applies, has the keys fetched, and tries it', async () => {
    const there = world();
    await run(there);
    expect(there.steps).toEqual([
      `${TERRAFORM} version -json`,
      'aws --version',
      'aws sts get-caller-identity --region eu-central-1 --output json',
      'make dev',
      `${TERRAFORM} init -input=false -no-color`,
      PLANNED,
      `${TERRAFORM} show -json .terraform/cloakroom.tfplan`,
      APPLIED,
      expect.stringMatching(/^aws lambda invoke --function-name cloakroom-dev-refresh-keys --qualifier live /),
      `${TERRAFORM} output -json ApiUrl`,
      expect.stringMatching(/^\S*node \S*scripts\/smoke\.ts https:\/\/api\.test --env dev$/),
    ]);
    expect(there.said.at(-1)).toMatch(/^done: https:\/\/api\.test \(\d/);
    expect(there.said).toContain('  + aws_sqs_queue.events');
    expect(there.asked).toEqual(['Apply this plan to dev? Only "yes" does: ']);
  });

  it('refuses an environment that still holds examples, before anything else', async () => {
    const there = world();
    await expect(run(there, { environment: ENVIRONMENTS.dev })).rejects.toThrow(
      /environments\/dev\/environment\.ts still holds examples; replace them first: .*allowedOrigins/,
    );
    expect(there.steps).toEqual([]);
  });

  it('touches no other account', async () => {
    const there = world();
    const environment = { ...ENVIRONMENT, accountId: '314159265358' };
    await expect(run(there, { environment })).rejects.toThrow('belongs to account 314159265358');
    expect(there.steps).not.toContain('make dev');
  });

  it('applies nothing when the person does not say yes', async () => {
    const there = world({ answer: false });
    await run(there);
    expect(there.steps).not.toContain(APPLIED);
    expect(there.said.at(-1)).toBe('nothing applied');
  });

  it('says in the question how much goes', async () => {
    const plan = aPlan([{ address: 'aws_lambda_permission.a', actions: ['delete', 'create'] }]);
    const there = world({ plan });
    await run(there);
    expect(there.asked).toEqual(['Apply this plan to dev, which destroys or replaces 1? Only "yes" does: ']);
  });

  it('stops at a plan that takes a table away, unless that is named', async () => {
    const address = 'aws_dynamodb_table.sessions';
    const plan = aPlan([{ address, actions: ['delete', 'create'] }]);
    const there = world({ plan });
    await expect(run(there)).rejects.toThrow(`--destroys ${address}`);
    expect(there.steps).not.toContain(APPLIED);
    await run(there, { destroys: [address] });
    expect(there.steps).toContain(APPLIED);
  });

  it('asks nothing where nothing is to do, and tries what stands', async () => {
    const there = world({ plan: NOTHING });
    await run(there);
    expect(there.asked).toEqual([]);
    expect(there.said).toContain('nothing to change');
    expect(there.steps).not.toContain(APPLIED);
    expect(there.steps.at(-1)).toContain('smoke.ts');
  });

  it('says when the names of what was adopted are needed no longer', async () => {
    const adopted = [{ address: 'aws_dynamodb_table.sessions', id: 'cloakroom-dev-sessions' }];
    writeFileSync(join(folder, 'adopted.json'), JSON.stringify(adopted));
    const there = world();
    await run(there);
    expect(there.said).toContain(
      'all that terraform/environments/dev/adopted.json names is in the state now: delete that file',
    );
  });

  it('waits for whoever else changes the state, if it is told to', async () => {
    const there = world();
    await run(there, { lockTimeout: '10m' });
    expect(there.steps.filter((line) => line.includes('-lock-timeout=10m'))).toHaveLength(2);
  });

  it('says that a failed apply leaves what serves, and what finishes it', async () => {
    const there = world({ fails: [`${TERRAFORM} apply`, ''] });
    await expect(run(there)).rejects.toThrow(
      'terraform apply failed; see above. What was not reached serves as before; when the cause is mended, this finishes it: scripts/deploy dev',
    );
  });

  it('says at the end which functions do not have what was built', async () => {
    const pin = { version: '1', reason: 'rollback', since: '2026-01-31T12:00:00.000Z' };
    writeFileSync(join(folder, 'pinned.json'), JSON.stringify({ health: pin }));
    const there = world();
    await run(there);
    expect(there.said.at(-1)).toBe(
      'health is pinned, so what was built here does not serve there: scripts/rollback dev --release',
    );
  });

  it('fails when refresh-keys fails, although Lambda answers 200', async () => {
    const there = world({ invoked: { FunctionError: 'Unhandled' } });
    await expect(run(there)).rejects.toThrow(/refresh-keys failed: .*no route to the issuer/);
  });

  it('tells what tries it which name the domain must lead to', async () => {
    const there = world();
    await run(there, { environment: { ...ENVIRONMENT, domain: { name: 'api.company.net' } } });
    expect(there.steps.at(-1)).toMatch(/smoke\.ts https:\/\/api\.test --env dev --domain-target d-1\.test$/);
  });

  it('fails when what it has deployed does not answer as it should', async () => {
    const there = world({ fails: ['smoke.ts', ''] });
    await expect(run(there)).rejects.toThrow('https://api.test is deployed, and does not answer as it should');
  });
});

describe('--plan-only', () => {
  it('stops after the plan', async () => {
    const there = world();
    await run(there, { planOnly: true });
    expect(there.steps.at(-1)).toContain('show -json');
    expect(there.said.at(-1)).toBe('planned, and nothing applied (--plan-only)');
    expect(there.asked).toEqual([]);
  });

  const refused: World = { fails: ['get-caller-identity', 'Unable to locate credentials'] };

  it('makes the stack without an account, and says why it goes no further', async () => {
    const there = world(refused);
    await expect(run(there, { planOnly: true })).rejects.toThrow(
      /^dev is built and synthesized, and here it stops: a plan compares .* there are no AWS credentials that work: sign in/,
    );
    expect(there.steps.at(-1)).toBe('make dev');
  });

  it('alone does: nothing is made for a deployment that cannot be', async () => {
    const there = world(refused);
    await expect(run(there)).rejects.toThrow(/^there are no AWS credentials/);
    expect(there.steps).not.toContain('make dev');
  });
});

describe('a gradual rollout', () => {
  function recorded() {
    const seen: string[] = [];
    const gradual = {
      hold(functions: readonly unknown[]) {
        seen.push(`hold ${functions.length > 0}`);
        return () => void seen.push('let go');
      },
      rollOut: async () => void seen.push('roll out'),
    };
    return { seen, gradual };
  }

  it('is held before anything is made, and begins after the apply', async () => {
    const { seen, gradual } = recorded();
    await run(world(), {}, { gradual, makeStack: async () => void seen.push('make') });
    expect(seen).toEqual(['hold true', 'make', 'roll out']);
  });

  it.each<[string, World, Partial<DeployOptions>]>([
    ['is declined', { answer: false }, {}],
    ['is only planned', {}, { planOnly: true }],
    ['cannot be planned', { fails: [`${TERRAFORM} plan`, 'Error: Invalid reference'] }, {}],
  ])('is let go where it %s', async (_, there, options) => {
    const { seen, gradual } = recorded();
    await run(world(there), options, { gradual }).catch(() => undefined);
    expect(seen).toEqual(['hold true', 'let go']);
  });

  it('stays held where the apply failed half way', async () => {
    const { seen, gradual } = recorded();
    await run(world({ fails: [`${TERRAFORM} apply`, ''] }), {}, { gradual }).catch(() => undefined);
    expect(seen).toEqual(['hold true']);
  });
});
