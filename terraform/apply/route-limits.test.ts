import { GetApisCommand, GetStageCommand } from '@aws-sdk/client-apigatewayv2';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { dev } from '../environments/dev/environment.ts';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { gatewayAlone } from './gateway-alone.ts';
import { createAwsClients } from './read-back/aws-clients.ts';
import { useRecordedAccount } from './recorded-account.ts';

const recorded = useRecordedAccount();
const LIMITED = { key: 'GET /users/{userId}/export', name: 'get_users_userid_export' };
const throttle = { ...dev.throttle, routes: { [LIMITED.key]: { ratePerSecond: 3, burst: 6 } } };

let withRoute: TerraformDocument;
let without: TerraformDocument;
beforeAll(async () => {
  const { account } = recorded;
  withRoute = gatewayAlone(account.stackOf({ ...dev, throttle }));
  const { [LIMITED.name]: _, ...routes } = withRoute.resource.aws_apigatewayv2_route ?? {};
  without = {
    ...gatewayAlone(account.stackOf(dev)),
    resource: { ...gatewayAlone(account.stackOf(dev)).resource, aws_apigatewayv2_route: routes },
  };
  account.workspace.write(without);
  await account.workspace.init();
  await account.workspace.apply();
});

/** Applies a stack, and returns what was done to routes and the stage, in order. It must be all that there is to do. */
async function applied(document: TerraformDocument): Promise<readonly string[]> {
  const { workspace } = recorded.account;
  workspace.write(document);
  recorded.proxy.forget();
  await workspace.apply();
  const calls = recorded.proxy.calls.map(({ action }) => action);
  expect(await workspace.plan()).toEqual([]);
  return calls.filter((action) => /^(Create|Update|Delete)(Route|RouteSettings|Stage)$/.test(action));
}

/** The settings of routes that stand at the stage, by their keys. */
async function standingLimits(): Promise<Readonly<Record<string, unknown>>> {
  const { gateway } = createAwsClients(recorded.account.emulator.url);
  const { Items: [api] = [] } = await gateway.send(new GetApisCommand({}));
  const { RouteSettings = {} } = await gateway.send(new GetStageCommand({ ApiId: api?.ApiId, StageName: '$default' }));
  gateway.destroy();
  return RouteSettings;
}

describe('a route with a limit of its own', () => {
  it('is there before its limit, by one apply', async () => {
    expect(await applied(withRoute)).toEqual(['CreateRoute', 'UpdateStage']);
    expect(await standingLimits()).toMatchObject({
      [LIMITED.key]: { DetailedMetricsEnabled: true, ThrottlingRateLimit: 3, ThrottlingBurstLimit: 6 },
      'GET /health': { DetailedMetricsEnabled: true, ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 },
    });
  });

  it('goes after its limit, by one apply', async () => {
    expect(await applied(without)).toEqual(['DeleteRouteSettings', 'UpdateStage', 'DeleteRoute']);
    const limits = await standingLimits();
    expect(Object.keys(limits)).not.toContain(LIMITED.key);
    expect(Object.keys(limits)).toContain('GET /health');
  });

  it('cannot have a limit while it is not there: API Gateway refuses the stage', async () => {
    const { api: stage = {} } = without.resource.aws_apigatewayv2_stage ?? {};
    const settings = [
      { route_key: LIMITED.key, throttling_rate_limit: 3, throttling_burst_limit: 6, detailed_metrics_enabled: true },
    ];
    const { workspace } = recorded.account;
    workspace.write({
      ...without,
      resource: { ...without.resource, aws_apigatewayv2_stage: { api: { ...stage, route_settings: settings } } },
    });
    const { code, output } = await workspace.run('apply', '-no-color', '-auto-approve');
    expect(code).toBe(1);
    expect(output.replaceAll(/[│\s]+/g, ' ')).toContain(`Unable to find Route by key ${LIMITED.key}`);
  });
});
