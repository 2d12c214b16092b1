import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { dev } from '../environments/dev/environment.ts';
import { prod } from '../environments/prod/environment.ts';
import { fakeZip } from '../testing/synthesized.ts';
import { useAccount } from './applied-fixture.ts';
import { differences } from './differences.ts';
import { expectedDev } from './expected/expected.ts';
import { withField } from './field-changes.ts';
import { walkFields } from './field-walk.ts';
import { SECOND_PLAN, withoutKnownDifferences } from './known-differences.ts';
import { readBack } from './read-back/read-back.ts';

const account = useAccount();
let before: unknown;

beforeAll(async () => {
  const { workspace } = account;
  // moto makes what is in every account of AWS when it is first asked for it.
  await readBack(account.emulator.url, 'dev');
  before = await account.emulator.inventory();
  workspace.write(account.stackOf(dev));
  await workspace.init();
  await workspace.apply();
});

/** What an apply would change besides the known differences. */
async function changes() {
  return withoutKnownDifferences(await account.workspace.plan());
}

describe('dev, applied by Terraform', () => {
  it('has nothing more to change but what the emulator tells in other words', async () => {
    expect(await account.workspace.plan()).toEqual(SECOND_PLAN);
  });

  it('stands as it is written down for people, with nothing more and nothing less', async () => {
    const standing = await readBack(account.emulator.url, 'dev');
    expect(differences(standing, expectedDev(account.runtime))).toEqual([]);
  });

  it('touches, for a changed bundle, its function and that alias alone', async () => {
    writeFileSync(join(account.dist, 'sessions-api.zip'), fakeZip('changed'));
    account.workspace.write(account.stackOf(dev));
    const planned = await changes();
    expect(planned.map(({ action, address }) => `${action} ${address}`)).toEqual([
      'update aws_lambda_alias.sessions_api',
      'update aws_lambda_function.sessions_api',
    ]);
    await account.workspace.applyPlan();
    expect(await changes()).toEqual([]);
  });

  it('touches, for other issuers, the code of those who are told them and their aliases alone', async () => {
    account.workspace.write(account.stackOf(withField(dev, 'issuers')));
    const planned = await changes();
    const functions = planned.filter(({ type }) => type === 'aws_lambda_function');
    expect(functions).toHaveLength(6);
    for (const { arguments: names } of functions) expect(names).toContain('source_code_hash');
    for (const { arguments: names } of functions) expect(names).not.toContain('environment');
    expect(planned).toHaveLength(2 * functions.length);
    account.workspace.write(account.stackOf(dev));
  });

  it('touches, for a changed lifetime of sessions, variables of functions and their aliases alone', async () => {
    account.workspace.write(account.stackOf({ ...dev, sessions: { ...dev.sessions, bearerIdleSeconds: 7 * 86_400 } }));
    const planned = await changes();
    const functions = planned.filter(({ type }) => type === 'aws_lambda_function');
    expect(functions.length).toBeGreaterThan(1);
    for (const { arguments: names } of functions) {
      expect(names).toEqual(['environment', 'qualified_arn', 'qualified_invoke_arn', 'version']);
    }
    const aliases = functions.map(({ address }) => address.replace('aws_lambda_function', 'aws_lambda_alias'));
    const rest = planned.filter(({ type }) => type !== 'aws_lambda_function');
    expect(rest.map(({ action, address }) => `${action} ${address}`)).toEqual(
      aliases.map((alias) => `update ${alias}`),
    );
  });

  it('loses no table, key, queue, role or security group by a change of a field', async () => {
    expect(await walkFields(account, { ...dev, accountId: prod.accountId })).toEqual({});
  });

  it('gets alarms with all that belongs to them, and nothing else is touched', async () => {
    const alarms = { notify: ['on-call@example.com', 'https://events.example.com/alarms'] };
    account.workspace.write(account.stackOf({ ...dev, alarms }));
    const planned = await changes();
    expect(new Set(planned.map(({ action, type }) => `${action} ${type}`))).toEqual(
      new Set([
        'create aws_cloudwatch_dashboard',
        'create aws_cloudwatch_metric_alarm',
        'create aws_kms_key',
        'create aws_kms_key_policy',
        'create aws_sns_topic',
        'create aws_sns_topic_policy',
        'create aws_sns_topic_subscription',
      ]),
    );
    await account.workspace.applyPlan();
    expect(await changes()).toEqual([]);
  });

  it('leaves nothing when it is destroyed', async () => {
    await account.workspace.succeed('destroy', '-no-color', '-auto-approve');
    expect(await account.emulator.inventory()).toEqual(before);
  });
});
