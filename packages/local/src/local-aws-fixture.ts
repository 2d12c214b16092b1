import { mkdtempSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { AwsCall } from './aws-endpoint/start-aws-endpoint.ts';
import { AwsError } from './base/aws-error.ts';
import { freePort } from './base/ports.ts';
import type { ResolvedStack } from './stack/resolved-stack.ts';
import { testStack } from './stack-fixture.ts';
import { type LocalAws, startAws } from './start-aws.ts';

/** For tests: a local AWS with functions, a table, queues, event sources and a schedule; each test file has one of its own. */
export const PORT = await freePort();
export const ENDPOINT = `http://127.0.0.1:${PORT}`;
export const REGION = 'eu-central-1';
/** What a client of the SDK is told to reach it as a developer does. */
export const account = {
  endpoint: ENDPOINT,
  region: REGION,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

/** Fails the messages that say so, throws when one says that, and writes down the others. */
const STORE = `export const handler = async ({ Records }) => {
  if (Records.some(({ body }) => body === 'throw')) throw new Error('asked to');
  const batchItemFailures = [];
  for (const { messageId, body, messageAttributes, attributes } of Records) {
    if (body === 'poison') batchItemFailures.push({ itemIdentifier: messageId });
    else console.log(JSON.stringify({ code: 'stored', body, colour: messageAttributes.colour?.stringValue, received: attributes.ApproximateReceiveCount }));
  }
  return { batchItemFailures };
};`;
/** Dies of the first change that says so: the process is gone, and the answer with it. */
const RECORD = `import { existsSync, writeFileSync } from 'node:fs';
export const handler = async ({ Records }) => {
  for (const { eventName, eventSourceARN, dynamodb } of Records) {
    const user = dynamodb.Keys.user_key.S;
    const mark = process.env.MARK + user.replaceAll('#', '-');
    if (user.includes('deadly') && !existsSync(mark)) { writeFileSync(mark, ''); process.exit(1); }
    console.log(JSON.stringify({ code: 'recorded', eventName, user, eventSourceARN }));
  }
  return { batchItemFailures: [] };
};`;
const ECHO = `export const handler = async (event) => {
  console.log('event', JSON.stringify(event));
  if (event.print) process.stdout.write(event.print + "\\n");
  if (event.fail) throw new Error('asked to');
  return { event, key: process.env.AWS_ACCESS_KEY_ID, secret: process.env.AWS_SECRET_ACCESS_KEY, token: process.env.AWS_SESSION_TOKEN };
};`;

function stackOf(): ResolvedStack {
  return testStack({
    awsEndpoint: ENDPOINT,
    functions: {
      store: { code: STORE, timeout: 2 },
      echo: { code: ECHO },
      refresh: { code: ECHO },
      record: { code: RECORD, variables: { MARK: join(mkdtempSync(join(tmpdir(), 'cloakroom-')), 'died') } },
    },
    resource: {
      aws_dynamodb_table: {
        sessions: {
          name: 'sessions',
          hash_key: 'user_key',
          range_key: 'item',
          attribute: [
            { name: 'user_key', type: 'S' },
            { name: 'item', type: 'S' },
          ],
          ttl: { attribute_name: 'ttl', enabled: true },
          stream_enabled: true,
          stream_view_type: 'NEW_AND_OLD_IMAGES',
        },
      },
      aws_sqs_queue: {
        events: {
          name: 'events',
          visibility_timeout_seconds: 2,
          redrive_policy: '{"deadLetterTargetArn":"${aws_sqs_queue.dlq.arn}","maxReceiveCount":2}',
        },
        dlq: { name: 'events-dlq' },
        idle: { name: 'idle', delay_seconds: 0, visibility_timeout_seconds: 7 },
      },
      aws_kms_key: { tokens: {} },
      aws_secretsmanager_secret: { client: { name: 'local/client' } },
      aws_lambda_event_source_mapping: {
        events: {
          event_source_arn: '${aws_sqs_queue.events.arn}',
          function_name: '${aws_lambda_alias.store.arn}',
          batch_size: 20,
          maximum_batching_window_in_seconds: 1,
          function_response_types: ['ReportBatchItemFailures'],
        },
        changes: {
          event_source_arn: '${aws_dynamodb_table.sessions.stream_arn}',
          function_name: '${aws_lambda_alias.record.arn}',
          starting_position: 'TRIM_HORIZON',
          function_response_types: ['ReportBatchItemFailures'],
          bisect_batch_on_function_error: true,
          maximum_retry_attempts: 100,
          destination_config: { on_failure: { destination_arn: '${aws_sqs_queue.dlq.arn}' } },
        },
      },
      aws_cloudwatch_metric_alarm: {
        echo: {
          alarm_name: 'echo-errors',
          alarm_description: 'echo has failed',
          comparison_operator: 'GreaterThanThreshold',
          threshold: 0,
          evaluation_periods: 1,
          namespace: 'AWS/Lambda',
          metric_name: 'Errors',
          dimensions: { FunctionName: '${aws_lambda_function.echo.function_name}' },
          statistic: 'Sum',
          period: 60,
          treat_missing_data: 'notBreaching',
          alarm_actions: ['arn:aws:sns:eu-central-1:000000000000:alarms'],
        },
        dead: {
          alarm_name: 'dead-letters',
          comparison_operator: 'GreaterThanThreshold',
          threshold: 0,
          evaluation_periods: 1,
          treat_missing_data: 'notBreaching',
          metric_query: [
            { id: 'dead', expression: 'FILL(visible, 0)', return_data: true },
            {
              id: 'visible',
              metric: {
                namespace: 'AWS/SQS',
                metric_name: 'ApproximateNumberOfMessagesVisible',
                dimensions: { QueueName: '${aws_sqs_queue.dlq.name}' },
                stat: 'Maximum',
                period: 60,
              },
            },
          ],
        },
      },
      aws_cloudwatch_event_rule: { refresh: { name: 'refresh', schedule_expression: 'rate(1 hour)' } },
      aws_cloudwatch_event_target: {
        refresh: { rule: '${aws_cloudwatch_event_rule.refresh.name}', arn: '${aws_lambda_alias.refresh.arn}' },
      },
      aws_lambda_permission: {
        refresh: {
          action: 'lambda:InvokeFunction',
          function_name: '${aws_lambda_function.refresh.function_name}',
          qualifier: '${aws_lambda_alias.refresh.name}',
          principal: 'events.amazonaws.com',
          source_arn: '${aws_cloudwatch_event_rule.refresh.arn}',
        },
      },
    },
  });
}

export const stack = stackOf();
/** The one that `startTestAws` has started last. */
export let aws: LocalAws;
/** How far the clock of metrics and alarms is ahead of the system's. */
export const metricsClock = { aheadMs: 0 };
/** Every call that has come to the AWS endpoint. */
export const calls: AwsCall[] = [];
const faults: unknown[] = [];

/** Runs the tests of a file on a local AWS that is started before them and stopped after them; a fault of its own fails them. */
export function useLocalAws(): void {
  beforeAll(startTestAws);
  afterAll(async () => {
    const untilStop = [...faults];
    await aws.stop();
    expect(untilStop).toEqual([]);
  });
}

/** Where it was stopped before, it is started again with what it has kept. Nobody may read or write the table `forbidden`. */
export async function startTestAws(): Promise<void> {
  aws = await startAws({
    stack,
    dataDir: join(stack.folder, 'data'),
    awsEndpointPort: PORT,
    transactionWindowMs: 1000, // so long that a busy machine gets a second request into it
    metricsAheadMs: () => metricsClock.aheadMs,
    admit(call) {
      calls.push(call);
      if (call.accesses.some(({ resource }) => resource.endsWith('table/forbidden'))) {
        throw new AwsError('AccessDeniedException', 'not this table');
      }
    },
    onError: (error) => faults.push(error),
  });
}

/** Looks until there is something to be seen, for 10 seconds at most. */
export async function eventually<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const endMs = Date.now() + 10_000; Date.now() < endMs; await delay(30)) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
  }
  throw new Error('it did not happen within 10 seconds');
}

/** What a function has logged, and Lambda about it. */
export function messagesOf(name: string): string[] {
  return (aws.logs.events(`/aws/lambda/${name}`) ?? []).map(({ message }) => message);
}

/** Sends to the endpoint what no client of the SDK would. */
export function post(
  headers: Record<string, string>,
  body = '{}',
): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(ENDPOINT, { method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.once('end', () => resolve({ status: response.statusCode, body: text }));
    });
    request.once('error', reject);
    request.end(body);
  });
}

/** The headers of a request that claims to be signed for a service. */
export function signed(service: string): Record<string, string> {
  const credential = `Credential=local/20260101/${REGION}/${service}/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=00` };
}
