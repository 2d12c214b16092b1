import {
  type ApiGatewayV2Client,
  type Authorizer as AuthorizerV2,
  ExportApiCommand,
  GetApiCommand,
  type GetApiCommandOutput,
  GetAuthorizersCommand,
  GetRoutesCommand,
  GetStageCommand,
  type GetStageCommandOutput,
  GetStagesCommand,
} from '@aws-sdk/client-apigatewayv2';
import { API_GATEWAY, allPages, ask, askIfThere } from './ask.ts';
import type { Authorizer, Protection } from './attached-api.ts';
import { DEFAULT_TTL_SECONDS } from './attached-api.ts';
import { parseExport } from './exported-protection.ts';
import { withStageVariables } from './invoked-function.ts';

type Gateway = Pick<ApiGatewayV2Client, 'send'>;
export type ApiV2 = GetApiCommandOutput;
export type StageV2 = Pick<
  GetStageCommandOutput,
  'AutoDeploy' | 'DeploymentId' | 'StageName' | 'StageVariables' | 'LastDeploymentStatusMessage'
>;

/** An HTTP or WebSocket API; undefined when there is none of this id. */
export async function readApi(gateway: Gateway, ApiId: string): Promise<ApiV2 | undefined> {
  return askIfThere(API_GATEWAY, () => gateway.send(new GetApiCommand({ ApiId })));
}

/** One stage by its name, or all of them. */
export async function readStages(
  gateway: Gateway,
  ApiId: string,
  StageName: string | undefined,
): Promise<readonly StageV2[]> {
  if (StageName !== undefined) {
    const stage = await askIfThere(API_GATEWAY, () => gateway.send(new GetStageCommand({ ApiId, StageName })));
    return stage === undefined ? [] : [stage];
  }
  return allPages(async (NextToken) => {
    const answer = await ask(API_GATEWAY, () => gateway.send(new GetStagesCommand({ ApiId, NextToken })));
    return { items: answer.Items, next: answer.NextToken };
  });
}

/** Who is asked before what, as it is configured. */
export async function readProtection(
  gateway: Gateway,
  ApiId: string,
  { StageVariables }: StageV2,
): Promise<Protection> {
  const [authorizers, routes] = await Promise.all([
    allPages(async (NextToken) => {
      const answer = await ask(API_GATEWAY, () => gateway.send(new GetAuthorizersCommand({ ApiId, NextToken })));
      return { items: answer.Items, next: answer.NextToken };
    }),
    allPages(async (NextToken) => {
      const answer = await ask(API_GATEWAY, () => gateway.send(new GetRoutesCommand({ ApiId, NextToken })));
      return { items: answer.Items, next: answer.NextToken };
    }),
  ]);
  return {
    authorizers: authorizers.map((one) => authorizerOf(one, StageVariables)),
    routes: routes.map(({ RouteKey = '', AuthorizationType = 'NONE', AuthorizerId }) => ({
      key: RouteKey,
      authorization: AuthorizationType,
      authorizer: AuthorizerId,
    })),
  };
}

function authorizerOf(one: AuthorizerV2, variables: StageV2['StageVariables']): Authorizer {
  const { AuthorizerId = '', IdentitySource } = one;
  const identitySources = IdentitySource ?? [];
  return {
    ref: AuthorizerId,
    id: AuthorizerId,
    name: one.Name ?? '',
    type: one.AuthorizerType ?? '',
    uri: withStageVariables(one.AuthorizerUri, variables),
    identitySources,
    // An HTTP API caches by sources alone: without one there is no cache.
    ttlSeconds: one.AuthorizerResultTtlInSeconds ?? (identitySources.length > 0 ? DEFAULT_TTL_SECONDS : 0),
    payloadVersion: one.AuthorizerPayloadFormatVersion,
    hasSimpleResponses: one.EnableSimpleResponses,
    roleArn: one.AuthorizerCredentialsArn,
  };
}

/** Of an HTTP API, what a stage was deployed with; without a stage, what is configured. */
export async function exportApi(gateway: Gateway, ApiId: string, StageName: string | undefined): Promise<Protection> {
  const options = { ApiId, StageName, Specification: 'OAS30', OutputType: 'JSON', IncludeExtensions: true } as const;
  const { body } = await ask(API_GATEWAY, () => gateway.send(new ExportApiCommand(options)));
  return parseExport(new TextDecoder().decode(body));
}
