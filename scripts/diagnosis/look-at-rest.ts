import type { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { type ApiName, placeOf } from './attached-api.ts';
import type { Finding } from './finding.ts';
import { missingStage } from './look-at-v2.ts';
import type { LookedAt } from './looked-at.ts';
import { completed, isRestApi, type RestStage, readConfigured, readDeployed, readRestStages } from './read-rest.ts';
import { undeployedChanges } from './undeployed.ts';

/** What a REST API is, stage by stage as deployed, and what is wrong with it as a whole. */
export async function lookAtRest(gateway: Pick<APIGatewayClient, 'send'>, name: ApiName): Promise<LookedAt> {
  if (!(await isRestApi(gateway, name.apiId))) {
    const next = 'look at the id, the account and the region';
    return {
      stages: [],
      findings: [{ code: 'api-missing', where: placeOf(name), what: 'there is no such API here', next }],
    };
  }
  const [stages, configured] = await Promise.all([
    readRestStages(gateway, name.apiId, name.stage),
    readConfigured(gateway, name.apiId),
  ]);
  if (stages.length === 0) return { stages: [], findings: [missingStage(name)] };
  const looked = await Promise.all(
    stages.map(async (stage) => {
      const { stageName = '' } = stage;
      const api = { ...name, stage: stageName };
      const deployed = await readDeployed(gateway, name.apiId, stageName);
      return {
        protection: { api, ...completed(deployed, configured, stage) },
        findings: [...judgeDeployment(api, undeployedChanges(deployed, configured)), ...judgeCache(api, stage)],
      };
    }),
  );
  return {
    stages: looked.map(({ protection }) => protection),
    findings: looked.flatMap(({ findings }) => findings),
  };
}

function judgeDeployment(api: ApiName, changes: readonly string[]): readonly Finding[] {
  if (changes.length === 0) return [];
  const next =
    `aws apigateway create-deployment --rest-api-id ${api.apiId} --stage-name ${api.stage}; ` +
    'and triggers over methods and authorizer in aws_api_gateway_deployment';
  return [{ code: 'undeployed-changes', where: placeOf(api), what: changes.join('; '), next }];
}

function judgeCache(api: ApiName, { cacheClusterEnabled, methodSettings = {} }: RestStage): readonly Finding[] {
  const cached = Object.entries(methodSettings).filter(([, { cachingEnabled }]) => cachingEnabled === true);
  if (cacheClusterEnabled !== true || cached.length === 0) return [];
  return [
    {
      code: 'response-cached',
      where: placeOf(api),
      what: `answers of ${cached.map(([method]) => method).join(', ')} are cached`,
      next: 'cache_cluster_enabled = false; or caching_enabled = false in aws_api_gateway_method_settings of these',
    },
  ];
}
