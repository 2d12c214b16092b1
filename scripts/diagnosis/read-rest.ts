import {
  type APIGatewayClient,
  GetAuthorizersCommand,
  GetExportCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetStageCommand,
  type GetStageCommandOutput,
  GetStagesCommand,
  type Authorizer as RestAuthorizer,
} from '@aws-sdk/client-api-gateway';
import { API_GATEWAY, allPages, ask, askIfThere } from './ask.ts';
import type { Authorizer, Protection } from './attached-api.ts';
import { DEFAULT_TTL_SECONDS } from './attached-api.ts';
import { identitySources, parseExport } from './exported-protection.ts';
import { withStageVariables } from './invoked-function.ts';

type Gateway = Pick<APIGatewayClient, 'send'>;
export type RestStage = Pick<
  GetStageCommandOutput,
  'stageName' | 'deploymentId' | 'variables' | 'cacheClusterEnabled' | 'methodSettings'
>;

export async function isRestApi(gateway: Gateway, restApiId: string): Promise<boolean> {
  const api = await askIfThere(API_GATEWAY, () => gateway.send(new GetRestApiCommand({ restApiId })));
  return api !== undefined;
}

/** One stage by its name, or all of them. */
export async function readRestStages(
  gateway: Gateway,
  restApiId: string,
  stageName: string | undefined,
): Promise<readonly RestStage[]> {
  if (stageName === undefined) {
    return (await ask(API_GATEWAY, () => gateway.send(new GetStagesCommand({ restApiId })))).item ?? [];
  }
  const stage = await askIfThere(API_GATEWAY, () => gateway.send(new GetStageCommand({ restApiId, stageName })));
  return stage === undefined ? [] : [stage];
}

/** Who is asked before what, as it is configured: a stage has it only after its next deployment. */
export async function readConfigured(gateway: Gateway, restApiId: string): Promise<Protection> {
  const [{ items: authorizers = [] }, resources] = await Promise.all([
    ask(API_GATEWAY, () => gateway.send(new GetAuthorizersCommand({ restApiId, limit: 500 }))),
    allPages(async (position) => {
      const query = { restApiId, position, embed: ['methods'], limit: 500 };
      const answer = await ask(API_GATEWAY, () => gateway.send(new GetResourcesCommand(query)));
      return { items: answer.items, next: answer.position };
    }),
  ]);
  const names = new Map(authorizers.map(({ id, name }) => [id, name]));
  return {
    authorizers: authorizers.map(configuredAuthorizer),
    routes: resources.flatMap(({ path = '', resourceMethods = {} }) =>
      Object.entries(resourceMethods).map(([method, { authorizationType = 'NONE', authorizerId }]) => ({
        key: `${method} ${path}`,
        authorization: authorizationType,
        authorizer: authorizerId == null ? undefined : (names.get(authorizerId) ?? authorizerId),
      })),
    ),
  };
}

function configuredAuthorizer(one: RestAuthorizer): Authorizer {
  return {
    ref: one.name ?? '',
    id: one.id,
    name: one.name ?? '',
    type: one.type ?? '',
    uri: one.authorizerUri,
    identitySources: identitySources(one.identitySource),
    ttlSeconds: one.authorizerResultTtlInSeconds ?? DEFAULT_TTL_SECONDS,
    validationExpression: one.identityValidationExpression,
    roleArn: one.authorizerCredentials,
  };
}

/** Who is asked before what in a stage, by what was deployed. */
export async function readDeployed(gateway: Gateway, restApiId: string, stageName: string): Promise<Protection> {
  // Without integrations, methods are told less well; without authorizers, not who is asked.
  const parameters = { extensions: 'integrations,authorizers' };
  const query = { restApiId, stageName, exportType: 'oas30', accepts: 'application/json', parameters };
  const { body } = await ask(API_GATEWAY, () => gateway.send(new GetExportCommand(query)));
  return parseExport(new TextDecoder().decode(body));
}

/** What was deployed, with the ids that an export leaves out, and the stage's variables in place. */
export function completed(deployed: Protection, configured: Protection, { variables }: RestStage): Protection {
  const authorizers = deployed.authorizers.map((one) => ({
    ...one,
    id: configured.authorizers.find(({ name }) => name === one.name)?.id,
    uri: withStageVariables(one.uri, variables),
  }));
  // An export may leave out those that no method names.
  const unnamed = configured.authorizers.filter(({ name }) => !authorizers.some((one) => one.name === name));
  return { authorizers: [...authorizers, ...unnamed], routes: deployed.routes };
}
