import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { type Grant, type Policy, parsePolicy } from './statements.ts';

type Arguments = Readonly<Record<string, unknown>>;
/** The part of a stack that tells who may do what. */
export type Permissions = Pick<TerraformDocument, 'resource'>;

/** Who has policies: a role, or something that lets others in. */
export interface Holder {
  /** `aws_iam_role.authorizer` for what a role may do; for others the address of the resource. */
  readonly id: string;
  /** `cloakroom-prod-authorizer may`, `aws_vpc_endpoint.sqs lets pass`: it goes before an action. */
  readonly says: string;
  readonly policy: Policy;
  readonly isRole: boolean;
  /** What is not a statement and takes rights away, as text: a permissions boundary. */
  readonly boundary?: string;
}

/** All there is without a policy. @see https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html */
const EVERYTHING: Grant = { principal: '*', action: '*', resource: '*', clauses: [] };
/** What these have where nobody has written a policy. A key then leaves it to the roles of its account. */
const WITHOUT_POLICY: Readonly<Record<string, Grant>> = {
  aws_vpc_endpoint: EVERYTHING,
  aws_kms_key: { ...EVERYTHING, principal: 'the roles of its account', action: 'kms:*' },
};
const LAMBDA_ARN = 'aws:SourceArn';

/** Every holder of a stack by its id. Roles that only Terraform's references name are known by these. */
export function holdersOf({ resource }: Permissions): ReadonlyMap<string, Holder> {
  const holders = new Map<string, Holder>();
  const add = (holder: Holder) => {
    const { policy } = holders.get(holder.id) ?? {};
    holders.set(holder.id, policy === undefined ? holder : { ...holder, policy: together(policy, holder.policy) });
  };
  for (const [type, named] of Object.entries(resource)) {
    for (const [name, values] of Object.entries(named)) {
      for (const holder of holdersIn(`${type}.${name}`, { type, values, resource })) add(holder);
    }
  }
  return holders;
}

interface Place {
  readonly type: string;
  readonly values: Arguments;
  readonly resource: Permissions['resource'];
}

function holdersIn(address: string, { type, values, resource }: Place): readonly Holder[] {
  if (type === 'aws_lambda_permission') return [callers(values)];
  if (type === 'aws_iam_role_policy') return [roleWith(values, resource)];
  const key = type === 'aws_kms_key_policy' ? referred(values.key_id, 'aws_kms_key') : undefined;
  const id = key === undefined ? address : `aws_kms_key.${key}`;
  const policies = Object.entries(values).flatMap(([argument, value]) => {
    const policy = parsePolicy(value);
    return policy === undefined ? [] : [{ id, says: saysOf(id, argument), policy, isRole: false }];
  });
  if (type === 'aws_iam_role') return trustOf(address, values, policies);
  const absent = WITHOUT_POLICY[type];
  if (policies.length > 0 || absent === undefined || hasPolicyBeside(address, resource)) return policies;
  return [{ id, says: saysOf(id, 'policy'), policy: { allows: [absent], denies: [] }, isRole: false }];
}

/** Of a key, in a resource of its own. */
function hasPolicyBeside(address: string, resource: Permissions['resource']): boolean {
  const keys = Object.values(resource.aws_kms_key_policy ?? {}).map(({ key_id: key }) => referred(key, 'aws_kms_key'));
  return keys.some((key) => address === `aws_kms_key.${key}`);
}

function saysOf(address: string, argument: string): string {
  return argument === 'assume_role_policy' ? `${address} may be taken on by` : `${address} lets pass`;
}

/** Who may take a role on, apart from what it may do, which is in policies of its own. */
function trustOf(id: string, { name, permissions_boundary: boundary }: Arguments, trust: readonly Holder[]) {
  const role = { id, says: `${String(name)} may`, policy: { allows: [], denies: [] }, isRole: true };
  return [
    ...trust.map((holder) => ({ ...holder, id: `${id} (trust)` })),
    boundary === undefined ? role : { ...role, boundary: String(boundary) },
  ];
}

function roleWith({ role, policy }: Arguments, resource: Permissions['resource']): Holder {
  const name = referred(role, 'aws_iam_role') ?? String(role);
  const named = resource.aws_iam_role?.[name];
  const { name: shown = name, permissions_boundary: boundary } = named ?? {};
  const holder = {
    id: `aws_iam_role.${name}`,
    says: `${String(shown)} may`,
    policy: parsePolicy(policy) ?? { allows: [], denies: [] },
    isRole: true,
  };
  return boundary === undefined ? holder : { ...holder, boundary: String(boundary) };
}

/** Who may call a function: each permission is a statement of the policy that Lambda keeps for it. */
function callers({ function_name, qualifier, principal, action, source_arn, ...others }: Arguments): Holder {
  const name = referred(function_name, '\\w+') ?? String(function_name);
  const rest = Object.entries(others).filter(([key, value]) => key !== 'statement_id' && typeof value === 'string');
  const clauses = [
    ...(source_arn === undefined ? [] : [{ operator: 'ArnLike', key: LAMBDA_ARN, values: [String(source_arn)] }]),
    ...rest.map(([key, value]) => ({ operator: 'StringEquals', key, values: [String(value)] })),
  ];
  const resource = qualifier === undefined ? String(function_name) : `${function_name}:${qualifier}`;
  const grant = { principal: String(principal), action: String(action), resource, clauses };
  return { id: `calls of ${name}`, says: `${name} lets pass`, policy: { allows: [grant], denies: [] }, isRole: false };
}

/** The name of the resource of a type in `${type.name.attribute}`. */
export function referred(reference: unknown, type: string): string | undefined {
  return new RegExp(`^\\$\\{${type}\\.(\\w+)\\.\\w+\\}$`).exec(String(reference))?.[1];
}

function together(one: Policy, other: Policy): Policy {
  return { allows: [...one.allows, ...other.allows], denies: [...one.denies, ...other.denies] };
}
