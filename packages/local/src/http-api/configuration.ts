import * as v from 'valibot';
import { StackError } from '../base/errors.ts';
import { isInvokeAllowed } from '../lambda/permissions.ts';
import { requireLogGroup } from '../logs/stack-log-groups.ts';
import { LOCAL_ACCOUNT_ID } from '../stack/local-values.ts';
import { blocksOf, harmless, parseArguments } from '../stack/parse-arguments.ts';
import type { ResolvedResource, ResolvedStack } from '../stack/resolved-stack.ts';
import { type CorsConfiguration, checkCors, corsSchema } from './cors.ts';
import { authorizingFunction, integratedFunction } from './function-uri.ts';
import { type IdentitySource, parseIdentitySource } from './identity-source.ts';

/** A function behind the gateway, and whether the gateway may invoke it. */
export interface GatewayTarget {
  /** ARN, with the qualifier if there is one. */
  readonly functionArn: string;
  /** False without an `aws_lambda_permission` for this qualifier and source: 500, as on AWS. */
  readonly allowed: boolean;
  readonly timeoutMs: number;
}

export interface GatewayAuthorizer extends GatewayTarget {
  readonly simpleResponses: boolean;
  readonly identitySources: readonly IdentitySource[];
}

export interface GatewayRoute {
  readonly routeKey: string;
  readonly integration: GatewayTarget;
  readonly authorizer: GatewayAuthorizer | undefined;
}

/** The HTTP API of the stack, ready to serve. */
export interface GatewayConfiguration {
  readonly apiId: string;
  readonly region: string;
  readonly stage: string;
  readonly routes: readonly GatewayRoute[];
  readonly cors: CorsConfiguration | undefined;
  readonly accessLog: { readonly group: string; readonly format: string } | undefined;
}

/** AWS gives an authorizer 10 s and an integration at most 30 s. */
const AUTHORIZER_TIMEOUT_MS = 10_000;
const INTEGRATION_TIMEOUT_MS = 30_000;

const apiSchema = v.strictObject({
  id: v.string(),
  protocol_type: v.literal('HTTP'),
  execution_arn: v.string(),
  cors_configuration: blocksOf(corsSchema),
  // The local address stands for API Gateway's own: turned off, nobody could call.
  disable_execute_api_endpoint: v.optional(v.literal(false)),
  ...harmless('name', 'description', 'tags'),
});
// Throttling is not modelled, and metrics are seen on AWS only.
const routeSettings = harmless('detailed_metrics_enabled', 'throttling_burst_limit', 'throttling_rate_limit');
const stageSchema = v.strictObject({
  api_id: v.string(),
  name: v.literal('$default'),
  auto_deploy: v.literal(true),
  access_log_settings: blocksOf(v.strictObject({ destination_arn: v.string(), format: v.string() })),
  default_route_settings: blocksOf(v.strictObject(routeSettings)),
  route_settings: blocksOf(v.strictObject({ route_key: v.string(), ...routeSettings })),
  ...harmless('description', 'tags'),
});
const routeSchema = v.strictObject({
  api_id: v.string(),
  route_key: v.string(),
  target: v.pipe(v.string(), v.startsWith('integrations/')),
  authorization_type: v.optional(v.picklist(['NONE', 'CUSTOM']), 'NONE'),
  authorizer_id: v.optional(v.string()),
});
const integrationSchema = v.strictObject({
  id: v.string(),
  api_id: v.string(),
  integration_type: v.literal('AWS_PROXY'),
  // How a function is called, whatever the method of the route.
  integration_method: v.optional(v.literal('POST')),
  integration_uri: v.string(),
  payload_format_version: v.literal('2.0'),
  timeout_milliseconds: v.optional(v.pipe(v.number(), v.minValue(50), v.maxValue(30_000)), INTEGRATION_TIMEOUT_MS),
  ...harmless('description'),
});
const authorizerSchema = v.strictObject({
  id: v.string(),
  api_id: v.string(),
  authorizer_type: v.literal('REQUEST'),
  authorizer_uri: v.string(),
  authorizer_payload_format_version: v.literal('2.0'),
  enable_simple_responses: v.optional(v.boolean(), false),
  authorizer_result_ttl_in_seconds: v.optional(v.number()),
  identity_sources: v.optional(v.array(v.string()), []),
  ...harmless('name'),
});

/**
 * Reads the one HTTP API of the stack.
 *
 * @throws StackError naming what is missing, or is not emulated: an unknown argument, caching, other authorizer types, payload
 * 1.0, other stages
 */
