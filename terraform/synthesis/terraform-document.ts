/** One resource type after another: the arguments of each resource by its name. */
type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** What is written to cdk.tf.json: Terraform's JSON syntax. */
export interface TerraformDocument {
  readonly terraform: Readonly<Record<string, unknown>>;
  readonly provider: Readonly<Record<string, unknown>>;
  readonly resource: Resources;
  readonly output: Readonly<Record<string, { readonly value: unknown }>>;
}

/** Every resource as `<type>.<name>`, sorted. */
export function addressesOf({ resource }: Pick<TerraformDocument, 'resource'>): readonly string[] {
  return Object.entries(resource)
    .flatMap(([type, named]) => Object.keys(named).map((name) => `${type}.${name}`))
    .sort();
}
