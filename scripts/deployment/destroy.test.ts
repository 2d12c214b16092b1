import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ENVIRONMENTS,
  type Environment,
  readAdopted,
  readPinned,
  writeAdopted,
  writePinned,
} from '@cloakroom/terraform';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { destroy } from './destroy.ts';
import { recordedTools } from './tools-fixture.ts';

const ACCOUNT = '111122223333';
const PROD = { ...ENVIRONMENTS.prod, accountId: ACCOUNT };
const SECRET = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:cloakroom-prod/web-AbCdEf';
/** As `terraform show -json` tells of resources. */
const RESOURCES = [
  resource('aws_lambda_function.health', { id: 'cloakroom-prod-health', function_name: 'cloakroom-prod-health' }),
  resource('aws_dynamodb_table.sessions', { id: 'cloakroom-prod-sessions', deletion_protection_enabled: true }),
  resource('aws_dynamodb_table.events', { id: 'cloakroom-prod-events', deletion_protection_enabled: true }),
  resource('aws_kms_key.tables', {
    id: 'key-1',
    description: 'cloakroom-prod: the tables',
    deletion_window_in_days: 30,
  }),
  resource('aws_kms_key.alarms', { id: 'key-2', description: 'alarms', deletion_window_in_days: 7 }),
  resource('aws_secretsmanager_secret.web', { id: SECRET, name: 'cloakroom-prod/web', recovery_window_in_days: 30 }),
  resource('aws_cloudwatch_log_group.health', { id: '/aws/lambda/cloakroom-prod-health' }),
  resource('aws_iam_role.health', { id: 'cloakroom-prod-health' }),
];
const KEPT = [
  { address: 'aws_cloudwatch_log_group.health', id: '/aws/lambda/cloakroom-prod-health' },
  { address: 'aws_dynamodb_table.events', id: 'cloakroom-prod-events' },
  { address: 'aws_dynamodb_table.sessions', id: 'cloakroom-prod-sessions' },
  { address: 'aws_kms_key.tables', id: 'key-1' },
  { address: 'aws_secretsmanager_secret.web', id: SECRET },
];
const STACK = JSON.stringify({
  resource: { aws_dynamodb_table: { sessions: { name: 's', lifecycle: { prevent_destroy: true } } } },
  import: [{ to: 'aws_dynamodb_table.sessions', id: 's' }],
});

const LOCKED = 'Error: Error acquiring the state lock\n  ID:  1b\n  Who: ann@laptop';
const PLANNED = 'terraform plan -destroy -input=false -no-color -out=.terraform/cloakroom.tfplan';
const APPLIED = 'terraform apply -input=false .terraform/cloakroom.tfplan';