export function readGateway(stack: ResolvedStack): GatewayConfiguration {
  const resource = sole(stack, 'aws_apigatewayv2_api');
  const api = parseArguments(resource, apiSchema);
  const stage = sole(stack, 'aws_apigatewayv2_stage');
  const [log] = parseArguments(stage, stageSchema).access_log_settings;
  const [cors] = api.cors_configuration;
  const reader = { stack, executionArn: api.execution_arn };
  return {
    apiId: api.id,
    region: stack.region,
    stage: '$default',
    routes: stack.list('aws_apigatewayv2_route').map((route) => readRoute(reader, route)),
    cors: cors === undefined ? undefined : checkCors(cors, resource.address),
    accessLog: log === undefined ? undefined : readAccessLog(log, stage.address, stack),
  };
}

interface Reader {
  readonly stack: ResolvedStack;
  readonly executionArn: string;
}

function readRoute(reader: Reader, resource: ResolvedResource): GatewayRoute {
  const route = parseArguments(resource, routeSchema);
  const custom = route.authorization_type === 'CUSTOM';
  if (custom && route.authorizer_id === undefined)
    throw new StackError(resource.address, 'CUSTOM without authorizer_id');
  return {
    routeKey: route.route_key,
    integration: readIntegration(reader, route.target.slice('integrations/'.length), route.route_key),
    // An authorizer_id with the type NONE protects nothing, on AWS too.
    authorizer: custom ? readAuthorizer(reader, route.authorizer_id ?? '') : undefined,
  };
}

function readIntegration(reader: Reader, id: string, routeKey: string): GatewayTarget {
  const resource = byId(reader.stack, 'aws_apigatewayv2_integration', id);
  const integration = parseArguments(resource, integrationSchema);
  // `$default` is its own path; ANY stands for every method, so only a pattern for all of them covers it.
  const [method, path = ''] = routeKey.split(' ');
  const source = path === '' ? '$default' : `${method === 'ANY' ? '*' : method}${path}`;
  const functionArn = integratedFunction(integration.integration_uri, resource.address);
  return {
    functionArn,
    allowed: mayInvoke(reader, functionArn, `$default/${source}`),
    timeoutMs: integration.timeout_milliseconds,
  };
}

function readAuthorizer(reader: Reader, id: string): GatewayAuthorizer {
  const resource = byId(reader.stack, 'aws_apigatewayv2_authorizer', id);
  const authorizer = parseArguments(resource, authorizerSchema);
  const identitySources = authorizer.identity_sources.map((source) => parseIdentitySource(source, resource.address));
  // AWS's own default is 300 s where there are identity sources.
  const ttl = authorizer.authorizer_result_ttl_in_seconds ?? (identitySources.length > 0 ? 300 : 0);
  if (ttl > 0) {
    throw new StackError(
      `${resource.address}.authorizer_result_ttl_in_seconds`,
      `caching for ${ttl} s is not emulated: write 0`,
    );
  }
  const functionArn = authorizingFunction(authorizer.authorizer_uri, {
    address: resource.address,
    region: reader.stack.region,
  });
  return {
    functionArn,
    allowed: mayInvoke(reader, functionArn, `authorizers/${id}`),
    timeoutMs: AUTHORIZER_TIMEOUT_MS,
    simpleResponses: authorizer.enable_simple_responses,
    identitySources,
  };
}

function mayInvoke({ stack, executionArn }: Reader, functionArn: string, source: string): boolean {
  const [, , , , , , functionName = '', qualifier] = functionArn.split(':');
  const sourceArn = `${executionArn}/${source}`;
  return isInvokeAllowed(stack, { functionName, qualifier, principal: 'apigateway.amazonaws.com', sourceArn });
}

function readAccessLog(
  { destination_arn, format }: { readonly destination_arn: string; readonly format: string },
  address: string,
  stack: ResolvedStack,
) {
  const group = destination_arn.replace(/:\*$/, '').split(`:${LOCAL_ACCOUNT_ID}:log-group:`)[1];
  if (group === undefined)
    throw new StackError(address, `access logs go to a log group only, not to ${destination_arn}`);
  return { group: requireLogGroup(stack, group, address), format };
}

function sole(stack: ResolvedStack, type: string): ResolvedResource {
  const [resource, ...others] = stack.list(type);
  if (resource === undefined || others.length > 0) {
    throw new StackError(type, `exactly one is emulated, ${others.length + (resource === undefined ? 0 : 1)} found`);
  }
  return resource;
}

function byId(stack: ResolvedStack, type: string, id: string): ResolvedResource {
  const found = stack.list(type).find(({ attributes }) => attributes.id === id);
  if (found === undefined) throw new StackError(type, `there is none with the id ${id}`);
  return found;
}
