import {
  type Api,
  GetApisCommand,
  GetAuthorizerCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStagesCommand,
  type Integration,
  type Route,
  type Stage,
} from '@aws-sdk/client-apigatewayv2';
import type { AwsClients } from './aws-clients.ts';
import type { Names } from './names.ts';
import { byName, type Plain, told, without } from './plain.ts';

/** More than there are of anything, so that one page has all. */
const MaxResults = '1000';

type Gateway = AwsClients['gateway'];

/** Every HTTP API, by its name: its routes with who may pass and what serves them, authorizers, stages and CORS. */
export async function readHttpApis({ gateway }: AwsClients, names: Names): Promise<Plain> {
  const { Items: apis = [] } = await gateway.send(new GetApisCommand({ MaxResults }));
  const read = await Promise.all(apis.map((api) => readHttpApi(gateway, names, api)));
  return byName(
    read,
    ({ name }) => name,
    ({ settings }) => settings,
  );
}

async function readHttpApi(gateway: Gateway, names: Names, api: Api) {
  const { ApiId } = api;
  const paged = { ApiId, MaxResults };
  const [{ Items: routes = [] }, { Items: integrations = [] }, { Items: stages = [] }] = await Promise.all([
    gateway.send(new GetRoutesCommand(paged)),
    gateway.send(new GetIntegrationsCommand(paged)),
    gateway.send(new GetStagesCommand(paged)),
  ]);
  // The emulated account is always this one, in this region.
  const executionArn = `arn:aws:execute-api:eu-central-1:123456789012:${ApiId}`;
  const name = names.short(api.Name);
  names.add(executionArn, `api ${name}`);
  names.add(ApiId, `api ${name}`);
  const settings = {
    ...without(api, 'ApiEndpoint', 'ApiId', 'CreatedDate', 'Name', 'Tags'),
    authorizers: await readAuthorizers(gateway, told(ApiId), routes, (id, authorizer) => {
      names.add(id, `authorizer ${authorizer}`);
    }),
    routes: byName(
      routes,
      ({ RouteKey }) => told(RouteKey),
      (route) => routeOf(route, integrations),
    ),
    unusedIntegrations: integrations
      .filter((one) => !routes.some(({ Target }) => Target === targetOf(one)))
      .map(integrationOf),
    stages: byName(
      stages,
      ({ StageName }) => told(StageName),
      (stage) => stageOf(stage),
    ),
  };
  return { name, settings };
}

/** moto fails (500) to list authorizers, so those are asked for that routes name. */
async function readAuthorizers(
  gateway: Gateway,
  ApiId: string,
  routes: readonly Route[],
  addName: (id: string, name: string) => void,
): Promise<Plain> {
  const ids = new Set(routes.flatMap(({ AuthorizerId }) => (AuthorizerId === undefined ? [] : [AuthorizerId])));
  const authorizers = await Promise.all(
    [...ids].map((AuthorizerId) => gateway.send(new GetAuthorizerCommand({ ApiId, AuthorizerId }))),
  );
  for (const { AuthorizerId, Name } of authorizers) addName(told(AuthorizerId), told(Name));
  return byName(
    authorizers,
    ({ Name }) => told(Name),
    ({ AuthorizerUri, ...others }) => ({
      ...without(others, '$metadata', 'AuthorizerId', 'Name'),
      // None at all, which is not the same as not to be told.
      IdentitySource: others.IdentitySource ?? [],
      invokes: invoked(AuthorizerUri),
    }),
  );
}

function routeOf({ Target, ...others }: Route, integrations: readonly Integration[]): Plain {
  const integration = integrations.find((one) => targetOf(one) === Target);
  return {
    ...without(others, 'RouteId', 'RouteKey'),
    integration: integration === undefined ? Target : integrationOf(integration),
  };
}

function targetOf({ IntegrationId }: Integration): string {
  return `integrations/${IntegrationId}`;
}

function integrationOf({ IntegrationUri, ...others }: Integration): Plain {
  return { ...without(others, 'IntegrationId'), invokes: invoked(IntegrationUri) };
}

function stageOf({ AccessLogSettings, ...others }: Stage): Plain {
  const { Format = '{}', ...accessLog } = AccessLogSettings ?? {};
  return {
    ...without(
      others,
      'CreatedDate',
      'DeploymentId',
      'LastDeploymentStatusMessage',
      'LastUpdatedDate',
      'StageName',
      'Tags',
    ),
    accessLog: { ...accessLog, fields: JSON.parse(Format) as unknown },
  };
}

/** The function that an integration or authorizer invokes, out of the path that API Gateway writes. */
function invoked(uri: string | undefined): string | undefined {
  return (
    /^arn:aws:apigateway:eu-central-1:lambda:path\/2015-03-31\/functions\/(.*)\/invocations$/.exec(uri ?? '')?.[1] ??
    uri
  );
}
