import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  type Statistic,
} from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueUrlCommand, PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import {
  account,
  aws,
  calls,
  ENDPOINT,
  eventually,
  metricsClock,
  post,
  REGION,
  signed,
  useLocalAws,
} from '../local-aws-fixture.ts';

const hasCli = spawnSync('aws', ['--version']).status === 0;
const cloudWatch = new CloudWatchClient({ ...account, maxAttempts: 1 });
const HOUR_MS = 3_600_000;

useLocalAws();

const invokeEcho = (event: object) => aws.lambda.invoke('echo:live', JSON.stringify(event));

/** A statistic of what a metric had within the hours around now, one value an hour at most. */
async function read(Namespace: string, MetricName: string, dimensions: Record<string, string>, statistic: Statistic) {
  const nowMs = Date.now() + metricsClock.aheadMs;
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const when = { StartTime: new Date(nowMs - HOUR_MS), EndTime: new Date(nowMs + HOUR_MS), Period: 7200 };
  const command = new GetMetricStatisticsCommand({
    Namespace,
    MetricName,
    Dimensions,
    ...when,
    Statistics: [statistic],
  });
  const { Datapoints = [] } = await cloudWatch.send(command);
  return Datapoints.map((point) => ({ value: point[statistic], unit: point.Unit }));
}

/** The next minute begins, and alarms are judged by the one that is over. */
function nextMinute(): void {
  metricsClock.aheadMs += 60_000;
  aws.monitoring.alarms.evaluate();
}

async function stateOf(AlarmNames: string): Promise<string | undefined> {
  const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmNames] }));
  return MetricAlarms[0]?.StateValue;
}

