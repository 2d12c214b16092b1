import type { TerraformElement, TerraformResource } from 'cdktf';

/**
 * Gives a resource the address `<type>.<id>` for good, hyphens written as underscores. Without this the address carries a
 * hash of the construct's path, and moving code would make Terraform destroy the resource and create another.
 */
export function fixedId<E extends TerraformElement>(element: E, id: string): E {
  element.overrideLogicalId(id.replaceAll('-', '_'));
  return element;
}

/** `<type>.<id>`, where Terraform wants an address and not a reference to a value. */
export function addressOf(resource: TerraformResource): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
}
