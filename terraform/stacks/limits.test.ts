import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { withAttachedApis } from '../testing/attached-environment.ts';
import { withBackchannelLogout } from '../testing/backchannel-environment.ts';
import { withBrowser } from '../testing/browser-environment.ts';
import { EXAMPLES } from '../testing/examples.ts';
import { resources, synthesized } from '../testing/synthesized.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/limits.md'), 'utf8');
/** All that a stack can have, with the longest names. */
const largest = synthesized({
  ...withAttachedApis(withBackchannelLogout(withBrowser(EXAMPLES.prod))),
  app: 'a'.repeat(20),
  name: 'e'.repeat(20),
  dataRoleArn: `arn:aws:iam::123456789012:role/${'r'.repeat(64)}`,
});
const count = (type: string) => Object.keys(resources(largest, type)).length;
/** With every reference as long as the longest ARN of ours can be, and without spaces, which IAM does not count. */
const lengthOf = (policy: unknown) =>
  String(policy)
    .replaceAll(/\s/g, '')
    .replaceAll(/\$\{[^}]+\}/g, 'x'.repeat(140)).length;

describe('the largest stack', () => {
  it('has policies of roles in little more than half of what IAM takes, at most', () => {
    const policies = Map.groupBy(Object.values(resources(largest, 'aws_iam_role_policy')), ({ role }) => role);
    const lengths = [...policies].map(([role, all]) => {
      return [role, all.reduce((sum, { policy }) => sum + lengthOf(policy), 0)] as const;
    });
    expect(lengths.filter(([, length]) => length > 5500)).toEqual([]);
    const [role] = lengths.toSorted(([, one], [, other]) => other - one)[0] ?? [];
    expect(role).toBe('${aws_iam_role.sessions_api.name}');
    expect(page).toContain('the largest, of `sessions-api`, is at 5,500');
  });

  it('has policies of endpoints in less than a third of what AWS takes', () => {
    const endpoints = Object.values(resources(largest, 'aws_vpc_endpoint'));
    expect(endpoints).toHaveLength(3);
    for (const { policy } of endpoints) expect(lengthOf(policy)).toBeLessThan(20_480 / 3);
    expect(page).toContain('| VPC endpoints | 20,480 characters of a policy | under a third of that, and');
  });

  it('is as large as docs/limits.md says', () => {
    expect(page).toContain(`no request raises that | ${count('aws_iam_role')} at most;`);
    expect(page).toContain(`alarms in a region | ${count('aws_cloudwatch_metric_alarm')} at most |`);
    expect(page).toContain(`at most ${count('aws_apigatewayv2_route')} routes`);
    expect(page).toContain(`| 300 rules of a bus | ${count('aws_cloudwatch_event_rule')} |`);
    expect(page).toContain(`${count('aws_subnet')} in prod: all functions inside share a group`);
  });
});

it('counts requests a second as docs/cost.md has their durations', () => {
  const [, authorizer, other] =
    /(\d+) ms for the authorizer, (\d+) ms for others/.exec(
      readFileSync(resolve(import.meta.dirname, '../../docs/cost.md'), 'utf8'),
    ) ?? [];
  const both = Number(authorizer) + Number(other);
  const number = (value: number) => Math.floor(value).toLocaleString('en-US');
  const rate = (concurrency: number, ms: number) => number((concurrency * 1000) / ms);
  expect(page).toContain(`10 / 0.010 = ${rate(10, Number(authorizer))} a second | ${rate(1000, Number(authorizer))} |`);
  expect(page).toContain(`10 / 0.030 = ${rate(10, both)} | ${rate(1000, both)} |`);
  // Six write units for a sign-in, of which docs/cost.md has the test.
  expect(page).toContain(`4,000 / 6 = ${number(4000 / 6)} sign-ins a second`);
  expect(page).toContain(`1,000 / 6 = ${number(1000 / 6)} sign-ins of one`);
});
