import { GetAuthorizerCommand, GetRoutesCommand } from '@aws-sdk/client-apigatewayv2';
import { arnMatches } from '@cloakroom/local';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dev } from '../../environments/dev/environment.ts';
import type { Environment } from '../../environments/environment.ts';
import { useAccount } from '../applied-fixture.ts';
import { findingsIn, runDoctor } from '../doctor-fixture.ts';
import { OutputsFile } from '../doctor-outputs.ts';
import { type AwsClients, createAwsClients } from '../read-back/aws-clients.ts';
import { readBack } from '../read-back/read-back.ts';
import { permittedSources } from './permitted-sources.ts';
import { TEAM_APIS, Team, type TeamApi } from './team.ts';

const ACCOUNT = '123456789012';
const account = useAccount();
const outputs = new OutputsFile();
const teams = new Map<TeamApi['kind'], Team>();
let clients: AwsClients;
let before: unknown;
let attachTo: NonNullable<Environment['attachTo']>;

function write(attached: typeof attachTo): void {
  account.workspace.write(account.stackOf({ ...dev, accountId: ACCOUNT, attachTo: attached }));
}

/** Applies Cloakroom as far as the permissions of these APIs need it: the authorizer, with all that it works on. */
async function deploy(attached: typeof attachTo): Promise<void> {
  write(attached);
  const targets = attachTo.map(({ apiId }) => `-target=aws_lambda_permission.attached_${apiId}`);
  await account.workspace.succeed('apply', '-no-color', '-auto-approve', ...targets);
}

function teamOf(kind: TeamApi['kind']): Team {
  const team = teams.get(kind);
  if (team === undefined) throw new Error(`nobody has an API of kind ${kind}`);
  return team;
}

beforeAll(async () => {
  await readBack(account.emulator.url, 'dev');
  before = await account.emulator.inventory();
  clients = createAwsClients(account.emulator.url);
  // In the order of the pages: the API is there, the call is permitted, the authorizer is attached.
  const made = TEAM_APIS.map((api) => new Team(api, account.emulator.url));
  attachTo = await Promise.all(
    made.map(async (team) => {
      const { address, kind, stage } = team.api;
      await team.workspace.init();
      await team.workspace.succeed('apply', '-no-color', '-auto-approve', `-target=${address}`);
      teams.set(kind, team);
      return { kind, apiId: String(team.standing(address).id), stage };
    }),
  );
  write(attachTo);
  await account.workspace.init();
  await deploy(attachTo);
  const output = (name: string) => account.workspace.succeed('output', '-raw', name);
  const variables = {
    authorizer_invoke_arn: await output('AuthorizerInvokeArn'),
    sessions_table_name: await output('TableName'),
  };
  for (const team of made) team.tell(variables);
  await Promise.all(made.map(({ workspace }) => workspace.apply()));
});
afterAll(async () => {
  for (const { workspace } of teams.values()) await workspace.remove();
  for (const client of Object.values(clients ?? {})) client.destroy();
});

/** What REST APIs of the emulator answer; every other service is asked by its SDK. */
async function restApi(path: string): Promise<unknown> {
  const authorization = 'AWS4-HMAC-SHA256 Credential=test/20200101/eu-central-1/apigateway/aws4_request';
  const answer = await fetch(`${account.emulator.url}/restapis/${path}`, { headers: { authorization } });
  return answer.json();
}

/** The authorizer of an API of the second generation, and its routes. */
async function attachedTo(kind: 'http' | 'websocket') {
  const ApiId = String(teamOf(kind).standing(teamOf(kind).api.address).id);
  const { id } = teamOf(kind).standing('aws_apigatewayv2_authorizer.session');
  const { $metadata: _, ...authorizer } = await clients.gateway.send(
    new GetAuthorizerCommand({ ApiId, AuthorizerId: String(id) }),
  );
  const { Items: routes = [] } = await clients.gateway.send(new GetRoutesCommand({ ApiId }));
  return { authorizer, routes };
}

/** As Terraform's provider writes what is invoked: the alias `live`. */
const LIVE = `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:${ACCOUNT}:function:cloakroom-dev-authorizer:live/invocations`;

