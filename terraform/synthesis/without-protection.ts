import type { TerraformDocument } from './terraform-document.ts';

/**
 * The stack as it may be destroyed: no resource has `prevent_destroy`, and nothing is imported. Where AWS protects a resource too, that
 * stays as it is.
 */
export function withoutProtection({ import: _, ...document }: TerraformDocument): TerraformDocument {
  const resource = Object.fromEntries(
    Object.entries(document.resource).map(([type, named]) => [
      type,
      Object.fromEntries(Object.entries(named).map(([name, values]) => [name, unprotected(values)])),
    ]),
  );
  return { ...document, resource };
}

function unprotected({ lifecycle, ...values }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (lifecycle === undefined) return values;
  const { prevent_destroy: _, ...rest } = lifecycle as Readonly<Record<string, unknown>>;
  return Object.keys(rest).length === 0 ? values : { ...values, lifecycle: rest };
}