describe('CloudWatch', () => {
  it('counts what Lambda counts, by function and by the name that was invoked', async () => {
    await invokeEcho({});
    await invokeEcho({ fail: true });
    const live = { FunctionName: 'echo', Resource: 'echo:live' };
    expect(await read('AWS/Lambda', 'Errors', { FunctionName: 'echo' }, 'Sum')).toEqual([{ value: 1, unit: 'Count' }]);
    expect(await read('AWS/Lambda', 'Invocations', live, 'Sum')).toEqual([{ value: 2, unit: 'Count' }]);
    expect(await read('AWS/Lambda', 'Throttles', live, 'Sum')).toEqual([{ value: 0, unit: 'Count' }]);
    const [duration] = await read('AWS/Lambda', 'Duration', live, 'Maximum');
    expect(duration).toEqual({ value: expect.any(Number), unit: 'Milliseconds' });
    expect(duration?.value).toBeGreaterThan(0);
  });

  it('knows how old the changes of a table are when their function gets them', async () => {
    const dynamodb = new DynamoDBClient(account);
    await dynamodb.send(
      new PutItemCommand({ TableName: 'sessions', Item: { user_key: { S: 'a' }, item: { S: 'b' } } }),
    );
    const age = await eventually(async () => {
      const [found] = await read('AWS/Lambda', 'IteratorAge', { FunctionName: 'record' }, 'Maximum');
      return found;
    });
    expect(age.unit).toBe('Milliseconds');
    // DynamoDB Local dates a change by its minute, and the change is some moments under way besides.
    expect(age.value).toBeLessThan(120_000);
  });

  it('takes the metrics out of the lines of functions, each set of dimensions as a metric of its own', async () => {
    const directive = {
      Namespace: 'embedded',
      Dimensions: [['service'], ['service', 'kind'], ['service', 'absent']],
      Metrics: [{ Name: 'Made', Unit: 'Count' }, { Name: 'Took', Unit: 'Milliseconds' }, { Name: 'Absent' }],
    };
    const members = { service: 'echo', kind: 'a', Made: 3, Took: [1, 5] };
    const line = { _aws: { Timestamp: Date.now(), CloudWatchMetrics: [directive] }, ...members };
    await invokeEcho({ print: JSON.stringify(line) });
    expect(await read('embedded', 'Made', { service: 'echo' }, 'Sum')).toEqual([{ value: 3, unit: 'Count' }]);
    expect(await read('embedded', 'Took', { service: 'echo', kind: 'a' }, 'Maximum')).toEqual([
      { value: 5, unit: 'Milliseconds' },
    ]);
    const { Metrics = [] } = await cloudWatch.send(new ListMetricsCommand({ Namespace: 'embedded' }));
    expect(Metrics.map(({ MetricName, Dimensions = [] }) => `${MetricName} ${Dimensions.length}`).sort()).toEqual([
      'Made 1',
      'Made 2',
      'Took 1',
      'Took 2',
    ]);
  });

  it('looks into the queues', async () => {
    const sqs = new SQSClient(account);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'idle' }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    metricsClock.aheadMs += 5 * 60_000;
    aws.monitoring.sample();
    const idle = { QueueName: 'idle' };
    expect(await read('AWS/SQS', 'ApproximateNumberOfMessagesVisible', idle, 'Maximum')).toMatchObject([{ value: 1 }]);
    const [age] = await read('AWS/SQS', 'ApproximateAgeOfOldestMessage', idle, 'Maximum');
    expect(age).toEqual({ value: expect.any(Number), unit: 'Seconds' });
    expect(age?.value).toBeGreaterThanOrEqual(300);
    expect(await read('AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName: 'events' }, 'Maximum')).toEqual([]);
  });

  it('takes metrics, compressed where there are many, and computes with them', async () => {
    const of = (MetricName: string, Value: number) => ({ MetricName, Value, Unit: 'Count' as const });
    const many = Array.from({ length: 400 }, (_, at) => of(at % 4 === 0 ? 'Failed' : 'Made', 1));
    await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'mine', MetricData: many }));
    const nowMs = Date.now() + metricsClock.aheadMs;
    const stat = (MetricName: string) => ({ Metric: { Namespace: 'mine', MetricName }, Period: 3600, Stat: 'Sum' });
    const { MetricDataResults } = await cloudWatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(nowMs - HOUR_MS / 2),
        EndTime: new Date(nowMs + HOUR_MS / 2),
        MetricDataQueries: [
          { Id: 'failed', MetricStat: stat('Failed'), ReturnData: false },
          { Id: 'made', MetricStat: stat('Made'), ReturnData: false },
          { Id: 'rate', Expression: '100 * failed / (failed + made)', Label: 'Rate' },
        ],
      }),
    );
    expect(MetricDataResults).toMatchObject([{ Id: 'rate', Label: 'Rate', Values: [25], StatusCode: 'Complete' }]);
    expect(MetricDataResults?.[0]?.Timestamps?.[0]).toBeInstanceOf(Date);
  });

  it('has the alarms of the stack, which fire and clear', async () => {
    for (let minutes = 0; minutes < 3; minutes += 1) nextMinute();
    expect(await stateOf('echo-errors')).toBe('OK');
    await invokeEcho({ fail: true });
    nextMinute();
    const { MetricAlarms, CompositeAlarms } = await cloudWatch.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }));
    expect(CompositeAlarms).toEqual([]);
    expect(MetricAlarms).toMatchObject([
      {
        AlarmName: 'echo-errors',
        AlarmArn: 'arn:aws:cloudwatch:eu-central-1:000000000000:alarm:echo-errors',
        AlarmDescription: 'echo has failed',
        AlarmActions: ['arn:aws:sns:eu-central-1:000000000000:alarms'],
        StateReason: expect.stringMatching(/^Threshold Crossed: 1 out of the last 1 datapoint \[1.0 /),
        Dimensions: [{ Name: 'FunctionName', Value: 'echo' }],
        Statistic: 'Sum',
      },
    ]);
    for (let minutes = 0; minutes < 3; minutes += 1) nextMinute();
    expect(await stateOf('echo-errors')).toBe('OK');
    const { AlarmHistoryItems = [] } = await cloudWatch.send(
      new DescribeAlarmHistoryCommand({ AlarmName: 'echo-errors' }),
    );
    expect(AlarmHistoryItems.slice(0, 2).map(({ HistorySummary }) => HistorySummary)).toEqual([
      'Alarm updated from ALARM to OK',
      'Alarm updated from OK to ALARM',
    ]);
  });

  it('has alarms over queues, with the math of the stack', async () => {
    const sqs = new SQSClient(account);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'events-dlq' }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'dead' }));
    aws.monitoring.sample();
    nextMinute();
    expect(await stateOf('dead-letters')).toBe('ALARM');
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    aws.monitoring.sample();
    nextMinute();
    expect(await stateOf('dead-letters')).toBe('OK');
  });

  it('sets the state of an alarm for a drill, until the next minute', async () => {
    const drill = { StateValue: 'ALARM' as const, StateReason: 'a drill' };
    await cloudWatch.send(new SetAlarmStateCommand({ AlarmName: 'dead-letters', ...drill }));
    expect(await stateOf('dead-letters')).toBe('ALARM');
    nextMinute();
    expect(await stateOf('dead-letters')).toBe('OK');
    const nobody = cloudWatch.send(new SetAlarmStateCommand({ AlarmName: 'nobody', ...drill }));
    await expect(nobody).rejects.toMatchObject({ name: 'ResourceNotFound', message: 'there is no alarm nobody' });
  });

  it('says what each call does, in the words of IAM', async () => {
    await cloudWatch.send(new DescribeAlarmsCommand({}));
    await stateOf('dead-letters');
    const accesses = calls.filter(({ service }) => service === 'monitoring').flatMap((call) => call.accesses);
    expect(accesses).toContainEqual({ action: 'cloudwatch:PutMetricData', resource: '*' });
    expect(accesses.slice(-2)).toEqual([
      { action: 'cloudwatch:DescribeAlarms', resource: '*' },
      { action: 'cloudwatch:DescribeAlarms', resource: `arn:aws:cloudwatch:${REGION}:000000000000:alarm:dead-letters` },
    ]);
  });

  it('tells clients of another protocol to take a newer one, and refuses what it does not run', async () => {
    const form = { ...signed('monitoring'), 'content-type': 'application/x-www-form-urlencoded' };
    expect(await post(form, 'Action=DescribeAlarms')).toMatchObject({
      status: 400,
      body: expect.stringMatching(/take a newer one/),
    });
    const target = (operation: string) => ({
      ...signed('monitoring'),
      'x-amz-target': `GraniteServiceVersion20100801.${operation}`,
    });
    expect(await post(target('PutMetricAlarm'))).toMatchObject({
      status: 400,
      body: expect.stringMatching(/PutMetricAlarm is not run here/),
    });
    const notGzip = { ...target('DescribeAlarms'), 'content-encoding': 'gzip' };
    expect(await post(notGzip, '{}')).toMatchObject({ status: 400, body: expect.stringMatching(/is no gzip/) });
  });

  (hasCli ? it : it.skip)('answers the AWS CLI', async () => {
    const env = {
      ...process.env,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_DEFAULT_REGION: REGION,
    };
    const cli = async (...args: string[]) =>
      (
        await promisify(execFile)('aws', ['--endpoint-url', ENDPOINT, '--output', 'json', 'cloudwatch', ...args], {
          env,
        })
      ).stdout;
    const { MetricAlarms } = JSON.parse(await cli('describe-alarms', '--alarm-names', 'echo-errors'));
    expect(MetricAlarms).toMatchObject([{ AlarmName: 'echo-errors', StateValue: 'OK' }]);
    await cli('put-metric-data', '--namespace', 'cli', '--metric-name', 'Made', '--value', '2', '--unit', 'Count');
    expect(JSON.parse(await cli('list-metrics', '--namespace', 'cli'))).toMatchObject({
      Metrics: [{ MetricName: 'Made' }],
    });
  });
});