describe("the pages' configuration, applied by Terraform", () => {
  it.each(TEAM_APIS)('has nothing more to change: $kind', async ({ kind }) => {
    expect(await teamOf(kind).workspace.plan()).toEqual([]);
  });

  it('asks the live authorizer of an HTTP API each time, whatever comes, in its own language', async () => {
    const { authorizer, routes } = await attachedTo('http');
    expect(authorizer).toEqual({
      AuthorizerId: expect.any(String),
      Name: 'session',
      AuthorizerType: 'REQUEST',
      AuthorizerUri: LIVE,
      AuthorizerPayloadFormatVersion: '2.0',
      AuthorizerResultTtlInSeconds: 0,
      EnableSimpleResponses: true,
      IdentitySource: [],
    });
    expect(routes).toEqual([
      expect.objectContaining({
        RouteKey: 'GET /orders',
        AuthorizationType: 'CUSTOM',
        AuthorizerId: authorizer.AuthorizerId,
      }),
    ]);
  });

  it('asks the live authorizer of a WebSocket API for each connection, whatever comes', async () => {
    const { authorizer, routes } = await attachedTo('websocket');
    expect(authorizer).toMatchObject({ AuthorizerType: 'REQUEST', AuthorizerUri: LIVE, IdentitySource: [] });
    expect(authorizer).not.toHaveProperty('AuthorizerResultTtlInSeconds');
    expect(routes).toEqual([
      expect.objectContaining({
        RouteKey: '$connect',
        AuthorizationType: 'CUSTOM',
        AuthorizerId: authorizer.AuthorizerId,
      }),
    ]);
  });

  it('asks the live authorizer of a REST API each time, by a source that no request lacks', async () => {
    const team = teamOf('rest');
    const { id: apiId } = team.standing(team.api.address);
    const { id } = team.standing('aws_api_gateway_authorizer.session');
    const { resource_id } = team.standing('aws_api_gateway_method.list');
    expect(await restApi(`${apiId}/authorizers/${id}`)).toMatchObject({
      type: 'REQUEST',
      authorizerUri: LIVE,
      authorizerResultTtlInSeconds: 0,
      identitySource: 'context.identity.sourceIp',
    });
    expect(await restApi(`${apiId}/resources/${resource_id}/methods/GET`)).toMatchObject({
      authorizationType: 'CUSTOM',
      authorizerId: id,
    });
  });

  it.each([
    ['the authorizer', 'authorizer_result_ttl_in_seconds = 0', 'authorizer_result_ttl_in_seconds = 60'],
    [
      'who may pass',
      'authorization = "CUSTOM"\n  authorizer_id = aws_api_gateway_authorizer.session.id',
      'authorization = "NONE"',
    ],
  ])('deploys a REST API anew when %s is changed', async (_, from, to) => {
    const planned = await planOf('rest', from, to);
    expect(planned.map(({ action, address }) => `${action} ${address}`)).toEqual(
      expect.arrayContaining(['replace aws_api_gateway_deployment.orders', 'update aws_api_gateway_stage.live']),
    );
  });

  it("would have a REST API demand a header of everybody without its source: that is the provider's default", async () => {
    await planOf('rest', 'identity_source                  = "context.identity.sourceIp"', '');
    const { resource_changes } = (await teamOf('rest').workspace.planned()) as Plan;
    const authorizer = resource_changes.find(({ type }) => type === 'aws_api_gateway_authorizer');
    expect(authorizer?.change.after.identity_source).toBe('method.request.header.Authorization');
  });
});

interface Plan {
  readonly resource_changes: readonly {
    readonly type: string;
    readonly change: { readonly after: Readonly<Record<string, unknown>> };
  }[];
}

/** What an apply of a page would change after a change of its text. */
async function planOf(kind: TeamApi['kind'], from: string, to: string) {
  const team = teamOf(kind);
  team.write((page) => {
    expect(page).toContain(from);
    return page.replace(from, to);
  });
  const planned = await team.workspace.plan({ refresh: false });
  team.write();
  return planned;
}

/** What an API is to API Gateway when it asks its authorizer. */
function askerOf(kind: TeamApi['kind']): string {
  const team = teamOf(kind);
  const type = kind === 'rest' ? 'aws_api_gateway_authorizer' : 'aws_apigatewayv2_authorizer';
  const [api, authorizer] = [team.standing(team.api.address), team.standing(`${type}.session`)];
  return `${api.execution_arn}/authorizers/${authorizer.id}`;
}

/** What scripts/doctor finds at these APIs. That of the stack is not applied here: one of them stands in its place. */
async function faults(): Promise<readonly string[]> {
  outputs.set({ ApiId: attachTo[0]?.apiId, AttachedApis: attachTo });
  const diagnosis = await runDoctor(account.emulator.url, ['dev', '--outputs', outputs.path, '--json']);
  const codes = findingsIn(diagnosis).map(({ code }) => code);
  expect(diagnosis).toMatchObject({ code: codes.length === 0 ? 0 : 1 });
  return codes;
}

describe('an API of attachTo', () => {
  it.each(TEAM_APIS)('may ask the authorizer, and its routes may not invoke it: $kind', async ({ kind }) => {
    const asker = askerOf(kind);
    const permits = (arn: string) => permitted.some((source) => arnMatches(source, arn));
    const permitted = await permittedSources(clients);
    expect(permitted).toHaveLength(TEAM_APIS.length);
    expect(permits(asker)).toBe(true);
    expect(permits(asker.replace(/authorizers.*/, 'live/GET/orders'))).toBe(false);
  });

  it('is right in the eyes of scripts/doctor', async () => {
    expect(await faults()).toEqual([]);
  });

  it('may no longer when its entry goes, and the others still may', async () => {
    const gone = askerOf('rest');
    await deploy(attachTo.filter(({ kind }) => kind !== 'rest'));
    const permitted = await permittedSources(clients);
    expect(permitted).toHaveLength(TEAM_APIS.length - 1);
    expect(permitted.filter((source) => arnMatches(source, gone))).toEqual([]);
    expect(await faults()).toEqual(['permission-missing']);
  });

  it('leaves nothing when all is destroyed', async () => {
    const destroy = ({ workspace }: Pick<Team, 'workspace'>) =>
      workspace.succeed('destroy', '-no-color', '-auto-approve');
    // First those that read of the other's.
    await Promise.all([...teams.values()].map(destroy));
    await destroy(account);
    expect(await account.emulator.inventory()).toEqual(before);
  });
});
