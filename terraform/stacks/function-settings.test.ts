import { describe, expect, it } from '@jest/globals';
import type { Environment } from '../environments/environment.ts';
import { ENVIRONMENTS } from '../environments/index.ts';
import { withFunctions } from '../testing/functions-environment.ts';
import { resource, resources, statementsOf, synthesized } from '../testing/synthesized.ts';

const plain = synthesized(ENVIRONMENTS.prod);
const stack = synthesized(withFunctions(ENVIRONMENTS.prod));
const functionOf = (name: string, document = stack) => resource(document, 'aws_lambda_function', name);
const scalingOf = (type: string, name: string) => resource(stack, `aws_appautoscaling_${type}`, name);

function variablesOf(name: string) {
  return (functionOf(name).environment as { variables: Record<string, string> }).variables;
}

/** The statements of a role's runtime policy. */
function runtimeOf(name: string, document = stack) {
  return statementsOf(resource(document, 'aws_iam_role_policy', `${name}_runtime`).policy);
}

describe('the settings of a function', () => {
  it('are those of its kind where nothing is said', () => {
    for (const [name, lambda] of Object.entries(resources(plain, 'aws_lambda_function'))) {
      expect([name, lambda.tracing_config, lambda.reserved_concurrent_executions]).toEqual([
        name,
        { mode: 'PassThrough' },
        undefined,
      ]);
    }
    const made = Object.keys(plain.resource as object).filter((type) => /appautoscaling|provisioned/.test(type));
    expect(made).toEqual([]);
  });

  it('are its memory, its log level and what is reserved for it, and nobody else has them', () => {
    expect(functionOf('authorizer')).toMatchObject({ memory_size: 1024, reserved_concurrent_executions: 200 });
    expect(variablesOf('authorizer')).toMatchObject({ POWERTOOLS_LOG_LEVEL: 'WARN' });
    expect(functionOf('sessions_api')).toMatchObject({ memory_size: 512 });
    expect(functionOf('sessions_api').reserved_concurrent_executions).toBeUndefined();
    expect(variablesOf('sessions_api')).toMatchObject({ POWERTOOLS_LOG_LEVEL: ENVIRONMENTS.prod.logLevel });
  });

  it('are traces where they are on, and only there may the role send them', () => {
    expect(functionOf('authorizer').tracing_config).toEqual({ mode: 'Active' });
    expect(functionOf('refresh_keys').tracing_config).toEqual({ mode: 'PassThrough' });
    const traced = Object.keys(resources(stack, 'aws_lambda_function')).filter((name) =>
      runtimeOf(name).some(({ Action }) => Action.includes('xray:PutTraceSegments')),
    );
    expect(traced).toEqual(['authorizer']);
    expect(runtimeOf('authorizer')).toContainEqual({
      Sid: 'SendTraces',
      Effect: 'Allow',
      Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
      Resource: ['*'],
    });
  });

  it('are as many batches at the same time as are said, of the one that a queue feeds', () => {
    const most = (document: typeof stack) =>
      resource(document, 'aws_lambda_event_source_mapping', 'events').scaling_config;
    expect(most(stack)).toEqual({ maximum_concurrency: 7 });
    expect(most(plain)).toEqual({ maximum_concurrency: 50 });
  });
});

describe('provisioned concurrency', () => {
  it('is of the live version, and stays as it is said where nothing scales it', () => {
    expect(resource(stack, 'aws_lambda_provisioned_concurrency_config', 'create_session')).toEqual({
      function_name: `\${aws_lambda_alias.create_session.function_name}`,
      qualifier: `\${aws_lambda_alias.create_session.name}`,
      provisioned_concurrent_executions: 1,
    });
  });

  it('is left to what scales it', () => {
    expect(resource(stack, 'aws_lambda_provisioned_concurrency_config', 'authorizer').lifecycle).toEqual({
      ignore_changes: ['provisioned_concurrent_executions'],
    });
    expect(scalingOf('target', 'authorizer').lifecycle).toEqual({ ignore_changes: ['min_capacity', 'max_capacity'] });
    expect(Object.keys(resources(stack, 'aws_appautoscaling_target'))).toEqual(['authorizer', 'sessions_api']);
  });

  it('follows its use between two bounds', () => {
    expect(scalingOf('target', 'authorizer')).toMatchObject({
      service_namespace: 'lambda',
      scalable_dimension: 'lambda:function:ProvisionedConcurrency',
      resource_id: `function:\${aws_lambda_alias.authorizer.function_name}:\${aws_lambda_alias.authorizer.name}`,
      min_capacity: 2,
      max_capacity: 20,
      depends_on: ['aws_lambda_provisioned_concurrency_config.authorizer'],
    });
    expect(scalingOf('policy', 'authorizer')).toMatchObject({
      name: 'cloakroom-prod-authorizer',
      policy_type: 'TargetTrackingScaling',
      resource_id: `\${aws_appautoscaling_target.authorizer.resource_id}`,
      target_tracking_scaling_policy_configuration: {
        target_value: 0.6,
        predefined_metric_specification: { predefined_metric_type: 'LambdaProvisionedConcurrencyUtilization' },
      },
    });
    expect(Object.keys(resources(stack, 'aws_appautoscaling_policy'))).toEqual(['authorizer']);
  });

  it('has the target in its bounds where its use alone decides: they stay those of the environment', () => {
    const functions: Environment['functions'] = { authorizer: { provisionedConcurrency: { minimum: 1, maximum: 3 } } };
    const scaled = synthesized({ ...ENVIRONMENTS.prod, functions });
    expect(resource(scaled, 'aws_appautoscaling_target', 'authorizer').lifecycle).toBeUndefined();
    expect(resource(scaled, 'aws_appautoscaling_policy', 'authorizer')).toMatchObject({
      target_tracking_scaling_policy_configuration: { target_value: 0.7 },
    });
  });

  it('has other bounds from a time on', () => {
    expect(scalingOf('scheduled_action', 'authorizer_0')).toMatchObject({
      name: 'cloakroom-prod-authorizer-0',
      schedule: 'cron(0 7 ? * MON-FRI *)',
      timezone: 'Europe/Berlin',
      scalable_target_action: { min_capacity: '10', max_capacity: '20' },
    });
    expect(scalingOf('scheduled_action', 'authorizer_1')).toMatchObject({
      schedule: 'cron(0 19 ? * MON-FRI *)',
      scalable_target_action: { min_capacity: '2', max_capacity: '10' },
    });
    expect(scalingOf('scheduled_action', 'sessions_api_0')).toMatchObject({
      timezone: 'UTC',
      scalable_target_action: { min_capacity: '3', max_capacity: '3' },
    });
  });
});
