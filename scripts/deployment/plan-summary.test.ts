import { describe, expect, it } from '@jest/globals';
import { aPlan } from './plan-fixture.ts';
import { assertNothingStatefulGoes, lossesOf, summarize } from './plan-summary.ts';

const TABLE = 'aws_dynamodb_table.sessions';

describe('summarize', () => {
  it('says what is created, changed, replaced and destroyed, with addresses, and why', () => {
    const plan = aPlan([
      { address: 'aws_sqs_queue.events', actions: ['create'] },
      {
        address: 'aws_lambda_function.health',
        actions: ['update'],
        before: { timeout: 3, memory_size: 128, handler: 'a' },
        after: { timeout: 5, memory_size: 256, handler: 'a' },
      },
      { address: 'aws_lambda_permission.health', actions: ['create', 'delete'], replacedFor: ['source_arn'] },
      { address: 'aws_cloudwatch_event_rule.refresh', actions: ['delete'] },
      { address: 'aws_iam_role.health', actions: ['no-op'] },
    ]);
    expect(summarize(plan)).toEqual([
      'the plan: 1 to create, 1 to change, 1 to replace, 1 to destroy',
      '  + aws_sqs_queue.events',
      '  ~ aws_lambda_function.health (memory_size, timeout)',
      '  -/+ aws_lambda_permission.health (since source_arn changes)',
      '  - aws_cloudwatch_event_rule.refresh',
    ]);
    expect(lossesOf(plan)).toBe(2);
  });

  it('shortens long lists of what comes, and never those of what goes', () => {
    const many = (type: string, actions: readonly string[]) =>
      Array.from({ length: 30 }, (_, index) => ({ address: `${type}.n${index}`, actions }));
    const lines = summarize(
      aPlan([...many('aws_iam_role', ['create']), ...many('aws_cloudwatch_metric_alarm', ['delete'])]),
    );
    expect(lines.filter((line) => line.startsWith('  + '))).toHaveLength(12);
    expect(lines).toContain('    and 18 more');
    expect(lines.filter((line) => line.startsWith('  - '))).toHaveLength(30);
  });

  it('says what is adopted, changed or not', () => {
    const plan = aPlan([{ address: TABLE, actions: ['no-op'], adopts: 'cloakroom-prod-sessions' }]);
    expect(summarize(plan)).toEqual(['the plan: 1 to adopt', `  ← ${TABLE} (adopts cloakroom-prod-sessions)`]);
  });

  it('says that there is nothing to do', () => {
    expect(summarize(aPlan([{ address: TABLE, actions: ['no-op'] }]))).toEqual(['nothing to change']);
  });
});

describe('assertNothingStatefulGoes', () => {
  it.each([
    'aws_apigatewayv2_api.api',
    'aws_apigatewayv2_domain_name.api',
    'aws_cloudwatch_log_group.health',
    TABLE,
    'aws_kms_key.tables',
    'aws_secretsmanager_secret.web',
    'aws_sns_topic.alarms',
    'aws_sqs_queue.events',
  ])('stops a plan that destroys or replaces %s', (address) => {
    for (const actions of [['delete'], ['delete', 'create'], ['create', 'delete']])
      expect(() => assertNothingStatefulGoes(aPlan([{ address, actions }]), 'prod', [])).toThrow(address);
  });

  it('says which, why, and what to do', () => {
    const plan = aPlan([
      { address: TABLE, actions: ['delete', 'create'], replacedFor: ['hash_key'] },
      { address: 'aws_sqs_queue.events', actions: ['delete'] },
    ]);
    expect(() => assertNothingStatefulGoes(plan, 'prod', [])).toThrow(
      /aws_dynamodb_table\.sessions would be replaced \(since hash_key changes\): a table.*\n.*aws_sqs_queue\.events would be destroyed: a queue[\s\S]*scripts\/deploy prod --destroys aws_dynamodb_table\.sessions --destroys aws_sqs_queue\.events/,
    );
  });

  it('lets go what was named, and that alone', () => {
    const plan = aPlan([
      { address: TABLE, actions: ['delete'] },
      { address: 'aws_dynamodb_table.events', actions: ['delete'] },
    ]);
    expect(() => assertNothingStatefulGoes(plan, 'prod', [TABLE])).toThrow(/^(?![\s\S]*sessions)[\s\S]*table\.events/);
    expect(() => assertNothingStatefulGoes(plan, 'prod', [TABLE, 'aws_dynamodb_table.events'])).not.toThrow();
  });

  it('stops a plan that makes a role anew, and lets one go with its function', () => {
    const of = (...actions: string[]) => aPlan([{ address: 'aws_iam_role.health', actions }]);
    expect(() => assertNothingStatefulGoes(of('delete', 'create'), 'prod', [])).toThrow('aws_iam_role.health');
    expect(() => assertNothingStatefulGoes(of('delete'), 'prod', [])).not.toThrow();
  });

  it('refuses what is allowed in vain, so that no pipeline keeps it', () => {
    expect(() => assertNothingStatefulGoes(aPlan([]), 'prod', [TABLE])).toThrow(
      `--destroys ${TABLE}: this plan takes no such thing away`,
    );
  });

  it('minds neither changes in place, adoptions, nor the loss of what holds nothing', () => {
    const plan = aPlan([
      { address: TABLE, actions: ['update'], before: { tags: {} }, after: { tags: { team: 'a' } }, adopts: 'table' },
      { address: 'aws_lambda_permission.health', actions: ['delete', 'create'] },
    ]);
    expect(() => assertNothingStatefulGoes(plan, 'prod', [])).not.toThrow();
  });
});
