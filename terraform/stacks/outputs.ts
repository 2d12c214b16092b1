import type { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import type { Domain } from '../modules/domain/domain.ts';
import { fixedId } from '../modules/fixed-id.ts';
import type { HttpApi } from '../modules/http_api/http-api.ts';
import type { FunctionsNetwork } from '../modules/vpc_endpoints/functions-network.ts';
import type { VpcEndpoints } from '../modules/vpc_endpoints/vpc-endpoints.ts';
import type { Resources } from './function-spec.ts';
import type { OfFunctions } from './functions/index.ts';
import type { Monitoring } from './monitoring.ts';
import type { OwnApi } from './own-functions.ts';

interface OutputProps {
  readonly resources: Resources;
  readonly aliases: OfFunctions<LambdaAlias>;
  readonly own: OwnApi;
  readonly apiUrl: string;
  readonly api: Pick<HttpApi, 'apiId' | 'authorizerId'>;
  readonly domain: Pick<Domain, 'target' | 'targetHostedZoneId'> | undefined;
  readonly inside: Inside | undefined;
  readonly monitoring: Monitoring | undefined;
}

/** Where the functions inside a VPC are, and by what they reach AWS. */
export interface Inside {
  readonly network: FunctionsNetwork;
  readonly endpoints: VpcEndpoints;
}

/** What scripts and people ask Terraform for: `terraform output -raw ApiUrl`. */
export function addOutputs(scope: Construct, props: OutputProps): void {
  const { resources, aliases, own, apiUrl, api, domain, inside, monitoring } = props;
  const { attachTo = [] } = resources.environment;
  const functionNames = Object.entries(aliases).map(([name, alias]) => [name, alias.functionName]);
  const outputs = {
    ApiUrl: apiUrl,
    ApiId: api.apiId,
    AuthorizerId: api.authorizerId,
    AuthorizerArn: aliases.authorizer.arn,
    AuthorizerInvokeArn: aliases.authorizer.invokeArn,
    TableName: resources.sessions.name,
    EventsTableName: resources.events.name,
    QueueUrl: resources.eventsQueue.url,
    DeadLetterQueueUrls: {
      events: resources.eventsQueue.deadLettersUrl,
      changes: resources.changesDeadLetters.url,
    },
    FunctionName: aliases.authorizer.functionName,
    FunctionNames: Object.fromEntries(functionNames),
    ...(domain === undefined
      ? {}
      : { DomainTarget: domain.target, DomainTargetHostedZoneId: domain.targetHostedZoneId }),
    ...(Object.keys(own.functionNames).length === 0 ? {} : { OwnFunctionNames: own.functionNames }),
    ...(attachTo.length === 0 ? {} : { AttachedApis: attachTo }),
    ...(inside === undefined ? {} : networkOutputs(inside)),
    ...(monitoring === undefined
      ? {}
      : { AlarmTopicArn: monitoring.topicArn, DashboardName: monitoring.dashboardName }),
  };
  for (const [name, value] of Object.entries(outputs)) {
    fixedId(new TerraformOutput(scope, name, { value }), name);
  }
}

/** What the commands that look for a fault between functions and AWS are asked with. Endpoints that were there are not among them. */
function networkOutputs({ network, endpoints }: Inside) {
  return {
    VpcId: network.vpcId,
    FunctionsSecurityGroupId: network.functionsSecurityGroupId,
    EndpointIds: endpoints.ids,
    ...(endpoints.securityGroupId === undefined ? {} : { EndpointsSecurityGroupId: endpoints.securityGroupId }),
  };
}
