import { createResolver, parseDocument } from '@cloakroom/local';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';

/** Arguments that hold a policy document as JSON text. */
const POLICY_ARGUMENTS = ['policy', 'assume_role_policy'];
/** No policy names an address of the local parts. */
const NOWHERE = { awsEndpoint: 'http://127.0.0.1:1', apiEndpoint: 'http://127.0.0.1:2' };

/**
 * The stack with every reference in its policies replaced by what it would be, as the local AWS has it. A first plan does not
 * know a policy that refers to something else, and scanners pass over what is not known.
 */
export function withKnownPolicies(document: TerraformDocument): TerraformDocument {
  const resolver = createResolver(parseDocument(document), NOWHERE);
  const known = (type: string, name: string, values: Readonly<Record<string, unknown>>) => {
    const policies = POLICY_ARGUMENTS.filter((argument) => values[argument] !== undefined).map((argument) => [
      argument,
      resolver.resource(type, name).attributes[argument],
    ]);
    return { ...values, ...Object.fromEntries(policies) };
  };
  const resource = Object.entries(document.resource).map(([type, named]) => [
    type,
    Object.fromEntries(Object.entries(named).map(([name, values]) => [name, known(type, name, values)])),
  ]);
  return { ...document, resource: Object.fromEntries(resource) };
}

/** What roles may do and what resources let others do, by address. Who may take a role on is not among it. */
export function policiesOf({ resource }: TerraformDocument): Readonly<Record<string, string>> {
  const policies = Object.entries(resource).flatMap(([type, named]) =>
    Object.entries(named).flatMap(([name, { policy }]) =>
      typeof policy === 'string' ? [[`${type}.${name}`, policy] as const] : [],
    ),
  );
  return Object.fromEntries(policies);
}
