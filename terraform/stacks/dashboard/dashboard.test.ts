import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../../environments/index.ts';
import { withBackchannelLogout } from '../../testing/backchannel-environment.ts';
import { withBrowser } from '../../testing/browser-environment.ts';
import { resources, synthesized } from '../../testing/synthesized.ts';
import { widgetsOf } from '../../testing/watched-metrics.ts';
import { PRICES } from '../prices.ts';

const document = synthesized(withBackchannelLogout(withBrowser(ENVIRONMENTS.prod)));
const widgets = widgetsOf(document);
const titlesOf = (all: typeof widgets) =>
  all.flatMap(({ type, properties: { title } }) => (type === 'metric' ? [title] : []));

describe('the dashboard', () => {
  it('shows the state of every alarm, and then all figures', () => {
    const alarms = Object.keys(resources(document, 'aws_cloudwatch_metric_alarm'));
    expect(widgets[0]?.properties.alarms?.toSorted()).toEqual(
      alarms.map((name) => `\${aws_cloudwatch_metric_alarm.${name}.arn}`).toSorted(),
    );
    expect(titlesOf(widgets)).toEqual([
      'Sign-ins made',
      'Sign-ins refused or failed, by reason',
      'Bootstraps let through by the authorizer',
      'Sign-ins by browser, begun and completed',
      'Sessions revoked',
      'Tickets refreshed, and not, by reason',
      'Reuse detected',
      'Sessions of tickets that ended, by reason',
      'Back-channel logouts, by outcome',
      'Decisions',
      'Denied and refused, by reason',
      'Denied and refused, by route',
      'Allowed, by route',
      'Latency of the authorizer',
      'Errors of the authorizer',
      'Age of the oldest key set',
      'Refreshes of credentials that AWS refused',
      '401s of functions that check the token themselves, by reason',
      'Events accepted and stored',
      'Dead letters',
      'Age of what waits',
      'Consumption of the tables',
      'Throttles of the tables',
      'Errors of the tables, by operation',
      'Errors of functions (of the authorizer, its 401s too)',
      'Throttles of functions',
      'Answers of the API',
      'A million requests',
    ]);
  });

  it('has nothing of what an environment does not have', () => {
    expect(titlesOf(widgetsOf(synthesized(ENVIRONMENTS.prod))).join()).not.toMatch(
      /browser|Tickets|Reuse|Back-channel/,
    );
    expect(resources(synthesized(ENVIRONMENTS.dev), 'aws_cloudwatch_dashboard')).toEqual({});
  });

  it('lays no graph over another, in 24 columns', () => {
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, cell) => `${x + (cell % width)} ${y + Math.floor(cell / width)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(widgets.every(({ x, width }) => x + width <= 24)).toBe(true);
  });

  it('leaves the names of values to CloudWatch, and not to Terraform', () => {
    expect(JSON.stringify(widgets)).toContain("[$${PROP('Dim.reason')}]");
    expect(JSON.stringify(widgets)).not.toMatch(/[^$]\$\{PROP/);
  });
});

describe('what a million requests cost', () => {
  const rows = widgets.find(({ properties: { title } }) => title === 'A million requests')?.properties.metrics ?? [];
  const lines = rows.map((row) => row.at(-1) as { id?: string; label?: string; expression?: string });
  const ids = lines.flatMap(({ id }) => id ?? []);

  /** The figure of a line, given what CloudWatch has of some metrics; of the others it has nothing. */
  function figure(label: string, values: Readonly<Record<string, number>>): number {
    const expression = lines.find((line) => line.label === label)?.expression ?? '';
    const names = [...ids, 'FILL', 'SUM'];
    const sum = (all: readonly number[]) => all.reduce((one, other) => one + other, 0);
    const given = [...ids.map((id) => values[id]), (value: number | undefined, other: number) => value ?? other, sum];
    return new Function(...names, `return ${expression}`)(...given) as number;
  }

  it('is that of docs/cost.md for an authorization, without the share of a touch, and the request to the API', () => {
    const million = 1_000_000;
    const values = {
      requests: million,
      calls_authorizer: million,
      ran_authorizer: 10 * million,
      sessions_reads: million,
    };
    expect(figure('time of functions', values)).toBeCloseTo(0.067, 3);
    expect(figure('all', values)).toBeCloseTo(1 + 0.267 + 0.125, 3);
    // A line of 1 KB for each.
    expect(figure('logs', { ...values, log_authorizer: 1e9 })).toBeCloseTo(0.5, 5);
    // Half of the requests: what is paid is for twice as many of them.
    expect(figure('reads', { ...values, requests: million / 2 })).toBeCloseTo(0.25, 5);
  });

  it('is by the prices of docs/cost.md', () => {
    const page = readFileSync(resolve(import.meta.dirname, '../../../docs/cost.md'), 'utf8');
    const priceOf = (what: string) => Number(new RegExp(`^\\| ${what} \\| \\$([\\d.]+) \\|`, 'm').exec(page)?.[1]);
    expect(PRICES).toEqual({
      readUnits: priceOf('Read request units'),
      writeUnits: priceOf('Write request units'),
      httpRequests: priceOf('Requests to an HTTP API'),
      invocations: priceOf('Invocations'),
      gbSeconds: priceOf('GB-seconds'),
      logGb: Number(/log lines \(at \$([\d.]+) a GB/.exec(page)?.[1]),
    });
  });

  it('counts every function', () => {
    const functions = Object.keys(resources(document, 'aws_lambda_function'));
    for (const prefix of ['ran', 'calls', 'log']) {
      expect(ids).toEqual(expect.arrayContaining(functions.map((name) => `${prefix}_${name}`)));
    }
  });
});
