import type { Statement } from '../modules/iam/policy.ts';
import { fromVpc } from '../modules/iam/policy.ts';
import type { CodeStatement, FunctionSpec, Resources } from './function-spec.ts';

/** Services that functions inside the VPC call through its endpoints. KMS is not: DynamoDB calls it in their name. */
const THROUGH_ENDPOINTS = /^(dynamodb|sqs):/;

/** All that the role of a function may do. Inside a VPC, what its code does is held to that VPC. */
export function roleStatements(spec: FunctionSpec, resources: Resources, vpcId: string | undefined): Statement[] {
  const hold = (statement: CodeStatement) =>
    vpcId !== undefined && spec.insideVpc && passesEndpoints(statement) ? fromVpc(vpcId, statement) : statement;
  return [...spec.statements(resources).map(hold), ...(spec.pollStatements?.(resources) ?? [])];
}

function passesEndpoints({ actions, alsoByLambda }: CodeStatement): boolean {
  return alsoByLambda !== true && actions.every((action) => THROUGH_ENDPOINTS.test(action));
}
