import { describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../environments/index.ts';
import { resource, resources, statementsOf, synthesized } from '../testing/synthesized.ts';
import { FUNCTIONS } from './functions/index.ts';

const dev = synthesized(ENVIRONMENTS.dev);
const queue = resource(dev, 'aws_sqs_queue', 'events');
const deadLetters = resource(dev, 'aws_sqs_queue', 'events_dlq');
const mapping = resource(dev, 'aws_lambda_event_source_mapping', 'events');

describe('the queue of events', () => {
  it('sends a message to the dead-letter queue after five receives', () => {
    expect(queue.name).toBe('cloakroom-dev-events');
    expect(deadLetters.name).toBe('cloakroom-dev-events-dlq');
    expect(JSON.parse(String(queue.redrive_policy))).toEqual({
      deadLetterTargetArn: `\${aws_sqs_queue.events_dlq.arn}`,
      maxReceiveCount: 5,
    });
  });

  it('hides a message for at least six times as long as its consumer may run', () => {
    const timeoutSeconds = FUNCTIONS['store-event'].timeoutSeconds(ENVIRONMENTS.dev);
    expect(timeoutSeconds).toBe(ENVIRONMENTS.dev.storeEventTimeoutSeconds);
    expect(Number(queue.visibility_timeout_seconds)).toBeGreaterThanOrEqual(6 * timeoutSeconds);
  });

  it('keeps dead letters longer than messages, since their age counts from the first sending', () => {
    expect(Number(deadLetters.message_retention_seconds)).toBeGreaterThan(Number(queue.message_retention_seconds));
  });

  it('is encrypted, and so are the dead letters', () => {
    expect(queue.sqs_managed_sse_enabled).toBe(true);
    expect(deadLetters.sqs_managed_sse_enabled).toBe(true);
  });

  it('is the only one that may send to its dead-letter queue by redriving', () => {
    const { queue_url, redrive_allow_policy } = resource(dev, 'aws_sqs_queue_redrive_allow_policy', 'events_dlq');
    expect(queue_url).toBe(`\${aws_sqs_queue.events_dlq.url}`);
    expect(JSON.parse(String(redrive_allow_policy))).toEqual({
      redrivePermission: 'byQueue',
      sourceQueueArns: [`\${aws_sqs_queue.events.arn}`],
    });
  });

  it.each(Object.keys(resources(dev, 'aws_sqs_queue')))('%s: refuses whoever does not come by TLS', (name) => {
    const { queue_url, policy } = resource(dev, 'aws_sqs_queue_policy', name);
    expect(queue_url).toBe(`\${aws_sqs_queue.${name}.url}`);
    expect(statementsOf(policy)).toEqual([
      {
        Sid: 'RequireTls',
        Effect: 'Deny',
        Principal: '*',
        Action: ['sqs:*'],
        Resource: [`\${aws_sqs_queue.${name}.arn}`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });

  it('feeds batches to store-event, which reports the failures one by one', () => {
    expect(mapping).toEqual({
      event_source_arn: `\${aws_sqs_queue.events.arn}`,
      function_name: `\${aws_lambda_alias.store_event.arn}`,
      batch_size: 10,
      scaling_config: { maximum_concurrency: 50 },
      function_response_types: ['ReportBatchItemFailures'],
    });
  });

  it('gathers up to a hundred where there is a window, and hides them for that much longer', () => {
    const stack = synthesized({ ...ENVIRONMENTS.dev, eventsBatchWindowSeconds: 20 });
    const gathering = resource(stack, 'aws_lambda_event_source_mapping', 'events');
    expect(gathering).toMatchObject({ batch_size: 100, maximum_batching_window_in_seconds: 20 });
    const { visibility_timeout_seconds } = resource(stack, 'aws_sqs_queue', 'events');
    expect(visibility_timeout_seconds).toBe(6 * ENVIRONMENTS.dev.storeEventTimeoutSeconds + 20);
  });
});

describe('the changes of sessions', () => {
  it('are fed to record-changes in order, from the oldest on, and each until it is done or given up', () => {
    expect(resource(dev, 'aws_lambda_event_source_mapping', 'changes')).toEqual({
      event_source_arn: `\${aws_dynamodb_table.sessions.stream_arn}`,
      function_name: `\${aws_lambda_alias.record_changes.arn}`,
      starting_position: 'TRIM_HORIZON',
      parallelization_factor: 1,
      batch_size: 100,
      function_response_types: ['ReportBatchItemFailures'],
      bisect_batch_on_function_error: true,
      maximum_retry_attempts: 100,
      maximum_record_age_in_seconds: 21_600,
      filter_criteria: { filter: Array.from({ length: 3 }, () => ({ pattern: expect.any(String) })) },
      destination_config: { on_failure: { destination_arn: `\${aws_sqs_queue.changes_dlq.arn}` } },
    });
  });

  it('alone wake it: what begins with a session or its end, what deletes a session, and an app’s mark of an end', () => {
    const { filter_criteria } = resource(dev, 'aws_lambda_event_source_mapping', 'changes');
    const { filter } = filter_criteria as { filter: { pattern: string }[] };
    expect(filter.map(({ pattern }) => JSON.parse(pattern))).toEqual([
      {
        dynamodb: {
          Keys: { item: { S: [{ prefix: 'SESSION#' }, { prefix: 'ENDED#' }] } },
          OldImage: { item: { S: [{ exists: false }] } },
        },
      },
      {
        dynamodb: {
          Keys: { item: { S: [{ prefix: 'SESSION#' }] } },
          NewImage: { item: { S: [{ exists: false }] } },
        },
      },
      {
        dynamodb: {
          Keys: { item: { S: [{ prefix: 'SESSION#' }] } },
          NewImage: { web_ended_as: { S: [{ exists: true }] } },
        },
      },
    ]);
  });

  it('are given up long before the stream forgets them, and what is given up waits for two weeks', () => {
    const { maximum_record_age_in_seconds } = resource(dev, 'aws_lambda_event_source_mapping', 'changes');
    expect(Number(maximum_record_age_in_seconds)).toBeLessThanOrEqual(43_200);
    expect(resource(dev, 'aws_sqs_queue', 'changes_dlq')).toEqual({
      name: 'cloakroom-dev-changes-dlq',
      sqs_managed_sse_enabled: true,
      message_retention_seconds: 1_209_600,
    });
  });
});

describe('the schedule of refresh-keys', () => {
  it('invokes the live version every ten minutes', () => {
    expect(resource(dev, 'aws_cloudwatch_event_rule', 'refresh_keys').schedule_expression).toBe('rate(10 minutes)');
    expect(resource(dev, 'aws_cloudwatch_event_target', 'refresh_keys')).toEqual({
      rule: `\${aws_cloudwatch_event_rule.refresh_keys.name}`,
      arn: `\${aws_lambda_alias.refresh_keys.arn}`,
      depends_on: ['aws_lambda_permission.refresh_keys'],
    });
  });

  it('invokes it every minute where functions are inside a VPC, and get new keys by it alone', () => {
    const prod = synthesized(ENVIRONMENTS.prod);
    expect(resource(prod, 'aws_cloudwatch_event_rule', 'refresh_keys').schedule_expression).toBe('rate(1 minute)');
    for (const name of ['authorizer', 'create_session']) {
      expect(resource(prod, 'aws_lambda_function', name)).toMatchObject({
        environment: { variables: { KEYS_FROM: 'table' } },
      });
    }
  });

  it.each([
    ['far, twice more', dev, 2, 600],
    ['near, no more', synthesized(ENVIRONMENTS.prod), 0, 60],
  ])('repeats a failed run whose next is %s, and then tells a queue of its own', (_, stack, retries, maxAgeSeconds) => {
    expect(resource(stack, 'aws_lambda_function_event_invoke_config', 'refresh_keys')).toEqual({
      function_name: `\${aws_lambda_alias.refresh_keys.function_name}`,
      qualifier: `\${aws_lambda_alias.refresh_keys.name}`,
      maximum_retry_attempts: retries,
      maximum_event_age_in_seconds: maxAgeSeconds,
      destination_config: { on_failure: { destination: `\${aws_sqs_queue.schedules_dlq.arn}` } },
    });
    expect(resource(stack, 'aws_sqs_queue', 'schedules_dlq')).toMatchObject({
      name: expect.stringMatching(/-schedules-dlq$/),
      sqs_managed_sse_enabled: true,
      message_retention_seconds: 1_209_600,
    });
  });

  it('is permitted to, and only this rule is', () => {
    expect(resource(dev, 'aws_lambda_permission', 'refresh_keys')).toEqual({
      action: 'lambda:InvokeFunction',
      principal: 'events.amazonaws.com',
      function_name: `\${aws_lambda_alias.refresh_keys.function_name}`,
      qualifier: `\${aws_lambda_alias.refresh_keys.name}`,
      source_arn: `\${aws_cloudwatch_event_rule.refresh_keys.arn}`,
      lifecycle: { create_before_destroy: true },
    });
  });
});
