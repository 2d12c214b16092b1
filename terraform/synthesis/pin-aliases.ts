import { ConfigurationError } from '@cloakroom/core';
import { type Pin, type Pinned, pinDescription } from '../environments/pinned-versions.ts';
import type { TerraformDocument } from './terraform-document.ts';

type Arguments = TerraformDocument['resource'][string][string];

/**
 * The stack with the alias `live` of each pinned function where its pin says, and every other at the version that is published
 * with it, whatever the stack said before.
 *
 * @param prefix what every name in AWS begins with: `cloakroom-prod`
 * @throws ConfigurationError naming the pinned functions that the stack does not have, or that AWS gives no weights
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
 */
export function pinAliases(document: TerraformDocument, pinned: Pinned, prefix: string): TerraformDocument {
  const { aws_lambda_alias: aliases = {}, aws_lambda_function: functions = {} } = document.resource;
  const nameOf = (id: string) => String(functions[id]?.function_name).replace(`${prefix}-`, '');
  const known = new Map(Object.keys(aliases).map((id) => [nameOf(id), id]));
  const isProvisioned = (id: string) => document.resource.aws_lambda_provisioned_concurrency_config?.[id] !== undefined;
  const problems = Object.entries(pinned).flatMap(([name, { next }]) => {
    const id = known.get(name);
    if (id === undefined)
      return [`pinned.json: there is no function ${name}; there are ${[...known.keys()].join(', ')}`];
    return next !== undefined && isProvisioned(id)
      ? [
          `pinned.json: ${name} has provisioned concurrency, so its alias cannot have a next version: take one of them away`,
        ]
      : [];
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
  const placed = Object.entries(aliases).map(([id, alias]) => [id, placeAlias(id, alias, pinned[nameOf(id)])]);
  return { ...document, resource: { ...document.resource, aws_lambda_alias: Object.fromEntries(placed) } };
}

function placeAlias(id: string, alias: Arguments, pin: Pin | undefined): Arguments {
  const { routing_config: _, description: __, ...rest } = alias;
  if (pin === undefined) return { ...rest, function_version: `\${aws_lambda_function.${id}.version}` };
  const { version, next } = pin;
  const weights = next && { routing_config: { additional_version_weights: { [next.version]: next.weight } } };
  return { ...rest, function_version: version, description: pinDescription(pin), ...weights };
}
