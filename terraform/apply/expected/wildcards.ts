import { ATTACHED_TO_PROD, attachedSource, INVOKERS } from './functions.ts';
import { FUNCTIONS_IN_VPC } from './functions-in-vpc.ts';

/** The roles of functions, with the policy of what Lambda does in their name. */
const RUNTIMES = [
  ...FUNCTIONS_IN_VPC.map((name) => [name, 'runtime-vpc cloakroom'] as const),
  ['refresh-keys', 'runtime'] as const,
];

/** Every `*` in what is allowed in prod, and why it is there. */
const REASONS: Readonly<Record<string, readonly string[]>> = {
  'the streams of a log are named by Lambda': RUNTIMES.map(
    ([name, policy]) => `roles › ${name} › policies › ${policy} › WriteLog: on log /aws/lambda/${name}:*`,
  ),
  'for HTTP APIs AWS writes down neither the stage, of which there is one, nor path parameters': Object.entries(
    INVOKERS,
  ).flatMap(([name, sources]) =>
    sources
      .filter((source) => source.startsWith('api cloakroom/*/'))
      .map((source) => `functions › ${name} › invokers: for ${source}`),
  ),
  'the authorizer of an API that exists gets its id when it is made, which is after it may be asked':
    ATTACHED_TO_PROD.map((apiId) => `functions › authorizer › invokers: for ${attachedSource(apiId)}`),
  'network interfaces are there only once they are created, and Describe actions know no resource':
    FUNCTIONS_IN_VPC.map((name) => `roles › ${name} › policies › runtime-vpc cloakroom › PlaceNetworkInterfaces: on *`),
  'traces are no resource': ['roles › authorizer › policies › runtime-vpc cloakroom › SendTraces: on *'],
  'in the policy of a key, * is that key, and all of it is the account itself': [
    'keys › key of the tables › policy › Enable IAM User Permissions: allow kms:*',
    'keys › key of the tables › policy › Enable IAM User Permissions: on *',
    'keys › key of the logs › policy › DecideByIam: allow kms:*',
    'keys › key of the logs › policy › DecideByIam: on *',
    'keys › key of the logs › policy › EncryptLogs: on *',
    'keys › key of the alarms › policy › DecideByIam: allow kms:*',
    'keys › key of the alarms › policy › DecideByIam: on *',
    'keys › key of the alarms › policy › AlarmsWriteToTheTopic: on *',
  ],
  'CloudWatch Logs uses a key by these actions, as its page says': [
    'keys › key of the logs › policy › EncryptLogs: allow kms:Decrypt*',
    'keys › key of the logs › policy › EncryptLogs: allow kms:Describe*',
    'keys › key of the logs › policy › EncryptLogs: allow kms:Encrypt*',
    'keys › key of the logs › policy › EncryptLogs: allow kms:GenerateDataKey*',
    'keys › key of the logs › policy › EncryptLogs: allow kms:ReEncrypt*',
  ],
  'CloudWatch writes to a topic under a key by these actions, as its page says': [
    'keys › key of the alarms › policy › AlarmsWriteToTheTopic: allow kms:GenerateDataKey*',
  ],
  'all alarms of the environment tell the same topic': [
    'keys › key of the alarms › policy › AlarmsWriteToTheTopic: for arn:*:cloudwatch:eu-central-1:123456789012:alarm:cloakroom-<env>-*',
    'topics › alarms › policy › AlarmsPublish: for arn:*:cloudwatch:eu-central-1:123456789012:alarm:cloakroom-<env>-*',
  ],
  'Describe actions of CloudWatch Logs know no group': ['roles › flow-logs › policies › write › FindLogGroup: on *'],
  'the streams of a log are named by the flow log': [
    'roles › flow-logs › policies › write › WriteFlowLog: on log /aws/vpc/flow-logs:*',
  ],
  'a flow log gets its id when it is made, which is after its role': [
    'roles › flow-logs › trust: for arn:*:ec2:eu-central-1:123456789012:vpc-flow-log/*',
  ],
  'the policy of a gateway endpoint takes no other principal: here and there the condition names the roles': [
    // Once for the functions, and once for each of the two kinds of web apps.
    ...Array<string>(3).fill('networks › endpoints › dynamodb › policy: to *'),
    'networks › endpoints › sqs › policy: to *',
    'networks › endpoints › sts › policy: to *',
  ],
  'asking who one is knows no resource': ['networks › endpoints › sts › policy: on *'],
};

export const EXPECTED_WILDCARDS = Object.values(REASONS).flat();
