import * as v from 'valibot';
import { StackError } from '../base/errors.ts';
import { parseFunctionReference } from '../base/function-reference.ts';
import { harmless, parseArguments } from '../stack/parse-arguments.ts';
import type { ResolvedStack } from '../stack/resolved-stack.ts';
import { type FunctionConfig, functionConfig } from './function-config.ts';
import type { FunctionTarget } from './function-target.ts';

/** The functions of the stack with their aliases and versions. */
export interface FunctionCatalog {
  readonly functions: readonly FunctionConfig[];
  /** Undefined when there is no such function or qualifier, or when the name carries one qualifier and the call another. */
  find(name: string, qualifier?: string): { config: FunctionConfig; target: FunctionTarget } | undefined;
  /** In the order of the stack. */
  aliasesOf(config: FunctionConfig): readonly FunctionAlias[];
}

export interface FunctionAlias {
  readonly name: string;
  readonly version: string;
}

const aliasSchema = v.strictObject({
  name: v.string(),
  function_name: v.string(),
  function_version: v.string(),
  ...harmless('description'),
});

/** @throws StackError when a function is not understood or an alias names none */
export function createFunctionCatalog(stack: ResolvedStack): FunctionCatalog {
  const functions = stack.list('aws_lambda_function').map((resource) => functionConfig(resource, stack));
  const versions = new Map(functions.map((config) => [config.functionName, versionsOf(config)]));
  const aliases = new Map<string, FunctionAlias[]>();
  for (const resource of stack.list('aws_lambda_alias')) {
    const alias = parseArguments(resource, aliasSchema);
    const functionName = parseFunctionReference(alias.function_name)?.functionName ?? '';
    const known = versions.get(functionName);
    if (!known?.has(alias.function_version)) {
      throw new StackError(
        `resource.${resource.address}`,
        `there is no ${alias.function_name} in version ${alias.function_version}`,
      );
    }
    known.set(alias.name, alias.function_version);
    const { name, function_version: version } = alias;
    aliases.set(functionName, [...(aliases.get(functionName) ?? []), { name, version }]);
  }
  return {
    functions,
    aliasesOf: ({ functionName }) => aliases.get(functionName) ?? [],
    find(name, qualifier) {
      const reference = parseFunctionReference(name);
      const config = functions.find(({ functionName }) => functionName === reference?.functionName);
      if (reference === undefined || config === undefined) return undefined;
      if (qualifier !== undefined && reference.qualifier !== undefined && qualifier !== reference.qualifier)
        return undefined;
      return targetOf(config, versions.get(config.functionName), qualifier ?? reference.qualifier);
    },
  };
}

function targetOf(config: FunctionConfig, versions: ReadonlyMap<string, string> | undefined, qualifier?: string) {
  const { functionName, arn } = config;
  if (qualifier === undefined) return { config, target: { functionName, arn, executedVersion: '$LATEST' } };
  const executedVersion = versions?.get(qualifier);
  if (executedVersion === undefined) return undefined;
  return { config, target: { functionName, qualifier, arn: `${arn}:${qualifier}`, executedVersion } };
}

function versionsOf({ version }: FunctionConfig): Map<string, string> {
  return new Map([
    ['$LATEST', '$LATEST'],
    [version, version],
  ]);
}
