import { freePort } from '../base/ports.ts';
import type { InvokeResult, LambdaService } from '../lambda/lambda-service.ts';
import type { LogStore } from '../logs/log-store.ts';
import { resolveStack } from '../stack/read-stack.ts';
import type { ResolvedStack } from '../stack/resolved-stack.ts';
import { startHttpApi } from './start-http-api.ts';

/** For tests: an HTTP API as Terraform describes it, with functions that are plain JavaScript. */
type Attributes = Record<string, unknown>;
type Fake = (event: Event) => unknown;
// biome-ignore lint/suspicious/noExplicitAny: tests look into events of every form
type Event = any;

interface FixtureOptions {
  readonly functions: { readonly authorizer?: Fake; readonly api: Fake };
  /** Route key → authorization type. */
  readonly routes?: Readonly<Record<string, 'NONE' | 'CUSTOM'>>;
  readonly api?: Attributes;
  readonly authorizer?: Attributes;
  readonly integration?: Attributes;
  readonly stage?: Attributes;
  readonly permissions?: Readonly<Record<string, Attributes>>;
  /** Resource types to leave out. */
  readonly without?: readonly string[];
  /** Default: one that is free. */
  readonly port?: number;
}

const ACCESS_LOG = JSON.stringify({
  requestId: '$context.requestId',
  routeKey: '$context.routeKey',
  path: '$context.path',
  status: '$context.status',
  userAgent: '$context.identity.userAgent',
  userId: '$context.authorizer.userId',
  authorizerError: '$context.authorizer.error',
  length: '$context.responseLength',
});

/** The two permissions that the routes and the authorizer of the fixture need. */
export const PERMISSIONS: Readonly<Record<string, Attributes>> = {
  api: permission('api', '/*/*'),
  authorizer: permission('authorizer', '/authorizers/${aws_apigatewayv2_authorizer.main.id}'),
};

export function permission(name: string, source: string, qualifier: string | null = 'live'): Attributes {
  return {
    action: 'lambda:InvokeFunction',
    function_name: name,
    ...(qualifier === null ? {} : { qualifier }),
    principal: 'apigateway.amazonaws.com',
    source_arn: `\${aws_apigatewayv2_api.main.execution_arn}${source}`,
  };
}

/** The document that Terraform would get. */
function synthesized(options: FixtureOptions): object {
  const routes = Object.entries(options.routes ?? { $default: 'NONE' });
  const resource: Record<string, Attributes> = {
    aws_lambda_function: { api: lambdaFunction('api'), authorizer: lambdaFunction('authorizer') },
    aws_lambda_alias: { api: alias('api'), authorizer: alias('authorizer') },
    aws_lambda_permission: options.permissions ?? PERMISSIONS,
    aws_cloudwatch_log_group: { access: { name: '/aws/apigateway/test', retention_in_days: 7 } },
    aws_apigatewayv2_api: { main: { name: 'test', protocol_type: 'HTTP', ...options.api } },
    aws_apigatewayv2_stage: {
      main: {
        api_id: '${aws_apigatewayv2_api.main.id}',
        name: '$default',
        auto_deploy: true,
        access_log_settings: { destination_arn: '${aws_cloudwatch_log_group.access.arn}', format: ACCESS_LOG },
        ...options.stage,
      },
    },
    aws_apigatewayv2_authorizer: {
      main: {
        api_id: '${aws_apigatewayv2_api.main.id}',
        name: 'test',
        authorizer_type: 'REQUEST',
        authorizer_uri: '${aws_lambda_alias.authorizer.invoke_arn}',
        authorizer_payload_format_version: '2.0',
        enable_simple_responses: true,
        authorizer_result_ttl_in_seconds: 0,
        ...options.authorizer,
      },
    },
    aws_apigatewayv2_integration: {
      main: {
        api_id: '${aws_apigatewayv2_api.main.id}',
        integration_type: 'AWS_PROXY',
        integration_uri: '${aws_lambda_alias.api.arn}',
        payload_format_version: '2.0',
        ...options.integration,
      },
    },
    aws_apigatewayv2_route: Object.fromEntries(routes.map(([key, type], at) => [`r${at}`, route(key, type)])),
  };
  for (const type of options.without ?? []) resource[type] = {};
  return { provider: { aws: [{ region: 'eu-central-1' }] }, resource };
}

export function fixtureStack(options: FixtureOptions): ResolvedStack {
  const origins = { awsEndpoint: 'http://127.0.0.1:4566', apiEndpoint: 'http://127.0.0.1:3000' };
  return resolveStack(synthesized(options), { folder: '/nowhere', origins });
}

/** What a fake function throws to fail as a Lambda function does. */
export class FunctionFailure extends Error {}

/** Starts the gateway on a free port; `invocations` and `lines` show what it did. */
export async function startGateway(options: FixtureOptions) {
  const port = options.port ?? (await freePort());
  const stack = fixtureStack(options);
  const invocations: { name: string; event: Event }[] = [];
  const lines: { group: string; stream: string; message: string }[] = [];
  const lambda: Pick<LambdaService, 'invoke'> = {
    async invoke(arn, payload) {
      const name = arn.split(':')[6] === 'authorizer' ? 'authorizer' : 'api';
      const event: Event = JSON.parse(payload);
      invocations.push({ name, event });
      return run(() => options.functions[name]?.(event));
    },
  };
  const logs: Pick<LogStore, 'append'> = {
    append: (group, stream, message) => void lines.push({ group, stream, message }),
  };
  const api = await startHttpApi({ stack, lambda, logs, port });
  return { ...api, port, invocations, lines };
}

async function run(fake: () => unknown): Promise<InvokeResult> {
  const common = { statusCode: 200, logTail: '', executedVersion: '1' };
  try {
    const value = await fake();
    return { ...common, payload: value instanceof Malformed ? value.text : (JSON.stringify(value) ?? 'null') };
  } catch (error) {
    if (!(error instanceof FunctionFailure)) throw error;
    const payload = JSON.stringify({ errorMessage: error.message, errorType: 'Error' });
    return { ...common, payload, functionError: 'Unhandled' };
  }
}

/** A payload that is not the JSON of a value. */
export class Malformed {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function lambdaFunction(name: string): Attributes {
  return { function_name: name, handler: 'index.handler', publish: true };
}

function alias(name: string): Attributes {
  return { name: 'live', function_name: name, function_version: '1' };
}

function route(route_key: string, authorization_type: string): Attributes {
  return {
    api_id: '${aws_apigatewayv2_api.main.id}',
    route_key,
    target: 'integrations/${aws_apigatewayv2_integration.main.id}',
    authorization_type,
    ...(authorization_type === 'CUSTOM' ? { authorizer_id: '${aws_apigatewayv2_authorizer.main.id}' } : {}),
  };
}
