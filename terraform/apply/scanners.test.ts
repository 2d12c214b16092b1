import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { prod } from '../environments/prod/environment.ts';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { withBrowser } from '../testing/browser-environment.ts';
import { withOwnRoutes } from '../testing/own-environment.ts';
import { withWebApps } from '../testing/web-apps-environment.ts';
import { REAL_PARTS, useAccount } from './applied-fixture.ts';
import { policiesOf, withKnownPolicies } from './policies.ts';
import { CHECKOV_EXCUSES, PARLIAMENT_EXCUSES, unexcused, unneeded } from './scanner-findings.ts';
import { type CheckovResult, type Finding, runCheckov, runParliament } from './scanners.ts';

const REFRESH_KEYS = 'aws_iam_role_policy.refresh_keys';

const account = useAccount();
let stack: TerraformDocument;

beforeAll(async () => {
  stack = withKnownPolicies(
    account.stackOf({ ...withWebApps(withOwnRoutes(withBrowser(prod))), state: { kind: 'local' } }),
  );
  account.workspace.write(stack);
  await account.workspace.init();
});

/** A policy that lets its role do far more than any function may. */
const EVERYTHING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['dynamodb:*', 'iam:*'], Resource: '*' }],
});

describe("checkov on prod's plan", () => {
  let plan: unknown;
  let result: CheckovResult;
  beforeAll(async () => {
    await account.workspace.succeed('plan', '-no-color', '-out=plan');
    plan = await account.workspace.planned();
    result = await checkov(JSON.stringify(plan));
  });

  function checkov(text: string): Promise<CheckovResult> {
    const file = join(account.workspace.folder, 'plan.json');
    writeFileSync(file, text);
    return runCheckov(REAL_PARTS.python, file);
  }

  it('finds nothing but what is excused', () => {
    expect(unexcused(result.findings, CHECKOV_EXCUSES)).toEqual([]);
    expect(result.passed).toBeGreaterThan(300);
  });

  it('finds everything that is excused, so that no excuse outlives its reason', () => {
    expect(unneeded(result.findings, CHECKOV_EXCUSES)).toEqual([]);
  });

  it('would find a role that may do everything', async () => {
    const powerful = JSON.stringify(plan, (_, value) =>
      value?.role === 'cloakroom-prod-refresh-keys' && value.name === 'code' ? { ...value, policy: EVERYTHING } : value,
    );
    const { findings } = await checkov(powerful);
    const found = unexcused(findings, CHECKOV_EXCUSES);
    expect(new Set(found.map(({ address }) => address))).toEqual(new Set([REFRESH_KEYS]));
  });
});

describe('parliament on the policies of prod', () => {
  let findings: readonly Finding[];
  beforeAll(async () => {
    findings = await runParliament(REAL_PARTS.python, policiesOf(stack));
  });

  it('looks at those of roles, queues, keys, topics and endpoints', () => {
    const types = new Set(Object.keys(policiesOf(stack)).map((address) => address.split('.')[0]));
    expect([...types].sort()).toEqual([
      'aws_iam_role_policy',
      'aws_kms_key',
      'aws_kms_key_policy',
      'aws_sns_topic_policy',
      'aws_sqs_queue_policy',
      'aws_vpc_endpoint',
    ]);
  });

  it('finds nothing but what is excused', () => {
    expect(unexcused(findings, PARLIAMENT_EXCUSES)).toEqual([]);
  });

  it('finds everything that is excused, so that no excuse outlives its reason', () => {
    expect(unneeded(findings, PARLIAMENT_EXCUSES)).toEqual([]);
  });

  it('would find a role that may do everything', async () => {
    const found = unexcused(await runParliament(REAL_PARTS.python, { [REFRESH_KEYS]: EVERYTHING }), PARLIAMENT_EXCUSES);
    expect(new Set(found.map(({ address }) => address))).toEqual(new Set([REFRESH_KEYS]));
  });
});
