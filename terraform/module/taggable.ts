import { TerraformResource, type TerraformStack } from 'cdktf';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';

/** `local.tags`: what the stack's provider puts on everything, and the caller's. A module has no provider to do so. */
export function tagsOf({ app, name }: { readonly app: string; readonly name: string }): string {
  return `\${merge({ application = ${JSON.stringify(app)}, environment = ${JSON.stringify(name)} }, var.tags)}`;
}

/** The addresses of the resources that AWS keeps tags of. */
export function taggableIn(stack: TerraformStack): ReadonlySet<string> {
  const resources = stack.node.findAll().filter((one) => TerraformResource.isTerraformResource(one));
  const taggable = resources.filter((one) => 'tagsInput' in one);
  return new Set(taggable.map((one) => `${one.terraformResourceType}.${one.friendlyUniqueId}`));
}

/** The resources with `local.tags`, besides those of their own. */
export function withTags(
  resource: TerraformDocument['resource'],
  taggable: ReadonlySet<string>,
): TerraformDocument['resource'] {
  const tagged = Object.entries(resource).map(([type, named]) => {
    const each = Object.entries(named).map(([name, values]) => [
      name,
      taggable.has(`${type}.${name}`) ? { ...values, tags: merged(values.tags) } : values,
    ]);
    return [type, Object.fromEntries(each)];
  });
  return Object.fromEntries(tagged) as TerraformDocument['resource'];
}

function merged(tags: unknown): string {
  if (typeof tags !== 'object' || tags === null) return `\${local.tags}`;
  const own = Object.entries(tags).map(([key, value]) => `${JSON.stringify(key)} = ${JSON.stringify(value)}`);
  return `\${merge(local.tags, { ${own.join(', ')} })}`;
}
