import type { Statement } from '../modules/iam/policy.ts';
import { fromVpc } from '../modules/iam/policy.ts';
import type { CodeStatement, FunctionSpec, Resources } from './function-spec.ts';

/** Services that functions inside the VPC call through its endpoints. KMS is not: DynamoDB calls it in their name. */
const THROUGH_ENDPOINTS = /^(dynamodb|sqs|sts):/;

/** All that the role of a function may do. Inside a VPC, what its code does is held to that VPC. */
export function roleStatements(spec: FunctionSpec, resources: Resources, vpcId: string | undefined): Statement[] {
  const hold = (statement: CodeStatement) =>
    vpcId !== undefined && spec.insideVpc && passesEndpoints(statement) ? fromVpc(vpcId, statement) : statement;
  const ofCode = [...spec.statements(resources), ...assumeDataRole(resources)];
  return [...ofCode.map(hold), ...(spec.pollStatements?.(resources) ?? [])];
}

/** The role's own trust policy decides too: it is made elsewhere. */
function assumeDataRole({ environment: { dataRoleArn } }: Resources): readonly CodeStatement[] {
  return dataRoleArn === undefined
    ? []
    : [{ sid: 'AssumeDataRole', actions: ['sts:AssumeRole'], resources: [dataRoleArn] }];
}

function passesEndpoints({ actions, alsoByLambda }: CodeStatement): boolean {
  return alsoByLambda !== true && actions.every((action) => THROUGH_ENDPOINTS.test(action));
}
