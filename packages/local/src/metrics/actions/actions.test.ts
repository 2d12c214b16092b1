import { describe, expect, it } from '@jest/globals';
import { AwsError } from '../../base/aws-error.ts';
import { alarmArguments, stackOfAlarms } from '../alarms/alarms-fixture.ts';
import { createAlarms } from '../alarms/create-alarms.ts';
import { readAlarms } from '../alarms/read-alarms.ts';
import { createMetricStore, MINUTE_MS } from '../create-metric-store.ts';
import { describeAlarmHistory } from './describe-alarm-history.ts';
import { describeAlarms } from './describe-alarms.ts';
import { getMetricData } from './get-metric-data.ts';
import { getMetricStatistics } from './get-metric-statistics.ts';
import { listMetrics } from './list-metrics.ts';
import { putMetricData } from './put-metric-data.ts';
import { setAlarmState } from './set-alarm-state.ts';

const START = Date.UTC(2026, 0, 1, 12) / 1000;

function context() {
  let nowMs = START * 1000 + 3 * MINUTE_MS;
  const clock = () => nowMs;
  const metrics = createMetricStore({ nowMs: clock });
  const named = (alarm_name: string) => alarmArguments({ alarm_name });
  const stack = stackOfAlarms({ one: named('a-1'), two: named('b-2'), three: named('a-3') });
  const alarms = createAlarms({ definitions: readAlarms(stack), metrics, nowMs: clock });
  const pass = (minutes: number) => {
    nowMs += minutes * MINUTE_MS;
  };
  return { metrics, alarms, nowMs: clock, pass };
}

function put(MetricData: readonly object[], rest: object = {}) {
  const of = context();
  putMetricData({ Namespace: 'mine', MetricData, ...rest }, of);
  return of;
}

const when = { StartTime: START, EndTime: START + 600 };
const made = { Namespace: 'mine', MetricName: 'Made' };

describe('PutMetricData', () => {
  it.each<[string, string, object[], object?]>([
    ['a namespace of AWS', 'Namespace', [{ MetricName: 'a', Value: 1 }], { Namespace: 'AWS/Lambda' }],
    ['no values', 'MetricData.0', [{ MetricName: 'a' }]],
    ['two kinds of values', 'MetricData.0', [{ MetricName: 'a', Value: 1, Values: [1] }]],
    ['counts of no values', 'MetricData.0.Counts', [{ MetricName: 'a', Value: 1, Counts: [1] }]],
    ['a value that is no number', 'MetricData.0.Value', [{ MetricName: 'a', Value: Number.POSITIVE_INFINITY }]],
    ['a day ago', 'MetricData.0.Timestamp', [{ MetricName: 'a', Value: 1, Timestamp: START - 86_400 }]],
    ['an unknown unit', 'MetricData.0.Unit', [{ MetricName: 'a', Value: 1, Unit: 'Apples' }]],
    ['an unknown member', 'MetricData.0.Colour', [{ MetricName: 'a', Value: 1, Colour: 'red' }]],
    ['nothing', 'MetricData', []],
  ])('refuses %s, naming %s', (_, path, data, rest = {}) => {
    expect(() => put(data, rest)).toThrow(AwsError);
    expect(() => put(data, rest)).toThrow(new RegExp(`^${path}: `));
  });
});

describe('GetMetricStatistics', () => {
  it('answers values, statistic sets and counted values, unit by unit', () => {
    const of = put([
      { MetricName: 'Made', Value: 2, Unit: 'Count' },
      { MetricName: 'Made', Values: [1, 5], Counts: [3, 1], Unit: 'Count' },
      { MetricName: 'Made', StatisticValues: { SampleCount: 2, Sum: 9, Minimum: 4, Maximum: 5 }, Unit: 'Seconds' },
    ]);
    const input = { ...made, ...when, Period: 60, Statistics: ['Sum', 'SampleCount'], ExtendedStatistics: ['p50'] };
    expect(getMetricStatistics(input, of)).toEqual({
      Label: 'Made',
      Datapoints: [
        { Timestamp: START + 180, Unit: 'Count', Sum: 10, SampleCount: 5, ExtendedStatistics: { p50: 1 } },
        { Timestamp: START + 180, Unit: 'Seconds', Sum: 9, SampleCount: 2 },
      ],
    });
    expect(getMetricStatistics({ ...input, Unit: 'Bytes' }, of)).toMatchObject({ Datapoints: [] });
  });

  it.each([
    ['no statistic', {}, /Statistics/],
    ['an unknown one', { ExtendedStatistics: ['tm99'] }, /tm99/],
    ['an end before the start', { Statistics: ['Sum'], EndTime: START }, /StartTime must be less/],
    ['a period of seconds', { Statistics: ['Sum'], Period: 30 }, /^Period/],
  ])('refuses %s', (_, changes, message) => {
    expect(() => getMetricStatistics({ ...made, ...when, Period: 60, ...changes }, context())).toThrow(message);
  });
});

