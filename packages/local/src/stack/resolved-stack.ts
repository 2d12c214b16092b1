/** One resource of the synthesized stack, with nothing left to resolve. */
export interface ResolvedResource {
  /** Terraform's type, `aws_sqs_queue`. */
  readonly type: string;
  /** Terraform's name within the type. */
  readonly name: string;
  /** `<type>.<name>` */
  readonly address: string;
  /** Its arguments, references resolved, and the computed attributes of its type. Single blocks may be objects or lists: see `blocksOf`. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What was synthesized, as the local parts read it. */
export interface ResolvedStack {
  /** The region of the provider block. */
  readonly region: string;
  /** Absolute path of the folder that holds cdk.tf.json; relative paths in the stack start there. */
  readonly folder: string;
  /** Addresses of the resources that are not run here, sorted. */
  readonly skipped: readonly string[];
  /** Terraform's outputs by name. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** All resources of a type that is run here, in the order of the file. */
  list(type: string): readonly ResolvedResource[];
  /** @throws StackError when there is no such resource */
  get(address: string): ResolvedResource;
}
