import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../../environments/index.ts';
import { withBackchannelLogout } from '../../testing/backchannel-environment.ts';
import { withBrowser } from '../../testing/browser-environment.ts';
import { metricsOfAlarm } from '../../testing/idle-month.ts';
import { resource, resources, synthesized } from '../../testing/synthesized.ts';
import { STANDING_PRICES } from '../prices.ts';
import type { AlarmSpec } from './alarm-spec.ts';
import { ALARMS, thresholdField } from './index.ts';

const docs = (page: string) => readFileSync(resolve(import.meta.dirname, '../../../docs', page), 'utf8');
const document = synthesized(withBackchannelLogout(withBrowser(ENVIRONMENTS.prod)));

const HEADINGS = {
  'authorization-failures': 'Authorization failures',
  performance: 'Performance',
  'access-issues': 'Access issues',
  'security-incidents': 'Security incidents',
};

function metricsOf(id: string): number {
  return metricsOfAlarm(resource(document, 'aws_cloudwatch_metric_alarm', id.replaceAll('-', '_')));
}

function rowOf({
  id,
  means,
  when,
  threshold,
  figure,
  periodSeconds,
  periods: [beyond, of],
  missing,
}: AlarmSpec): string {
  const often = of === 1 || periodSeconds === 60 ? '' : `; ${beyond} times of ${of}`;
  const missingData = `${missing.is === 'breaching' ? '**fires**' : 'is fine'}: ${missing.because}`;
  const price = `$${(metricsOf(id) * STANDING_PRICES.alarmMetric).toFixed(2)}`;
  const cells = [`[${id}](runbooks/${id}.md)`, means, `${when} ${threshold} ${figure}${often}`];
  return `| ${[...cells, `\`${thresholdField(id)}\``, missingData, price].join(' | ')} |`;
}

it.each(Object.entries(HEADINGS))('the page of alarms tells all of %s, and no others', (group, heading) => {
  const [, section = ''] = docs('alarms.md').split(`\n## ${heading}\n`);
  const [untilNext = ''] = section.split('\n## ');
  const rows = untilNext.split('\n').filter((line) => line.startsWith('| ['));
  expect(rows).toEqual(ALARMS.filter((alarm) => alarm.group === group).map(rowOf));
});

it('the pages of alarms and of costs tell what all of them cost', () => {
  const total = ALARMS.reduce((sum, { id }) => sum + metricsOf(id), 0) * STANDING_PRICES.alarmMetric;
  expect(docs('alarms.md')).toContain(`All of them are $${total.toFixed(2)} a month`);
  expect(docs('cost.md')).toContain(`at most $${total.toFixed(2)} a month`);
  expect(Object.keys(resources(document, 'aws_cloudwatch_metric_alarm'))).toHaveLength(ALARMS.length);
});