describe('GetMetricData', () => {
  const stat = { Metric: made, Period: 60, Stat: 'Sum' };

  it('answers the newest first, or the oldest, of however long a time', () => {
    const of = put([
      { MetricName: 'Made', Value: 1, Timestamp: START },
      { MetricName: 'Made', Value: 2, Timestamp: START + 60 },
    ]);
    const input = { StartTime: 0, EndTime: START + 1e9, MetricDataQueries: [{ Id: 'm1', MetricStat: stat }] };
    const result = { Id: 'm1', Label: 'Made', StatusCode: 'Complete' };
    expect(getMetricData(input, of)).toMatchObject({ MetricDataResults: [{ ...result, Values: [2, 1] }] });
    expect(getMetricData({ ...input, ScanBy: 'TimestampAscending' }, of)).toMatchObject({
      MetricDataResults: [{ ...result, Values: [1, 2], Timestamps: [START, START + 60] }],
    });
  });

  it.each([
    [
      'math that it does not know',
      [
        { Id: 'm1', MetricStat: stat },
        { Id: 'e1', Expression: 'RATE(m1)' },
      ],
      /"RATE\(m1\)"/,
    ],
    ['an id that is not there', [{ Id: 'e1', Expression: 'm1 + 1' }], /names m1, which is not there/],
    [
      'a metric and an expression',
      [{ Id: 'e1', Expression: 'e1', MetricStat: stat }],
      /either a metric or an expression/,
    ],
    [
      'two periods in one expression',
      [
        { Id: 'm1', MetricStat: stat },
        { Id: 'm2', MetricStat: { ...stat, Period: 120 } },
        { Id: 'e1', Expression: 'm1 + m2' },
      ],
      /one period/,
    ],
  ])('refuses %s', (_, MetricDataQueries, message) => {
    expect(() => getMetricData({ ...when, MetricDataQueries }, context())).toThrow(message);
  });
});

describe('ListMetrics', () => {
  it('looks for names and dimensions, and answers in pages', () => {
    const data = Array.from({ length: 501 }, (_, at) => ({
      MetricName: 'Made',
      Value: 1,
      Dimensions: [{ Name: 'at', Value: String(at) }],
    }));
    const of = put(data);
    const list = (input: object) => listMetrics(input, of) as { Metrics: object[]; NextToken?: string };
    const first = list({ MetricName: 'Made' });
    expect([first.Metrics.length, list({ NextToken: first.NextToken }).Metrics.length]).toEqual([500, 1]);
    expect(list({ Dimensions: [{ Name: 'at', Value: '7' }] }).Metrics).toEqual([
      { ...made, Dimensions: [{ Name: 'at', Value: '7' }] },
    ]);
    expect(list({ Dimensions: [{ Name: 'at' }] }).Metrics).toHaveLength(500);
    expect(list({ Dimensions: [{ Name: 'other' }] }).Metrics).toEqual([]);
    expect(list({ Namespace: 'yours' }).Metrics).toEqual([]);
    expect(() => list({ NextToken: 'x' })).toThrow(/NextToken/);
  });
});

describe('the actions of alarms', () => {
  const names = (input: object, of = context()) => {
    const { MetricAlarms, NextToken } = describeAlarms(input, of) as {
      MetricAlarms: { AlarmName: string }[];
      NextToken?: string;
    };
    return { names: MetricAlarms.map(({ AlarmName }) => AlarmName).join(' '), NextToken };
  };

  it('look for names, prefixes, states and types, and answer in pages', () => {
    expect(names({}).names).toBe('a-1 a-3 b-2');
    expect(names({ AlarmNames: ['b-2', 'nobody'] }).names).toBe('b-2');
    expect(names({ AlarmNamePrefix: 'a-' }).names).toBe('a-1 a-3');
    expect(names({ StateValue: 'OK' }).names).toBe('');
    expect(names({ AlarmTypes: ['CompositeAlarm'] }).names).toBe('');
    expect(names({ ActionPrefix: 'arn:' }).names).toBe('');
    expect(names({ MaxRecords: 2 })).toEqual({ names: 'a-1 a-3', NextToken: '2' });
    expect(names({ MaxRecords: 2, NextToken: '2' })).toEqual({ names: 'b-2', NextToken: undefined });
  });

  it('set a state and tell what there was, from when to when', () => {
    const of = context();
    const set = (AlarmName: string) =>
      setAlarmState({ AlarmName, StateValue: 'ALARM', StateReason: 'a drill', StateReasonData: 'of mine' }, of);
    set('a-1');
    of.pass(5);
    set('b-2');
    const items = (input: object) =>
      (describeAlarmHistory(input, of) as { AlarmHistoryItems: { AlarmName: string }[] }).AlarmHistoryItems;
    expect(items({}).map(({ AlarmName }) => AlarmName)).toEqual(['b-2', 'a-1']);
    expect(items({ ScanBy: 'TimestampAscending', MaxRecords: 1 })).toMatchObject([
      {
        AlarmName: 'a-1',
        Timestamp: START + 180,
        HistoryItemType: 'StateUpdate',
        HistorySummary: 'Alarm updated from INSUFFICIENT_DATA to ALARM',
        HistoryData: expect.stringContaining('"stateReasonData":"of mine"'),
      },
    ]);
    expect(items({ AlarmName: 'a-1' })).toHaveLength(1);
    expect(items({ StartDate: START + 240 })).toHaveLength(1);
    expect(items({ HistoryItemType: 'Action' })).toEqual([]);
    expect(() => set('nobody')).toThrow('there is no alarm nobody');
  });
});
