import { addressesOf, type TerraformDocument } from './terraform-document.ts';

const PARTS: readonly string[] = ['output', 'provider', 'resource', 'terraform'];
/** Arguments that make one resource stand for any number of them. */
const META_ARGUMENTS: ReadonlySet<string> = new Set(['count', 'for_each', 'dynamic', 'provisioner']);
const REFERENCE = /^([a-z][a-z0-9_]*\.[A-Za-z_][\w-]*)(?:\.[A-Za-z_][\w-]*|\[\d+\])+$/;

/**
 * Refuses what the local AWS does not understand, so that the same stack runs here and there: a value may hold
 * `${type.name.attribute}` of a resource that exists, alone or inside text, and the escape `$${`. Functions, conditionals,
 * directives, data sources, variables, locals, modules, `count` and `for_each` are refused.
 *
 * @throws Error naming every such place by its path
 */
export function assertPlain(document: TerraformDocument): void {
  const problems = Object.keys(document)
    .filter((part) => !PARTS.includes(part))
    .map((part) => `${part}: is not used here`);
  const addresses = new Set(addressesOf(document));
  const { resource, output, provider, terraform } = document;
  visit({ resource, output, provider, terraform }, [], (path, value) => {
    const at = path.join('.');
    if (path.length === 4 && META_ARGUMENTS.has(path[3] ?? '')) problems.push(`${at}: is not used here`);
    if (typeof value === 'string') problems.push(...problemsOf(value, addresses).map((problem) => `${at}: ${problem}`));
  });
  if (problems.length > 0)
    throw new Error(`the stack is not plain:\n${problems.map((one) => `  - ${one}`).join('\n')}`);
}

function problemsOf(text: string, addresses: ReadonlySet<string>): readonly string[] {
  const unescaped = text.replaceAll('$${', '');
  if (unescaped.includes('%{')) return ['holds a template directive'];
  return unescaped
    .split('${')
    .slice(1)
    .flatMap((rest) => {
      const end = rest.indexOf('}');
      const expression = end === -1 ? rest : rest.slice(0, end);
      const address = end === -1 ? undefined : REFERENCE.exec(expression)?.[1];
      if (address === undefined) return [`\${${expression}} is more than a reference`];
      return addresses.has(address) ? [] : [`\${${expression}} names no resource`];
    });
}

function visit(value: unknown, path: readonly string[], see: (path: readonly string[], value: unknown) => void): void {
  see(path, value);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) visit(inner, [...path, key], see);
}
