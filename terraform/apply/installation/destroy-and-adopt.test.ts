import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { readAdopted } from '../../environments/adopted.ts';
import { STATE_BUCKET, useInstallation } from './installation.ts';

const TABLE = 'cloakroom-staging-sessions';
const KEY = JSON.stringify({ user_key: { S: 'U#cognito#ann' }, item: { S: 'SID#1' } });
const LOCK = {
  ID: 'b1946ac9-2a5d',
  Operation: 'OperationTypeApply',
  Who: 'ann@laptop',
  Created: '2026-11-26T08:00:00Z',
};

const installation = useInstallation();
let untouched: unknown;

beforeAll(async () => {
  const protection = 'protection: { preventDestroy: true, deletionProtection: true }';
  installation.writeEnvironment('staging', `${protection}, customerLogKey: true`);
  untouched = await installation.emulator.inventory();
});

/** What a script printed, when it ended as it was to. */
async function ends(code: number, script: string, ...args: readonly string[]): Promise<string> {
  const outcome = await installation.run(script, args);
  if (outcome.code !== code)
    throw new Error(`${script} ${args.join(' ')} ended with ${outcome.code}:\n${outcome.output}`);
  return outcome.output;
}

function aws(...args: readonly string[]): Promise<string> {
  return ends(0, 'aws', ...args, '--region', 'eu-central-1', '--output', 'json');
}

/** What was asked of AWS since, by the names of the actions. */
function actions(pattern: RegExp): readonly string[] {
  return installation.proxy.calls.map(({ action }) => action).filter((action) => pattern.test(action));
}

const adopted = () => readAdopted(installation.environmentFolder('staging'));
const stateObject = ['--bucket', STATE_BUCKET, '--key', 'cloakroom/staging/terraform.tfstate.tflock'];

it('makes the bucket of the state, and run again finds it as it must be', async () => {
  expect(await ends(0, 'scripts/bootstrap-state', 'staging')).toContain(`${STATE_BUCKET} made in eu-central-1`);
  installation.proxy.forget();
  const again = await ends(0, 'scripts/bootstrap-state', 'staging');
  expect(again).toContain(`${STATE_BUCKET} was there`);
  expect(again.match(/: it was so/g)).toHaveLength(6);
  expect(actions(/^PUT /)).toEqual([]);
});

it('keeps the state there, and a session in the table', async () => {
  await ends(0, 'scripts/deploy', 'staging', '--yes');
  await installation.keepProvider('staging');
  await aws('dynamodb', 'put-item', '--table-name', TABLE, '--item', KEY);
});

it('destroys nothing without the name, nor while somebody else holds the lock', async () => {
  expect(await ends(1, 'scripts/destroy', 'staging', '--yes', 'prod')).toContain('--yes must repeat the name');
  const lock = join(installation.folder, 'lock.json');
  writeFileSync(lock, JSON.stringify(LOCK));
  await aws('s3api', 'put-object', ...stateObject, '--body', lock);
  installation.proxy.forget();
  const refused = await ends(1, 'scripts/destroy', 'staging', '--keep-data', '--yes', 'staging');
  expect(refused).toContain('nothing is destroyed: the state of staging is locked by ann@laptop since 2026-11-26');
  expect(actions(/^(Delete|Update)(?!Object)/)).toEqual([]);
  await aws('s3api', 'delete-object', ...stateObject);
});

it('keeps tables, keys and logs, and goes on where it was interrupted', async () => {
  installation.proxy.refuse(({ action }) => action === 'DeleteRole');
  const interrupted = await ends(1, 'scripts/destroy', 'staging', '--keep-data', '--yes', 'staging');
  expect(interrupted).toContain('run scripts/destroy staging --keep-data again');
  installation.proxy.letPass();
  const done = await ends(0, 'scripts/destroy', 'staging', '--keep-data', '--yes', 'staging');
  expect(done).toContain(`adopted.json in terraform/environments/staging names ${adopted().length} that stay`);
  expect(adopted().map(({ address }) => address)).toEqual(
    expect.arrayContaining(['aws_dynamodb_table.sessions', 'aws_kms_key.logs', 'aws_kms_key.tables']),
  );
  expect(actions(/^(DeleteTable|UpdateTable|ScheduleKeyDeletion|DeleteLogGroup)$/)).toEqual([]);
  const standing = (await installation.emulator.inventory()) as Readonly<Record<string, unknown>>;
  expect(Object.keys(standing)).not.toContain('lambda._functions');
  expect(standing).toMatchObject({ 'dynamodb.tables': ['cloakroom-staging-events', TABLE] });
});

it('adopts all of it at the next deploy, and makes none of it anew', async () => {
  installation.proxy.forget();
  const output = await ends(0, 'scripts/deploy', 'staging', '--yes');
  expect(output).toMatch(new RegExp(`the plan: \\d+ to create, \\d+ to change, ${adopted().length} to adopt$`, 'm'));
  expect(actions(/^(CreateTable|CreateKey|CreateLogGroup|DeleteTable)$/)).toEqual([]);
  const item = await aws('dynamodb', 'get-item', '--table-name', TABLE, '--key', KEY);
  expect(JSON.parse(item)).toEqual({ Item: JSON.parse(KEY) });
});

it('destroys all the rest, and says what stays', async () => {
  const output = await ends(0, 'scripts/destroy', 'staging', '--yes', 'staging');
  for (const table of ['sessions', 'events']) {
    expect(output).toContain(`cloakroom-staging-${table}: deletion protection off`);
  }
  expect(output).toContain(`the bucket of the state stays: s3://${STATE_BUCKET}`);
  expect(output.match(/AWS keeps the key for 30 days/g)).toHaveLength(2);
  expect(await installation.emulator.inventory()).toEqual(untouched);
  expect(existsSync(join(installation.environmentFolder('staging'), 'adopted.json'))).toBe(false);
  const stack = readFileSync(join(installation.environmentFolder('staging'), 'cdk.tf.json'), 'utf8');
  expect(stack).toContain('"prevent_destroy": true');
});
