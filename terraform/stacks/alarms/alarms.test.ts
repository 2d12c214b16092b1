import { describe, expect, it } from '@jest/globals';
import { parseEnvironment } from '../../environments/environment.ts';
import { ENVIRONMENTS } from '../../environments/index.ts';
import { withBackchannelLogout } from '../../testing/backchannel-environment.ts';
import { withBrowser } from '../../testing/browser-environment.ts';
import { resource, resources, synthesized } from '../../testing/synthesized.ts';
import { ALARMS, thresholdField } from './index.ts';

const everything = withBackchannelLogout(withBrowser(ENVIRONMENTS.prod));
const TYPE = 'aws_cloudwatch_metric_alarm';
const addressOf = (id: string) => id.replaceAll('-', '_');

interface MetricQuery {
  readonly id: string;
  readonly expression?: string;
  readonly return_data?: boolean;
  readonly metric?: { readonly period: number };
}
interface AlarmArguments {
  readonly alarm_name: string;
  readonly alarm_description: string;
  readonly metric_query?: readonly MetricQuery[];
  readonly period?: number;
  readonly evaluation_periods: number;
  readonly datapoints_to_alarm: number;
  readonly threshold: number;
  readonly treat_missing_data: string;
  readonly alarm_actions: readonly string[];
  readonly ok_actions: readonly string[];
}

const made = resources(synthesized(everything), TYPE) as unknown as Readonly<Record<string, AlarmArguments>>;
const alarmOf = (id: string): AlarmArguments => {
  const alarm = made[addressOf(id)];
  if (alarm === undefined) throw new Error(`there is no alarm ${id}`);
  return alarm;
};

it('are all there where everything is', () => {
  expect(Object.keys(made).toSorted()).toEqual(ALARMS.map(({ id }) => addressOf(id)).toSorted());
});

it('are about what an environment has', () => {
  const idsIn = (environment: unknown) => Object.keys(resources(synthesized(environment), TYPE));
  const browser = ['refresh_failures', 'reuse_detected', 'sign_in_completion'];
  expect(idsIn(ENVIRONMENTS.prod)).toHaveLength(ALARMS.length - browser.length - 1);
  expect(idsIn(ENVIRONMENTS.prod)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(backchannel|reuse)/)]));
  expect(idsIn(withBrowser(ENVIRONMENTS.prod))).toEqual(expect.arrayContaining(browser));
  expect(idsIn(ENVIRONMENTS.dev)).toEqual([]);
});

describe.each(ALARMS)('$id', ({ id, threshold, missing, means }) => {
  const alarm = alarmOf(id);

  it('has the name, the meaning, the threshold and the runbook that people are told', () => {
    expect(alarm.alarm_name).toBe(`cloakroom-prod-${id}`);
    expect(alarm.alarm_description).toContain(means);
    expect(alarm.alarm_description).toContain(` ${threshold}: `);
    expect(alarm.alarm_description).toMatch(new RegExp(` docs/runbooks/${id}\\.md$`));
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    expect(alarm.alarm_description.length).toBeLessThanOrEqual(1024);
  });

  it('tells the topic when it fires and when it clears', () => {
    const topic = [`\${aws_sns_topic.alarms.arn}`];
    expect([alarm.alarm_actions, alarm.ok_actions]).toEqual([topic, topic]);
  });

  it('says what missing data means, and why', () => {
    expect(alarm.treat_missing_data).toBe(missing.is);
    expect(missing.because).not.toBe('');
  });

  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
  it('is an alarm that CloudWatch takes', () => {
    const queries = alarm.metric_query ?? [];
    const metrics = queries.flatMap(({ metric }) => metric ?? []);
    const periods = new Set([
      ...metrics.map(({ period }) => period),
      ...(alarm.period === undefined ? [] : [alarm.period]),
    ]);
    expect(periods.size).toBe(1);
    const [period = 0] = periods;
    expect(period % 60).toBe(0);
    expect(period * alarm.evaluation_periods).toBeLessThanOrEqual(86_400);
    expect(alarm.datapoints_to_alarm).toBeLessThanOrEqual(alarm.evaluation_periods);
    expect(metrics.length).toBeLessThanOrEqual(10);
    for (const { id: name } of queries) expect(name).toMatch(/^[a-z][a-zA-Z0-9_]*$/);
    expect(queries.filter(({ return_data }) => return_data)).toHaveLength(queries.length === 0 ? 0 : 1);
    expect(JSON.stringify(alarm)).not.toMatch(/SEARCH|ANOMALY/);
  });

  it('computes with the metrics that it names, and with all of them', () => {
    const queries = alarm.metric_query ?? [];
    const text = queries.map(({ expression = '' }) => expression).join();
    const used = new Set(text.match(/[a-z]\w*/g) ?? []);
    expect([...used].toSorted()).toEqual(queries.flatMap(({ id: name, metric }) => (metric ? [name] : [])).toSorted());
  });
});

describe('thresholds', () => {
  it('can be set for every alarm, by its id, and for nothing else', () => {
    const thresholds = Object.fromEntries(ALARMS.map(({ id }) => [thresholdField(id), 77]));
    const own = { ...everything, alarms: { notify: [], thresholds } };
    expect(parseEnvironment(own).alarms?.thresholds).toEqual(thresholds);
    const document = synthesized(own);
    for (const { id } of ALARMS) expect(resource(document, TYPE, addressOf(id))).toMatchObject({ threshold: 77 });
    const unknown = { ...everything, alarms: { notify: [], thresholds: { nothing: 1 } } };
    expect(() => parseEnvironment(unknown)).toThrow('alarms.thresholds.nothing');
  });

  it.each([
    [{ deniedRate: 0 }, 'alarms.thresholds.deniedRate: must be percent, 1 to 99'],
    [{ signInSuccess: 100 }, 'alarms.thresholds.signInSuccess: must be percent, 1 to 99'],
    [{ queueAge: 59 }, 'alarms.thresholds.queueAge: must be seconds from 60'],
    [{ deadLetters: -1 }, 'alarms.thresholds.deadLetters: must be a number from 0'],
  ])('%j is refused, with its field', (thresholds, problem) => {
    expect(() => parseEnvironment({ ...everything, alarms: { notify: [], thresholds } })).toThrow(problem);
  });
});

it('name the runbook where it is published', () => {
  const runbooksUrl = 'https://wiki.example.com/runbooks';
  const document = synthesized({ ...everything, alarms: { notify: [], runbooksUrl } });
  expect(resource(document, TYPE, 'key_set_age').alarm_description).toContain(` ${runbooksUrl}/key-set-age.md`);
});
