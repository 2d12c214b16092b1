import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StackError } from '../base/errors.ts';
import type { LocalOrigins } from './local-values.ts';
import type { ResolvedStack } from './resolved-stack.ts';
import { createResolver } from './resolver.ts';
import { treatmentOf } from './resource-types.ts';
import { parseDocument, type SynthesizedDocument } from './synthesized-document.ts';

/**
 * Reads a synthesized cdk.tf.json and resolves every reference of the resources that are run here, and of the outputs.
 *
 * @throws StackError naming the path of whatever is not understood: a type, an expression, a cycle
 */
export function readStack(file: string, origins: LocalOrigins): ResolvedStack {
  const path = resolve(file);
  return resolveStack(readJson(path), { folder: dirname(path), origins });
}

/** Like {@link readStack}, for a document that was read already. */
export function resolveStack(json: unknown, options: { folder: string; origins: LocalOrigins }): ResolvedStack {
  const document = parseDocument(json);
  const addresses = sortByTreatment(document);
  const resolver = createResolver(document, options.origins);
  const resources = addresses.run.map(([type, name]) => resolver.resource(type, name));
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  const outputs = Object.entries(document.outputs).map(([name, value]) => [
    name,
    resolver.value(value, `output.${name}.value`),
  ]);
  return {
    region: document.region,
    folder: options.folder,
    skipped: addresses.skip.map(([type, name]) => `${type}.${name}`).sort(),
    outputs: Object.fromEntries(outputs),
    list: (type) => resources.filter((resource) => resource.type === type),
    get(address) {
      const found = byAddress.get(address);
      if (found === undefined) throw new StackError(address, 'there is no such resource');
      return found;
    },
  };
}

function sortByTreatment(document: SynthesizedDocument) {
  const sorted: Record<'run' | 'skip', [type: string, name: string][]> = { run: [], skip: [] };
  for (const [type, named] of Object.entries(document.resources)) {
    const treatment = treatmentOf(type);
    if (treatment === undefined) throw new StackError(`resource.${type}`, 'resources of this type cannot be run here');
    for (const name of Object.keys(named)) sorted[treatment].push([type, name]);
  }
  return sorted;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new StackError(path, 'cannot be read as JSON: synthesize the stack first', { cause: error });
  }
}