function resource(address: string, values: object) {
  return { address, mode: 'managed', type: address.split('.')[0], values };
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloakroom-destroy-'));
  writeFileSync(join(folder, 'cdk.tf.json'), STACK);
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Given {
  readonly keepData?: boolean;
  readonly resources?: readonly object[];
  readonly answer?: boolean;
  /** The command of Terraform that fails. */
  readonly fails?: string;
  readonly environment?: Environment;
  /** What is looked at while a command of Terraform runs. */
  readonly during?: (line: string) => void;
}

/** Destroys prod, with tools that only remember. */
async function destroyed({ keepData = false, resources = RESOURCES, answer = true, fails, ...given }: Given = {}) {
  const recorded = recordedTools({
    answer,
    read: (line) => {
      if (fails !== undefined && line.includes(fails)) throw new Error(`terraform failed: ${LOCKED}`);
      if (line.endsWith('version -json')) return '{"terraform_version":"1.11.4"}';
      given.during?.(line);
      if (line.startsWith('aws sts')) return JSON.stringify({ Account: ACCOUNT, Arn: 'arn:aws:iam::1:user/ann' });
      return line.includes(' show ') ? JSON.stringify({ values: { root_module: { resources } } }) : '';
    },
    run: (line) => {
      given.during?.(line);
      return fails !== undefined && line.includes(fails) ? 1 : 0;
    },
  });
  const options = { environment: given.environment ?? PROD, keepData, prepare: async () => folder };
  let failure = '';
  try {
    await destroy(options, recorded.tools);
  } catch (error) {
    failure = (error as Error).message;
  }
  return { ...recorded, failure };
}

const stack = () => readFileSync(join(folder, 'cdk.tf.json'), 'utf8');

describe('scripts/destroy', () => {
  it('shows what goes, asks for the name, turns protection off, and destroys', async () => {
    const stacks: string[] = [];
    const { steps, asked, said, failure } = await destroyed({
      during: (line) => void (/ (plan|apply) /.test(line) && stacks.push(stack())),
    });
    expect(failure).toBe('');
    expect(asked).toEqual([expect.stringContaining('Type the name of the environment')]);
    const off = (table: string) =>
      `aws dynamodb update-table --table-name ${table} --no-deletion-protection-enabled --region eu-central-1 --output json`;
    expect(steps.slice(3)).toEqual([
      'terraform show -json',
      PLANNED,
      off('cloakroom-prod-events'),
      off('cloakroom-prod-sessions'),
      APPLIED,
    ]);
    expect(stacks).toHaveLength(2);
    for (const one of stacks) expect(one).not.toMatch(/prevent_destroy|import/);
    expect(stack()).toBe(STACK);
    expect(said).toEqual(
      expect.arrayContaining([
        '8 resources of prod go for good:',
        '  2 tables: cloakroom-prod-events, cloakroom-prod-sessions',
        '  2 keys: alarms (alarms), tables (cloakroom-prod: the tables)',
        '  1 others: roles, routes, permissions and the like',
        'the bucket of the state stays: s3://example-cloakroom-state-prod, with every state of cloakroom/prod before',
        expect.stringContaining('20 to 40 minutes'),
        expect.stringMatching(/^aws_kms_key.tables: .* 30 days.* aws kms cancel-key-deletion --key-id key-1 --region/),
        expect.stringMatching(/^the name cloakroom-prod\/web is taken for 30 days.*restore-secret/),
        'prod is destroyed',
      ]),
    );
  });

  it('destroys nothing when the name is not typed', async () => {
    writePinned(folder, { health: { version: '4', reason: 'rollback', since: '2026-01-31T12:00:00.000Z' } });
    const { steps, said } = await destroyed({ answer: false });
    expect(steps.at(-1)).toBe('terraform show -json');
    expect(said.at(-1)).toBe('nothing destroyed');
    expect(Object.keys(readPinned(folder))).toEqual(['health']);
    expect(existsSync(join(folder, 'adopted.json'))).toBe(false);
  });

  it("touches nothing of another account's environment", async () => {
    const { steps, failure } = await destroyed({ environment: { ...PROD, accountId: '999999999999' } });
    expect(failure).toMatch(
      /^prod belongs to account 999999999999 .* and these credentials are of account 111122223333/,
    );
    expect(steps).toHaveLength(3);
  });

  it('takes the state for what says where it is, when the environment names no account', async () => {
    const arn = 'arn:aws:dynamodb:eu-central-1:999999999999:table/cloakroom-prod-events';
    const foreign = resource('aws_dynamodb_table.events', { id: 'cloakroom-prod-events', arn });
    const { accountId: _, ...environment } = PROD;
    const { asked, failure } = await destroyed({ environment, resources: [...RESOURCES, foreign] });
    expect(failure).toMatch(
      /^aws_dynamodb_table.events in the state is of account 999999999999, .* of account 111122223333/,
    );
    expect(asked).toEqual([]);
  });

  it('forgets the pins with the versions that they name, and not before', async () => {
    const pinned = { health: { version: '4', reason: 'rollback', since: '2026-01-31T12:00:00.000Z' } } as const;
    writePinned(folder, pinned);
    await destroyed({ fails: 'terraform apply' });
    expect(readPinned(folder)).toEqual(pinned);
    await destroyed();
    expect(readPinned(folder)).toEqual({});
  });

  it('says what to do when Terraform fails, and protects the stack again', async () => {
    const { failure, said } = await destroyed({ fails: 'terraform apply', keepData: true });
    expect(failure).toMatch(/^not everything is gone.*: run scripts\/destroy prod --keep-data again, in half an hour/);
    expect(said).not.toContain('prod is destroyed');
    expect(stack()).toBe(STACK);
    expect(readAdopted(folder)).toEqual(KEPT);
  });

  it('takes no protection of a table away while somebody else holds the lock', async () => {
    const { steps, failure } = await destroyed({ fails: 'plan -destroy' });
    expect(failure).toMatch(
      /^nothing is destroyed: the state of prod is locked by ann@laptop.* Wait for them: scripts\/destroy prod\./,
    );
    expect(steps.at(-1)).toBe(PLANNED);
    expect(stack()).toBe(STACK);
  });

  it('says that there is nothing, and asks nothing', async () => {
    const { asked, said, steps } = await destroyed({ resources: [] });
    expect(said).toContain('nothing of prod is in its state');
    expect(asked).toEqual([]);
    expect(steps.at(-1)).toBe('terraform show -json');
    const local = await destroyed({ resources: [], environment: { ...PROD, state: { kind: 'local' } } });
    expect(local.said.at(-1)).toBe(
      'nothing of prod is in its state, which is beside the stack on the machine that deployed it',
    );
  });

  it('names no longer to a deploy what it destroys, and names what stays from before', async () => {
    const before = { address: 'aws_dynamodb_table.others', id: 'others' };
    writeAdopted(folder, [...KEPT, before]);
    const { said } = await destroyed();
    expect(readAdopted(folder)).toEqual([before]);
    expect(said.at(-2)).toContain('names 1 that stay');
  });

  it('says that secrets without a window are gone, by saying nothing of them', async () => {
    const resources = [resource('aws_secretsmanager_secret.web', { id: SECRET, recovery_window_in_days: 0 })];
    const { said } = await destroyed({ resources });
    expect(said.filter((line) => line.includes('is taken'))).toEqual([]);
  });
});

describe('scripts/destroy --keep-data', () => {
  const removal = `terraform state rm ${KEPT.map(({ address }) => address).join(' ')}`;

  it('writes down tables, keys, secrets and logs, takes them out of the state, and leaves them protected', async () => {
    const written: unknown[] = [];
    const during = (line: string) => void (line === removal && written.push(readAdopted(folder)));
    const { steps, said, failure } = await destroyed({ keepData: true, during });
    expect(failure).toBe('');
    expect(steps.slice(4)).toEqual([removal, PLANNED, APPLIED]);
    expect(written).toEqual([KEPT]);
    expect(readAdopted(folder)).toEqual(KEPT);
    expect(said).toEqual(expect.arrayContaining(['3 resources of prod go for good:', '5 stay, and leave the state:']));
    expect(said.at(-2)).toContain('adopted.json in terraform/environments/prod names 5 that stay: commit it');
  });

  it('destroys nothing when what stays cannot leave the state', async () => {
    const { steps, failure } = await destroyed({ keepData: true, fails: 'state rm' });
    expect(failure).toMatch(/^nothing is destroyed: .* locked by ann@laptop.*scripts\/destroy prod --keep-data\./);
    expect(steps.at(-1)).toBe(removal);
  });

  it('goes on where it was interrupted, and forgets nothing that left the state before', async () => {
    writeAdopted(folder, KEPT);
    const resources = RESOURCES.filter(({ address }) => !KEPT.some((kept) => kept.address === address));
    const { steps, said, failure } = await destroyed({ keepData: true, resources });
    expect(failure).toBe('');
    expect(steps.slice(4)).toEqual([PLANNED, APPLIED]);
    expect(said.at(-2)).toContain('names 5 that stay');
    expect(readAdopted(folder)).toEqual(KEPT);
  });
});
