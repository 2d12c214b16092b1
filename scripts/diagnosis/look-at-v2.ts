import type { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { type ApiName, placeOf } from './attached-api.ts';
import type { Finding } from './finding.ts';
import type { LookedAt } from './looked-at.ts';
import { type ApiV2, exportApi, readApi, readProtection, readStages, type StageV2 } from './read-gateway-v2.ts';
import { undeployedChanges } from './undeployed.ts';

const PROTOCOLS = { HTTP: 'http', WEBSOCKET: 'websocket' } as const;

/** What an HTTP or WebSocket API is, stage by stage, and what is wrong with it as a whole. */
export async function lookAtV2(gateway: Pick<ApiGatewayV2Client, 'send'>, name: ApiName): Promise<LookedAt> {
  const api = await readApi(gateway, name.apiId);
  const kind = api?.ProtocolType === undefined ? undefined : PROTOCOLS[api.ProtocolType];
  if (api === undefined || kind !== name.kind) {
    const what = kind === undefined ? 'there is no such API here' : `it is an API of the kind ${kind}`;
    const next = kind === undefined ? 'look at the id, the account and the region' : `name it ${kind}:${name.apiId}`;
    return { stages: [], findings: [{ code: 'api-missing', where: placeOf(name), what, next }] };
  }
  const stages = await readStages(gateway, name.apiId, name.stage);
  if (stages.length === 0) return { stages: [], findings: [missingStage(name)] };
  const looked = await Promise.all(
    stages.map(async (stage) => {
      const place = { ...name, stage: stage.StageName };
      return {
        protection: { api: place, ...(await readProtection(gateway, name.apiId, stage)) },
        findings: await judgeDeployment(gateway, place, stage),
      };
    }),
  );
  return {
    stages: looked.map(({ protection }) => protection),
    findings: [...judgeCors(name, api), ...looked.flatMap(({ findings }) => findings)],
  };
}

async function judgeDeployment(
  gateway: Pick<ApiGatewayV2Client, 'send'>,
  api: ApiName,
  stage: StageV2,
): Promise<readonly Finding[]> {
  const where = placeOf(api);
  if (stage.AutoDeploy === true) {
    const { LastDeploymentStatusMessage: failure = '' } = stage;
    // Of a good deployment it tells too. https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename.html
    if (!/fail/i.test(failure)) return [];
    return [
      { code: 'undeployed-changes', where, what: `its last deployment failed: ${failure}`, next: deployCommand(api) },
    ];
  }
  if (!stage.DeploymentId) {
    return [
      {
        code: 'stage-undeployed',
        where,
        what: 'it has no deployment',
        next: `auto_deploy = true, or ${deployCommand(api)}`,
      },
    ];
  }
  // What a WebSocket API was deployed with cannot be read.
  if (api.kind === 'websocket') return [];
  const [deployed, configured] = await Promise.all([
    exportApi(gateway, api.apiId, stage.StageName),
    exportApi(gateway, api.apiId, undefined),
  ]);
  const changes = undeployedChanges(deployed, configured);
  if (changes.length === 0) return [];
  return [
    {
      code: 'undeployed-changes',
      where,
      what: changes.join('; '),
      next: `auto_deploy = true, or ${deployCommand(api)}`,
    },
  ];
}

function judgeCors(
  api: ApiName,
  { CorsConfiguration: { AllowCredentials, AllowOrigins = [] } = {} }: ApiV2,
): readonly Finding[] {
  const wide = AllowOrigins.filter((origin) => origin.includes('*'));
  if (AllowCredentials !== true || wide.length === 0) return [];
  const what = `CORS admits ${wide.join(', ')} with credentials`;
  return [{ code: 'cors-any-origin', where: placeOf(api), what, next: 'list exact origins in allow_origins' }];
}

/** The same of every kind. */
export function missingStage(api: ApiName): Finding {
  const what = api.stage === undefined ? 'it has no stage' : 'there is no such stage';
  return { code: 'stage-missing', where: placeOf(api), what, next: 'look at the name of the stage, or make it' };
}

function deployCommand({ apiId, stage }: ApiName): string {
  return `aws apigatewayv2 create-deployment --api-id ${apiId} --stage-name '${stage}'`;
}
