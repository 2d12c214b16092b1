import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { withBrowser } from '../testing/browser-environment.ts';
import { EXAMPLES } from '../testing/examples.ts';
import { idleMonth } from '../testing/idle-month.ts';
import { resources, synthesized } from '../testing/synthesized.ts';

const { dev, prod } = EXAMPLES;
const page = readFileSync(resolve(import.meta.dirname, '../../docs/cost.md'), 'utf8');
const [, section = ''] = page.split('\n## A month in which nobody comes\n');
const [untilNext = ''] = section.split('\n## ');
const documents = [dev, prod, withBrowser(prod)].map((environment) => synthesized(environment));
const months = documents.map(idleMonth);
const total = (month: (typeof months)[number]) => month.reduce((sum, { dollars }) => sum + dollars, 0);

it('docs/cost.md tells what each environment costs while nobody comes, by what is synthesized', () => {
  const [first = []] = months;
  const rows = first.map(({ what, price }, index) => {
    const cells = months.map((month) => month[index]).map((one) => `${one?.count}: $${one?.dollars.toFixed(2)}`);
    return `| ${[what, price, ...cells].join(' | ')} |`;
  });
  const sums = months.map((month) => `**$${total(month).toFixed(2)}**`);
  // Below the names of the columns, and the line that makes it a table.
  const told = untilNext.split('\n').filter((line) => line.startsWith('|'));
  expect(told.slice(2)).toEqual([...rows, `| All | | ${sums.join(' | ')} |`]);
});

it('tells of every kind of thing in a stack whether it costs anything while it stands', () => {
  const kinds = new Set(documents.flatMap(({ resource }) => Object.keys(resource)));
  const free = untilNext.matchAll(/`(aws_\w+|terraform_data)`/g);
  const paid = [
    'aws_cloudwatch_dashboard',
    'aws_cloudwatch_event_rule',
    'aws_cloudwatch_metric_alarm',
    'aws_flow_log',
    'aws_kms_key',
    'aws_lambda_event_source_mapping',
    'aws_secretsmanager_secret',
    'aws_vpc_endpoint',
  ];
  expect([...kinds].filter((kind) => !paid.includes(kind)).toSorted()).toEqual(
    [...free].map(([, kind]) => kind).toSorted(),
  );
});

it('costs more where there is more of it', () => {
  const [, inThreeZones = []] = months;
  const network = prod.network;
  if (network === undefined || 'vpcId' in network) throw new Error('prod makes a network');
  const inTwoZones = idleMonth(synthesized({ ...prod, network: { ...network, subnets: network.subnets.slice(1) } }));
  const of = (month: typeof inThreeZones, what: string) => month.find((one) => one.what.startsWith(what))?.dollars;
  expect(of(inThreeZones, 'Interface endpoints')).toBeCloseTo(43.8, 5);
  expect(of(inTwoZones, 'Interface endpoints')).toBeCloseTo(29.2, 5);
  expect(of(idleMonth(synthesized({ ...prod, alarms: undefined })), 'Metrics that alarms')).toBe(0);
  expect(Object.keys(resources(synthesized(prod), 'aws_cloudwatch_event_rule'))).toEqual(['refresh_keys']);
});
