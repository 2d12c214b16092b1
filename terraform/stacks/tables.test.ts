import { describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../environments/index.ts';
import { resource, synthesized } from '../testing/synthesized.ts';

const dev = synthesized(ENVIRONMENTS.dev);
const prod = synthesized(ENVIRONMENTS.prod);
const sessions = resource(dev, 'aws_dynamodb_table', 'sessions');
const events = resource(dev, 'aws_dynamodb_table', 'events');

describe('the tables', () => {
  it('keep the sessions of a user under one partition key', () => {
    expect(sessions).toMatchObject({ name: 'cloakroom-dev-sessions', hash_key: 'user_key', range_key: 'item' });
    expect(sessions.attribute).toEqual([
      { name: 'user_key', type: 'S' },
      { name: 'item', type: 'S' },
    ]);
  });

  it('keep the events of a user under one partition key', () => {
    expect(events).toMatchObject({ name: 'cloakroom-dev-events', hash_key: 'user_key', range_key: 'event_key' });
    expect(events.attribute).toEqual([
      { name: 'user_key', type: 'S' },
      { name: 'event_key', type: 'S' },
    ]);
  });

  it.each([['sessions', sessions] as const, ['events', events] as const])(
    '%s: on demand, encrypted under the customer key, recoverable, with TTL and without any index',
    (_, table) => {
      expect(table).toMatchObject({
        billing_mode: 'PAY_PER_REQUEST',
        ttl: { attribute_name: 'ttl', enabled: true },
        point_in_time_recovery: { enabled: true },
        server_side_encryption: { enabled: true, kms_key_arn: `\${aws_kms_key.tables.arn}` },
      });
      expect(Object.keys(table).filter((argument) => /index|replica|capacity/.test(argument))).toEqual([]);
    },
  );

  it('offer the changes of sessions as a stream with both images', () => {
    expect(sessions).toMatchObject({ stream_enabled: true, stream_view_type: 'NEW_AND_OLD_IMAGES' });
    expect(events.stream_enabled).toBeUndefined();
  });

  it('are encrypted under a key that rotates and can be had back for a month', () => {
    const key = resource(dev, 'aws_kms_key', 'tables');
    expect(key).toMatchObject({ enable_key_rotation: true, deletion_window_in_days: 30 });
  });

  it('cannot be deleted in prod, by Terraform or by anybody', () => {
    const table = resource(prod, 'aws_dynamodb_table', 'sessions');
    expect(table).toMatchObject({ deletion_protection_enabled: true, lifecycle: { prevent_destroy: true } });
  });
});

describe('what cannot be made again', () => {
  const protectedTypes = [
    'aws_apigatewayv2_api',
    'aws_cloudwatch_log_group',
    'aws_dynamodb_table',
    'aws_kms_key',
    'aws_sqs_queue',
  ];

  it.each(['staging', 'prod'] as const)('is never destroyed by Terraform in %s', (name) => {
    const document = synthesized(ENVIRONMENTS[name]);
    for (const type of protectedTypes) {
      for (const [address, values] of Object.entries(document.resource[type] ?? {})) {
        // Nothing is kept under the key of the alarms' topic.
        if (type === 'aws_kms_key' && address === 'alarms') continue;
        expect(values).toMatchObject({ lifecycle: { prevent_destroy: true } });
      }
    }
  });

  it('can be destroyed in dev', () => {
    expect(JSON.stringify(dev)).not.toContain('prevent_destroy');
  });
});
