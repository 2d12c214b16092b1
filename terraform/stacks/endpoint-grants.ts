import type { EndpointGrant } from '../modules/vpc_endpoints/vpc-endpoints.ts';
import type { Resources } from './function-spec.ts';
import { FUNCTIONS, type FunctionName, functionNamesOf } from './functions/index.ts';
import { webAppGrants } from './web-apps.ts';

type Grants = Readonly<Record<'dynamodb' | 'sqs' | 'sts', readonly EndpointGrant[]>>;

/**
 * What passes the endpoints of the VPC: what the functions inside do, on what they do it to, by their roles, and by the data
 * role where they assume one; and what web apps do, by theirs. Asking who one is goes to STS; it needs no permission of the role, and knows no resource.
 */
export function endpointGrants(resources: Resources, roleArn: (name: FunctionName) => string): Grants {
  const inside = functionNamesOf(resources.environment).filter((name) => FUNCTIONS[name].insideVpc);
  const { dataRoleArn } = resources.environment;
  const dataRoles = dataRoleArn === undefined ? [] : [dataRoleArn];
  const grant = (service: string, besides: readonly string[] = []): EndpointGrant => {
    const users = inside.map((name) => ({
      roleArn: roleArn(name),
      statements: FUNCTIONS[name]
        .statements(resources)
        .filter(({ actions }) => actions.every((action) => action.startsWith(service))),
    }));
    const statements = users.flatMap((user) => user.statements);
    const roleArns = users.filter((user) => user.statements.length > 0).map((user) => user.roleArn);
    return {
      actions: [...new Set(statements.flatMap(({ actions }) => actions))].sort(),
      resources: [...new Set([...statements.flatMap((statement) => statement.resources), ...besides])],
      roleArns: [...roleArns, ...dataRoles],
    };
  };
  const roleArns = inside.map(roleArn);
  const whoAmI = { actions: ['sts:GetCallerIdentity'], resources: ['*'], roleArns: [...roleArns, ...dataRoles] };
  const assume = dataRoles.map((arn) => ({ actions: ['sts:AssumeRole'], resources: [arn], roleArns }));
  return {
    dynamodb: [
      grant(
        'dynamodb:',
        dataRoles.flatMap((arn) => tablesAt(arn, resources)),
      ),
      ...webAppGrants(resources),
    ],
    sqs: [grant('sqs:')],
    sts: [whoAmI, ...assume],
  };
}

/** A table is called by its name, which is looked up in the account of whoever calls. */
function tablesAt(dataRoleArn: string, { sessions, events, environment }: Resources): readonly string[] {
  const [, partition, , , account] = dataRoleArn.split(':');
  return [sessions, events].map(
    ({ name }) => `arn:${partition}:dynamodb:${environment.region}:${account}:table/${name}`,
  );
}
