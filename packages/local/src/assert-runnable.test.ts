import { describe, expect, it } from '@jest/globals';
import { assertRunnable } from './assert-runnable.ts';
import { LETS_LAMBDA_POLL, testStack } from './stack-fixture.ts';

type Resources = Readonly<Record<string, Readonly<Record<string, object>>>>;

const mapping = { function_name: '${aws_lambda_alias.main.arn}' };
const onApi = { api_id: '${aws_apigatewayv2_api.main.id}' };

/** One resource of each type that is read, all named `main`, but for the two kinds of mappings. */
const RESOURCES: Resources = {
  aws_dynamodb_table: {
    main: {
      name: 't',
      hash_key: 'id',
      attribute: [{ name: 'id', type: 'S' }],
      ttl: { attribute_name: 'ttl' },
      stream_enabled: true,
      stream_view_type: 'NEW_IMAGE',
    },
  },
  aws_cloudwatch_metric_alarm: {
    main: {
      alarm_name: 'a',
      comparison_operator: 'GreaterThanThreshold',
      evaluation_periods: 1,
      threshold: 0,
      metric_name: 'Errors',
      namespace: 'AWS/Lambda',
      statistic: 'Sum',
      period: 60,
    },
  },
  aws_iam_role_policy: { main: { role: 'main', policy: LETS_LAMBDA_POLL } },
  aws_kms_key: { main: {} },
  aws_secretsmanager_secret: { main: { name: 's' } },
  aws_sqs_queue: { main: { name: 'q' } },
  aws_lambda_event_source_mapping: {
    queue: { ...mapping, event_source_arn: '${aws_sqs_queue.main.arn}' },
    stream: {
      ...mapping,
      event_source_arn: '${aws_dynamodb_table.main.stream_arn}',
      starting_position: 'LATEST',
      destination_config: { on_failure: { destination_arn: '${aws_sqs_queue.main.arn}' } },
    },
  },
  aws_cloudwatch_event_rule: { main: { name: 'r', schedule_expression: 'rate(1 hour)' } },
  aws_cloudwatch_event_target: {
    main: { rule: '${aws_cloudwatch_event_rule.main.name}', arn: '${aws_lambda_alias.main.arn}' },
  },
  aws_lambda_permission: {
    main: {
      action: 'lambda:InvokeFunction',
      function_name: 'main',
      qualifier: 'live',
      principal: 'events.amazonaws.com',
    },
  },
  aws_apigatewayv2_api: {
    main: { name: 'a', protocol_type: 'HTTP', cors_configuration: { allow_origins: ['http://127.0.0.1:3000'] } },
  },
  aws_apigatewayv2_stage: {
    main: { ...onApi, name: '$default', auto_deploy: true, default_route_settings: { throttling_burst_limit: 100 } },
  },
  aws_apigatewayv2_authorizer: {
    main: {
      ...onApi,
      authorizer_type: 'REQUEST',
      authorizer_uri: '${aws_lambda_alias.main.invoke_arn}',
      authorizer_payload_format_version: '2.0',
    },
  },
  aws_apigatewayv2_integration: {
    main: {
      ...onApi,
      integration_type: 'AWS_PROXY',
      integration_uri: '${aws_lambda_alias.main.invoke_arn}',
      payload_format_version: '2.0',
    },
  },
  aws_apigatewayv2_route: {
    main: {
      ...onApi,
      route_key: 'GET /',
      target: 'integrations/${aws_apigatewayv2_integration.main.id}',
      authorization_type: 'CUSTOM',
      authorizer_id: '${aws_apigatewayv2_authorizer.main.id}',
    },
  },
};
const FUNCTION = {
  function_name: 'main',
  role: 'arn:aws:iam::000000000000:role/main',
  handler: 'index.handler',
  runtime: 'nodejs24.x',
  filename: 'main.zip',
};
const ALIAS = {
  name: 'live',
  function_name: 'main',
  function_version: '${aws_lambda_function.main.version}',
};

/** The stack with further arguments of one resource. */
function check(address: string, args: object): void {
  const [type = '', name = ''] = address.split('.');
  const functions: Resources = {
    aws_cloudwatch_log_group: { main: { name: '/aws/lambda/main' } },
    aws_lambda_function: { main: FUNCTION },
    aws_lambda_alias: { main: ALIAS },
  };
  const all: Resources = { ...functions, ...RESOURCES };
  const changed = { ...all[type], [name]: { ...all[type]?.[name], ...args } };
  assertRunnable(testStack({ resource: { ...all, [type]: changed } }));
}

