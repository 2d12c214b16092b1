import { describe, expect, it, jest } from '@jest/globals';
import { testStack } from '../stack-fixture.ts';
import { parseRate } from './read-schedules.ts';
import { startSchedules } from './start-schedules.ts';

describe('parseRate', () => {
  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(1 hour)', 3_600_000],
    ['rate(2 days)', 172_800_000],
  ])('reads %s', (expression, ms) => expect(parseRate(expression)).toBe(ms));

  it.each(['rate(1 minutes)', 'rate(5 minute)', 'rate(0 minutes)', 'rate(5 seconds)', 'cron(0 * * * ? *)', 'rate(5)'])(
    'does not read %s',
    (expression) => expect(parseRate(expression)).toBeUndefined(),
  );
});

const functionArn = 'arn:aws:lambda:eu-central-1:000000000000:function:refresh';
const ruleArn = 'arn:aws:events:eu-central-1:000000000000:rule/hourly';
const permission = {
  action: 'lambda:InvokeFunction',
  function_name: 'refresh',
  qualifier: 'live',
  principal: 'events.amazonaws.com',
  source_arn: ruleArn,
};

function run(changes: { rule?: object; target?: object; permission?: object; isThere?: boolean; fails?: boolean }) {
  const stack = testStack({
    resource: {
      aws_cloudwatch_event_rule: { hourly: { name: 'hourly', schedule_expression: 'rate(1 hour)', ...changes.rule } },
      aws_cloudwatch_event_target: {
        hourly: { rule: '${aws_cloudwatch_event_rule.hourly.name}', arn: `${functionArn}:live`, ...changes.target },
        other: { rule: 'other', arn: functionArn },
      },
      aws_lambda_permission: { hourly: { ...permission, ...changes.permission } },
    },
  });
  const invoke = jest.fn(async (_name: string, _payload: string) => {
    if (changes.fails) throw new Error('no package');
    return { statusCode: 200, payload: 'null', logTail: '', executedVersion: '1' };
  });
  const find = () =>
    changes.isThere === false
      ? undefined
      : { functionName: 'refresh', qualifier: 'live', arn: `${functionArn}:live`, executedVersion: '1' };
  const onError = jest.fn();
  return { schedules: startSchedules({ stack, lambda: { find, invoke }, onError }), invoke, onError };
}

describe('a schedule', () => {
  it('invokes its target at the start and at every interval', async () => {
    jest.useFakeTimers();
    const { schedules, invoke } = run({});
    await schedules.started;
    expect(invoke).toHaveBeenCalledTimes(1);
    expect(invoke.mock.calls[0]?.[0]).toBe(`${functionArn}:live`);
    expect(JSON.parse(invoke.mock.calls[0]?.[1] ?? '')).toMatchObject({
      'detail-type': 'Scheduled Event',
      resources: [ruleArn],
    });
    jest.advanceTimersByTime(7_200_000);
    expect(invoke).toHaveBeenCalledTimes(3);
    schedules.stop();
    jest.advanceTimersByTime(7_200_000);
    expect(invoke).toHaveBeenCalledTimes(3);
    jest.useRealTimers();
  });

  it('may replace the event by an input of its own', async () => {
    const { schedules, invoke } = run({ target: { input: '{"own":1}' } });
    await schedules.started;
    schedules.stop();
    expect(invoke.mock.calls[0]?.[1]).toBe('{"own":1}');
  });

  it('that is switched off does nothing', async () => {
    for (const rule of [{ state: 'DISABLED' }, { is_enabled: false }]) {
      const { schedules, invoke } = run({ rule });
      await schedules.started;
      expect(invoke).not.toHaveBeenCalled();
    }
  });

  it('reports an invocation that could not be made', async () => {
    const { schedules, onError } = run({ fails: true });
    await schedules.started;
    schedules.stop();
    expect(onError).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['nobody lets it', { permission: { principal: 'apigateway.amazonaws.com' } }, /no aws_lambda_permission/],
    ['only the bare function may be invoked', { permission: { qualifier: null } }, /no aws_lambda_permission/],
    ['its function is not there', { isThere: false }, /there is no function/],
    ['it is a cron expression', { rule: { schedule_expression: 'cron(0 * * * ? *)' } }, /only rate/],
    ['the rule has no schedule', { rule: { schedule_expression: null, event_pattern: '{}' } }, /rules with a schedule/],
  ])('stops the start when %s', (_, changes, problem) => expect(() => run(changes)).toThrow(problem));
});
