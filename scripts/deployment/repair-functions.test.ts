import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LiveFunction } from './live-versions.ts';
import { aPlan } from './plan-fixture.ts';
import { repairFunctions } from './repair-functions.ts';
import { recordedTools } from './tools-fixture.ts';

const NAME = 'cloakroom-prod-health';
const ALIAS = aPlan([{ address: 'aws_lambda_alias.health', actions: ['update'] }]);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloakroom-'));
  writeFileSync(join(folder, 'health.zip'), 'the new zip');
  const resource = {
    aws_dynamodb_table: { sessions: { name: 'sessions', ttl: {} } },
    aws_lambda_function: { health: { function_name: NAME, filename: 'health.zip', source_code_hash: 'new' } },
  };
  writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify({ resource }));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** An account in which version 1, with old code, serves; `live` moves when Terraform applies. */
function account({ latest = 'old', newest = 'old', moves = true, live = 1 } = {}) {
  const versions = newest === 'old' ? ['old'] : ['old', newest];
  const now = { latest, versions, live };
  const done: string[] = [];
  const send = async ({
    constructor: { name },
    input,
  }: {
    constructor: { name: string };
    input: Record<string, unknown>;
  }) => {
    if (name === 'UpdateFunctionCodeCommand') {
      done.push(`upload ${input.FunctionName}: ${input.ZipFile}`);
      now.latest = 'new';
    }
    if (name === 'PublishVersionCommand') {
      done.push(`publish ${input.FunctionName} if ${input.CodeSha256}`);
      now.versions.push(now.latest);
    }
    return name === 'GetFunctionCommand' ? { Configuration: { LastUpdateStatus: 'Successful' } } : {};
  };
  const version = (name: string, sha256: string) => ({
    version: name,
    sha256,
    settings: '',
    modified: '',
    role: '',
    network: [],
    tables: [],
  });
  const readLive = async (): Promise<readonly LiveFunction[]> => [
    {
      name: 'health',
      functionName: NAME,
      live: { version: String(now.live), weights: {}, description: '', revisionId: '' },
      aliased: [],
      latest: version('$LATEST', now.latest),
      versions: now.versions.map((sha, index) => version(String(index + 1), sha)),
    },
  ];
  const apply = () => {
    done.push('apply');
    if (moves) now.live = now.versions.length;
    return 0;
  };
  const lambda = { send } as unknown as LambdaClient;
  return { done, apply, comparison: { lambda, pinned: {}, readLive } };
}

async function repair(
  { apply, comparison }: ReturnType<typeof account>,
  plan: object = ALIAS,
  applied = 'new',
): Promise<string[]> {
  const health = {
    mode: 'managed',
    address: 'aws_lambda_function.health',
    type: 'aws_lambda_function',
    values: { function_name: NAME, source_code_hash: applied },
  };
  const { tools, said } = recordedTools({
    run: apply,
    read(line) {
      if (line.endsWith('show -json')) return JSON.stringify({ values: { root_module: { resources: [health] } } });
      return line.includes('show') ? JSON.stringify(plan) : '';
    },
  });
  await repairFunctions({ environment: 'prod', folder }, comparison, tools);
  return [...said];
}

describe('repairFunctions', () => {
  it('uploads the zip, publishes it, and has Terraform move live, where the upload was refused', async () => {
    const there = account();
    const said = await repair(there);
    expect(there.done).toEqual([`upload ${NAME}: the new zip`, `publish ${NAME} if new`, 'apply']);
    expect(said).toContain('health: version 1 serves, with other code than was built: an apply did not finish it');
  });

  it('only publishes where that was refused', async () => {
    const there = account({ latest: 'new' });
    await repair(there);
    expect(there.done).toEqual([`publish ${NAME} if new`, 'apply']);
  });

  it('only has Terraform move live where that was refused', async () => {
    const there = account({ latest: 'new', newest: 'new' });
    await repair(there);
    expect(there.done).toEqual(['apply']);
  });

  it('does nothing where everything is right', async () => {
    const there = account({ latest: 'new', newest: 'new' });
    there.apply();
    expect(await repair(there)).toEqual([]);
  });

  it('finishes also what a later apply has published with the old code, and moved to', async () => {
    const there = account({ newest: 'old again', live: 2 });
    await repair(there);
    expect(there.done).toEqual([`upload ${NAME}: the new zip`, `publish ${NAME} if new`, 'apply']);
  });

  it('undoes nothing that somebody else has applied meanwhile', async () => {
    const there = account({ latest: 'theirs', newest: 'theirs', live: 2 });
    await expect(repair(there, ALIAS, 'theirs')).rejects.toThrow(
      'somebody else has deployed meanwhile, with other code of health, which is left as it is',
    );
    expect(there.done).toEqual([]);
  });

  it('gives up after three rounds, and says what is not right', async () => {
    const there = account({ moves: false });
    await expect(repair(there)).rejects.toThrow(
      'health: version 1 serves, with other code than was built. It stays so after 3 rounds',
    );
    expect(there.done.filter((line) => line === 'apply')).toHaveLength(3);
  });

  it.each([
    ['aws_lambda_alias.health', ['delete']],
    ['aws_lambda_alias.health', ['create', 'delete']],
    ['aws_lambda_alias.health', ['create']],
    ['aws_iam_role_policy.health', ['update']],
  ])('applies no plan that nobody has seen: %s %s', async (address, actions) => {
    const there = account();
    await expect(repair(there, aPlan([{ address, actions }]))).rejects.toThrow(
      `${address}, which nobody has agreed to`,
    );
    expect(there.done).not.toContain('apply');
  });
});