describe('assertRunnable', () => {
  it.each<[string, object]>([
    ['aws_lambda_function.main', { description: 'd', architectures: ['arm64'], tags: { a: 'b' }, publish: true }],
    ['aws_lambda_function.main', { depends_on: ['aws_sqs_queue.main'], lifecycle: { prevent_destroy: true } }],
    ['aws_dynamodb_table.main', { server_side_encryption: { enabled: true }, deletion_protection_enabled: true }],
    ['aws_cloudwatch_log_group.main', { retention_in_days: 7 }],
    ['aws_kms_key.main', { enable_key_rotation: true, policy: '{}', deletion_window_in_days: 30 }],
    ['aws_secretsmanager_secret.main', { kms_key_id: '${aws_kms_key.main.arn}', recovery_window_in_days: 7 }],
    ['aws_sqs_queue.main', { sqs_managed_sse_enabled: true }],
    ['aws_lambda_function.main', { reserved_concurrent_executions: 1 }],
    ['aws_apigatewayv2_stage.main', { default_route_settings: [{ throttling_rate_limit: 50 }] }],
    ['aws_apigatewayv2_stage.main', { route_settings: [{ route_key: 'GET /', throttling_rate_limit: 50 }] }],
    ['aws_apigatewayv2_api.main', { disable_execute_api_endpoint: false }],
  ])('lets %s have %j, which nobody would notice on one machine', (address, args) => check(address, args));

  it.each<[string, object, string?]>([
    ['aws_lambda_function.main', { layers: ['arn'] }],
    ['aws_lambda_function.main', { environment: { variables: {}, secrets: {} } }, 'environment.0.secrets'],
    ['aws_cloudwatch_log_group.main', { log_group_class: 'DELIVERY' }],
    ['aws_lambda_alias.main', { routing_config: {} }],
    ['aws_lambda_permission.main', { source_account: '000000000000' }],
    ['aws_lambda_event_source_mapping.queue', { provisioned_poller_config: { maximum_pollers: 2 } }],
    ['aws_lambda_event_source_mapping.queue', { filter_criteria: { filter: { pattern: '{}' } } }],
    ['aws_lambda_event_source_mapping.stream', { filter_criteria: { x: 1 } }, 'filter_criteria.0.x'],
    ['aws_lambda_event_source_mapping.stream', { destination_config: { x: 1 } }, 'destination_config.0.x'],
    ['aws_cloudwatch_event_rule.main', { role_arn: 'arn' }],
    ['aws_cloudwatch_event_target.main', { input_transformer: { input_template: '{}' } }],
    ['aws_cloudwatch_event_target.main', { input_path: '$.detail' }],
    ['aws_cloudwatch_metric_alarm.main', { evaluate_low_sample_count_percentiles: 'ignore' }],
    ['aws_kms_key.main', { multi_region: true }],
    ['aws_secretsmanager_secret.main', { policy: '{}' }],
    ['aws_secretsmanager_secret.main', { replica: [{ region: 'eu-west-1' }] }],
    ['aws_sqs_queue.main', { policy: '{}' }],
    ['aws_dynamodb_table.main', { global_secondary_index: { name: 'i' } }],
    ['aws_dynamodb_table.main', { ttl: { attribute_name: 'ttl', x: 1 } }, 'ttl.0.x'],
    ['aws_apigatewayv2_api.main', { cors_configuration: { allow_all: true } }, 'cors_configuration.0.allow_all'],
    ['aws_apigatewayv2_stage.main', { stage_variables: { a: 'b' } }],
    ['aws_apigatewayv2_stage.main', { default_route_settings: { x: 1 } }, 'default_route_settings.0.x'],
    ['aws_apigatewayv2_authorizer.main', { authorizer_credentials_arn: 'arn' }],
    ['aws_apigatewayv2_integration.main', { request_parameters: { 'append:header.a': 'b' } }],
    ['aws_apigatewayv2_integration.main', { credentials_arn: 'arn' }],
    ['aws_apigatewayv2_route.main', { authorization_scopes: ['a'] }],
  ])('refuses %s with %j, which AWS would act on', (address, args, path = Object.keys(args)[0]) => {
    const reason =
      'is not understood here, and AWS might act on it: leave it out, or teach packages/local what it does';
    expect(() => check(address, args)).toThrow(`resource.${address}.${path}: ${reason}`);
  });

  it('refuses keys of another use, and names that no secret may have', () => {
    expect(() => check('aws_kms_key.main', { key_usage: 'SIGN_VERIFY' })).toThrow('aws_kms_key.main.key_usage');
    expect(() => check('aws_secretsmanager_secret.main', { name: 'a b' })).toThrow('must be 1 to 512 of letters');
  });

  it('refuses to turn off the address that it stands for', () => {
    const off = () => check('aws_apigatewayv2_api.main', { disable_execute_api_endpoint: true });
    expect(off).toThrow('aws_apigatewayv2_api.main.disable_execute_api_endpoint: Invalid type: Expected false');
  });
});
