import { paginateGetAccountAuthorizationDetails, type RoleDetail } from '@aws-sdk/client-iam';
import type { AwsClients } from './aws-clients.ts';
import type { Names } from './names.ts';
import { byName, collect, type Plain, without } from './plain.ts';
import { statementsOf } from './policy-statements.ts';

/** Every role, by its name: who may take it, and by each of its own policies what it may do. */
export async function readRoles({ iam }: AwsClients, names: Names): Promise<Plain> {
  const pages = paginateGetAccountAuthorizationDetails({ client: iam }, { Filter: ['Role'] });
  const roles = await collect(pages, ({ RoleDetailList }) => RoleDetailList);
  for (const { Arn, RoleName } of roles) names.add(Arn, `role ${names.short(RoleName)}`);
  return byName(roles, ({ RoleName }) => names.short(RoleName), settingsOf);
}

/** The users, groups and policies of the account, which belong to no role. */
export async function readOtherIdentities({ iam }: AwsClients): Promise<unknown> {
  const filter = { Filter: ['User', 'Group', 'LocalManagedPolicy'] } as const;
  const pages = paginateGetAccountAuthorizationDetails({ client: iam }, { Filter: [...filter.Filter] });
  return collect(pages, ({ UserDetailList = [], GroupDetailList = [], Policies = [] }) => [
    ...UserDetailList.map(({ UserName }) => `user ${UserName}`),
    ...GroupDetailList.map(({ GroupName }) => `group ${GroupName}`),
    ...Policies.map(({ PolicyName }) => `policy ${PolicyName}`),
  ]);
}

function settingsOf(role: RoleDetail): Plain {
  const { AssumeRolePolicyDocument = '', RolePolicyList = [], ...others } = role;
  const identity = ['Arn', 'CreateDate', 'Path', 'RoleId', 'RoleLastUsed', 'RoleName', 'Tags'];
  const policies = byName(
    RolePolicyList,
    ({ PolicyName = '' }) => PolicyName,
    // IAM answers policies percent-encoded (RFC 3986).
    ({ PolicyDocument = '' }) => statementsOf(decodeURIComponent(PolicyDocument)),
  );
  return {
    ...without(others, ...identity),
    trust: statementsOf(decodeURIComponent(AssumeRolePolicyDocument)),
    policies,
  };
}
