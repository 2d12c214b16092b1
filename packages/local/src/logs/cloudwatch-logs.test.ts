import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from '@jest/globals';
import { account, aws, ENDPOINT, post, REGION, signed, useLocalAws } from '../local-aws-fixture.ts';

const hasCli = spawnSync('aws', ['--version']).status === 0;

useLocalAws();

describe('CloudWatch Logs', () => {
  const logs = new CloudWatchLogsClient({ ...account, maxAttempts: 1 });
  const logGroupName = '/aws/lambda/echo';
  const echo = (event: object) => aws.lambda.invoke('echo', JSON.stringify(event));

  it('lists the group of every function', async () => {
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/lambda/' }));
    expect(logGroups?.map((group) => group.logGroupName)).toEqual([
      '/aws/lambda/echo',
      '/aws/lambda/record',
      '/aws/lambda/refresh',
      '/aws/lambda/store',
    ]);
  });

  it('finds lines by term, time and page, under ids that do not change', async () => {
    const startTime = Date.now();
    await echo({ find: 'one' });
    await echo({ find: 'two' });
    const find = (rest: object = {}) =>
      logs.send(new FilterLogEventsCommand({ logGroupName, startTime, filterPattern: '"find" -START', ...rest }));
    const { events = [], nextToken } = await find();
    expect(events.map(({ message }) => message?.match(/\{.*\}/)?.[0])).toEqual(['{"find":"one"}', '{"find":"two"}']);
    expect(nextToken).toBeUndefined();
    expect((await find()).events).toEqual(events);
    const first = await find({ limit: 1 });
    const second = await find({ limit: 1, nextToken: first.nextToken });
    expect([...(first.events ?? []), ...(second.events ?? [])]).toEqual(events);
    expect((await find({ startTime: Date.now() + 1000 })).events).toEqual([]);
    expect((await find({ logStreamNamePrefix: 'none' })).events).toEqual([]);
    expect((await find({ logStreamNames: [events[0]?.logStreamName] })).events).not.toEqual([]);
  });

  it('finds lines by a field of their JSON', async () => {
    await echo({ code: 'aws.credentials.refresh' });
    const find = async (filterPattern: string) =>
      (await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern }))).events?.length;
    expect(await find('{ $.code = "aws.credentials.refresh" }')).toBe(1);
    expect(await find('{ $.code = "aws.*" }')).toBe(1);
    expect(await find('{ $.code = "other" }')).toBe(0);
  });

  it('refuses patterns and input it does not understand', async () => {
    const filter = (input: object) => logs.send(new FilterLogEventsCommand({ logGroupName, ...input }));
    const invalid = { name: 'InvalidParameterException' };
    await expect(filter({ filterPattern: '{ $.a > 1 }' })).rejects.toMatchObject(invalid);
    await expect(filter({ filterPattern: '%regex%' })).rejects.toMatchObject(invalid);
    await expect(filter({ limit: 0 })).rejects.toMatchObject(invalid);
    await expect(filter({ logGroupName: undefined })).rejects.toMatchObject(invalid);
    await expect(filter({ logGroupName: '/none' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const unknown = await post({ ...signed('logs'), 'x-amz-target': 'Logs_20140328.PutLogEvents' });
    expect(unknown.status).toBe(400);
  });

  it('reads a stream forwards and backwards', async () => {
    await echo({ read: 'me' });
    const { logStreams = [] } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName, orderBy: 'LastEventTime', descending: true }),
    );
    const logStreamName = logStreams[0]?.logStreamName;
    const read = (rest: object) => logs.send(new GetLogEventsCommand({ logGroupName, logStreamName, ...rest }));
    const all = (await read({ startFromHead: true })).events ?? [];
    expect(all.at(-1)?.message).toMatch(/^REPORT/);
    const head = await read({ startFromHead: true, limit: 2 });
    const next = await read({ nextToken: head.nextForwardToken, limit: 1 });
    expect([...(head.events ?? []), ...(next.events ?? [])]).toEqual(all.slice(0, 3));
    const tail = await read({ limit: 1 });
    const before = await read({ nextToken: tail.nextBackwardToken, limit: 1 });
    expect([...(before.events ?? []), ...(tail.events ?? [])]).toEqual(all.slice(-2));
    const end = await read({ nextToken: tail.nextForwardToken });
    expect(end).toMatchObject({ events: [], nextForwardToken: tail.nextForwardToken });
  });
});

(hasCli ? it : it.skip)(
  'speaks to the AWS CLI (skipped where it is not installed)',
  async () => {
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: ENDPOINT,
      AWS_DEFAULT_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'cli',
      AWS_SECRET_ACCESS_KEY: 'cli',
    };
    const cli = async (line: string) => (await promisify(execFile)('aws', line.split(' '), { env })).stdout;
    const tail = await cli(
      'lambda invoke --function-name echo --log-type Tail --query LogResult --output text /dev/null',
    );
    expect(tail).toMatch(/^[\w+/=]+\n$/);
    expect(await cli('logs filter-log-events --log-group-name /aws/lambda/echo --filter-pattern REPORT')).toContain(
      'Billed',
    );
    // Version 1 of the CLI does not read AWS_ENDPOINT_URL for SQS.
    expect(await cli(`sqs get-queue-url --queue-name idle --output text --endpoint-url ${ENDPOINT}`)).toBe(
      `${ENDPOINT}/000000000000/idle\n`,
    );
  },
  30_000,
);
