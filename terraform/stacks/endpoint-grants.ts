import type { EndpointGrant } from '../modules/vpc_endpoints/vpc-endpoints.ts';
import type { Resources } from './function-spec.ts';
import { FUNCTION_NAMES, FUNCTIONS, type FunctionName } from './functions/index.ts';

/**
 * What passes the endpoints of the VPC: what the functions inside do, on what they do it to, and their roles. Asking who
 * one is goes to STS; it needs no permission of the role, and knows no resource.
 */
export function endpointGrants(
  resources: Resources,
  roleArn: (name: FunctionName) => string,
): Readonly<Record<'dynamodb' | 'sqs' | 'sts', EndpointGrant>> {
  const inside = FUNCTION_NAMES.filter((name) => FUNCTIONS[name].insideVpc);
  const grant = (service: string): EndpointGrant => {
    const users = inside.map((name) => ({
      roleArn: roleArn(name),
      statements: FUNCTIONS[name]
        .statements(resources)
        .filter(({ actions }) => actions.every((action) => action.startsWith(service))),
    }));
    const statements = users.flatMap((user) => user.statements);
    return {
      actions: [...new Set(statements.flatMap(({ actions }) => actions))].sort(),
      resources: [...new Set(statements.flatMap((statement) => statement.resources))],
      roleArns: users.filter((user) => user.statements.length > 0).map((user) => user.roleArn),
    };
  };
  const sts = { actions: ['sts:GetCallerIdentity'], resources: ['*'], roleArns: inside.map(roleArn) };
  return { dynamodb: grant('dynamodb:'), sqs: grant('sqs:'), sts };
}
