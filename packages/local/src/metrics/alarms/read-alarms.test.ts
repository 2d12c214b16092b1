import { describe, expect, it } from '@jest/globals';
import { StackError } from '../../base/errors.ts';
import { alarmArguments, stackOfAlarms } from './alarms-fixture.ts';
import { readAlarms } from './read-alarms.ts';

const stat = { metric_name: 'Failed', namespace: 'test', period: 60, stat: 'Sum' };
const single = {
  metric_name: undefined,
  namespace: undefined,
  period: undefined,
  statistic: undefined,
  dimensions: undefined,
};

function withQueries(...queries: object[]): object {
  const kept = Object.entries(alarmArguments(single)).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(kept), metric_query: queries };
}

function read(alarm: object) {
  return readAlarms(stackOfAlarms({ one: alarm }));
}

describe('an alarm of the stack', () => {
  it('is read with its metric', () => {
    const [alarm] = read(alarmArguments({ statistic: undefined, extended_statistic: 'p99', ok_actions: ['arn:x'] }));
    expect(alarm).toMatchObject({
      name: 'failures',
      arn: 'arn:aws:cloudwatch:eu-central-1:000000000000:alarm:failures',
      datapointsToAlarm: 1,
      periodMs: 60_000,
      queries: [
        { stat: { metric: { namespace: 'test', name: 'Failed', dimensions: { service: 'a' } }, statistic: 'p99' } },
      ],
      actions: { OK: ['arn:x'], ALARM: [] },
    });
  });

  it('is read with its metric math', () => {
    const queries = [
      { id: 'm1', metric: stat },
      { id: 'm2', metric: [{ ...stat, metric_name: 'Made' }] },
      { id: 'rate', expression: 'm1 / all', label: 'Rate', return_data: true },
      { id: 'all', expression: 'SUM([m1, m2])' },
    ];
    expect(read(withQueries(...queries))).toMatchObject([{ compared: 'rate', periodMs: 60_000 }]);
  });

  it.each([
    ['AWS/DynamoDB', 'ignore'],
    ['AWS/SQS', 'missing'],
  ])('of %s treats missing data as %s where nothing is said', (namespace, expected) => {
    expect(read(alarmArguments({ namespace, treat_missing_data: undefined }))).toMatchObject([
      { treatMissingData: expected },
    ]);
  });

  const math = (expression: string) =>
    withQueries({ id: 'm1', metric: stat }, { id: 'e1', expression, return_data: true });
  it.each([
    ['an unknown argument', 'threshold_metric_id', alarmArguments({ threshold_metric_id: 'e1' })],
    ['an unknown block', 'metric_query.0.account_id', withQueries({ id: 'm1', metric: stat, account_id: '1' })],
    ['no threshold', 'threshold', alarmArguments({ threshold: undefined })],
    [
      'a band of anomalies',
      'comparison_operator',
      alarmArguments({ comparison_operator: 'GreaterThanUpperThreshold' }),
    ],
    ['a period of seconds', 'period', alarmArguments({ period: 30 })],
    ['more to alarm than periods', 'datapoints_to_alarm', alarmArguments({ datapoints_to_alarm: 2 })],
    ['a look back of a day', 'evaluation_periods', alarmArguments({ period: 3600, evaluation_periods: 24 })],
    ['two statistics', 'statistic', alarmArguments({ extended_statistic: 'p99' })],
    ['an unknown statistic', 'metric_query', alarmArguments({ statistic: undefined, extended_statistic: 'tm99' })],
    ['a metric and queries', 'metric_name', { ...math('m1'), metric_name: 'Failed' }],
    ['queries and dimensions', 'dimensions', { ...math('m1'), dimensions: { service: 'a' } }],
    ['neither', 'metric_name', withQueries()],
    [
      'two that return',
      'metric_query',
      withQueries({ id: 'm1', metric: stat, return_data: true }, { id: 'e1', expression: 'm1', return_data: true }),
    ],
    ['none that returns', 'metric_query', withQueries({ id: 'm1', metric: stat })],
    ['an id that begins with a capital', 'metric_query', withQueries({ id: 'M1', metric: stat, return_data: true })],
    [
      'an id twice',
      'metric_query',
      withQueries({ id: 'm1', metric: stat, return_data: true }, { id: 'm1', metric: stat }),
    ],
    ['an id that is not there', 'metric_query', math('m2')],
    ['an expression that needs itself', 'metric_query', math('e1 + m1')],
    ['an expression of numbers', 'metric_query', math('1')],
    ['math that is not known', 'metric_query', math('RATE(m1)')],
    [
      'two periods',
      'metric_query',
      withQueries({ id: 'm1', metric: stat }, { id: 'm2', metric: { ...stat, period: 120 }, return_data: true }),
    ],
    [
      'eleven metrics',
      'metric_query',
      withQueries(
        { id: 'm0', metric: stat, return_data: true },
        ...Array.from({ length: 10 }, (_, at) => ({ id: `m${at + 1}`, metric: stat })),
      ),
    ],
    ['six actions', 'alarm_actions', alarmArguments({ alarm_actions: Array.from({ length: 6 }, () => 'arn:x') })],
  ])('is refused for %s, naming %s', (_, path, alarm) => {
    const given = Object.fromEntries(Object.entries(alarm).filter(([, value]) => value !== undefined));
    expect(() => read(given)).toThrow(StackError);
    expect(() => read(given)).toThrow(`resource.aws_cloudwatch_metric_alarm.one.${path}`);
  });

  it('is refused where another has its name', () => {
    expect(() => readAlarms(stackOfAlarms({ one: alarmArguments(), two: alarmArguments() }))).toThrow(
      /two\.alarm_name/,
    );
  });
});
