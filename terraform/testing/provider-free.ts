import { COMPUTED_ATTRIBUTES, COMPUTED_BLOCKS, formatTemplate, parseTemplate } from '@cloakroom/local';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';

/** What Terraform itself reads, and `terraform_data` need not carry. */
const META = ['depends_on', 'lifecycle'];

/**
 * Rewrites a stack so that Terraform can check it with no provider and no network: every resource becomes a
 * `terraform_data` which holds its arguments and computed attributes, every reference reads from there. So `validate`
 * finds references to resources that do not exist, `plan` those to attributes that do not, and `graph` cycles. It knows
 * nothing of the provider's own rules.
 *
 * @throws TemplateError for an expression that the local AWS does not understand either
 */
export function toProviderFree(document: TerraformDocument): object {
  const data = Object.entries(document.resource).flatMap(([type, named]) =>
    Object.entries(named).map(([name, values]) => {
      const computed = (COMPUTED_ATTRIBUTES[type] ?? []).map((attribute) => [
        attribute,
        `${type}.${name}.${attribute}`,
      ]);
      const given = Object.entries(values).filter(([argument]) => !META.includes(argument));
      const input = { ...Object.fromEntries(computed), ...Object.fromEntries(given), ...blocks(type, name, values) };
      return [dataName(type, name), { input: rewrite(input), ...dependsOn(values.depends_on) }] as const;
    }),
  );
  const output = Object.entries(document.output).map(([name, value]) => [name, rewrite(value)]);
  return { resource: { terraform_data: Object.fromEntries(data) }, output: Object.fromEntries(output) };
}

/** Blocks with something computed, as the lists that Terraform takes them for. */
function blocks(type: string, name: string, values: Readonly<Record<string, unknown>>): object {
  const all = Object.entries(COMPUTED_BLOCKS[type] ?? {}).map(([block, attributes]) => {
    const computed = attributes.map((attribute) => [attribute, `${type}.${name}.${block}.${attribute}`]);
    return [block, [{ ...Object.fromEntries(computed), ...(values[block] as object | undefined) }]];
  });
  return Object.fromEntries(all);
}

function dataName(type: string, name: string): string {
  return `${type}__${name}`;
}

function dependsOn(addresses: unknown): { depends_on?: readonly string[] } {
  if (!Array.isArray(addresses)) return {};
  const names = addresses.map((address) => String(address).split('.'));
  return { depends_on: names.map(([type = '', name = '']) => `terraform_data.${dataName(type, name)}`) };
}

function rewrite(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, inner: unknown) =>
    typeof inner === 'string' ? rewriteText(inner) : inner,
  );
}

function rewriteText(text: string): string {
  const parts = parseTemplate(text).map((part) => {
    if (typeof part === 'string') return part;
    const { type, name, steps, toListAt } = part;
    const moved = { type: 'terraform_data', name: dataName(type, name), steps: ['output', ...steps] };
    return toListAt === undefined ? moved : { ...moved, toListAt: toListAt + 1 };
  });
  return formatTemplate(parts);
}
