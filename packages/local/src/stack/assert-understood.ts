import type { LocalOrigins } from './local-values.ts';
import { createResolver } from './resolver.ts';
import { parseDocument } from './synthesized-document.ts';

/**
 * Refuses a stack with anything in it that is not understood here, in resources that are not run here as well, so that what is
 * deployed is read the same way on this machine. Where `readStack` would pass over such a resource, this looks into it.
 *
 * @throws StackError with the path of the first such thing: an expression, a reference to nothing, `count`, a data source
 */
export function assertUnderstood(json: unknown, origins: LocalOrigins): void {
  const document = parseDocument(json);
  const resolver = createResolver(document, origins);
  for (const [type, named] of Object.entries(document.resources)) {
    for (const name of Object.keys(named)) resolver.resource(type, name);
  }
  for (const [name, value] of Object.entries(document.outputs)) resolver.value(value, `output.${name}.value`);
}
