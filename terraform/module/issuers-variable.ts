import type { Environment } from '../environments/environment.ts';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { issuerRules, roomForIssuers } from './issuers.ts';
import { createVariable, type Variable } from './variable.ts';

/** `var.issuers` of a module with these resources. */
export function issuersVariable({ issuers }: Environment, resource: TerraformDocument['resource']): Variable {
  const told = Object.values(resource.aws_lambda_function ?? {})
    .map(variablesIn)
    .filter(hasIssuers);
  const rules = issuerRules(roomForIssuers(told));
  const description =
    'Whose tokens count: a list of objects with alias, issuer, jwksUri, profile, algorithms, clientIds, audiences, loginClaim, and, where need be, claims, roles, services.';
  // Any type: Terraform would drop what a type does not name, and a misspelled field is to be refused.
  return createVariable({ name: 'issuers', type: 'any', description, value: issuers, rules });
}

type Variables = Readonly<Record<string, string>>;

/** None, for a function of a team's that is told nothing. */
function variablesIn(lambda: Readonly<Record<string, unknown>>): Variables {
  const { variables = {} } = (lambda.environment ?? {}) as { variables?: Variables };
  return variables;
}

function hasIssuers(variables: Variables): boolean {
  return 'ISSUERS_FILE' in variables;
}

/** The functions that find issuers in a file beside their code find them in a variable instead. */
export function withIssuersVariable(resource: TerraformDocument['resource']): TerraformDocument['resource'] {
  const functions = Object.entries(resource.aws_lambda_function ?? {}).map(([name, lambda]) => {
    const variables = variablesIn(lambda);
    if (!hasIssuers(variables)) return [name, lambda];
    const { ISSUERS_FILE: _, ...others } = variables;
    const told = { ...others, ISSUERS: `\${jsonencode(var.issuers)}` };
    return [name, { ...lambda, environment: { variables: told } }];
  });
  return { ...resource, aws_lambda_function: Object.fromEntries(functions) };
}
