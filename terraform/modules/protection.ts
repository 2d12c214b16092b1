import type { TerraformResourceLifecycle } from 'cdktf';

/** How hard it is to lose what cannot be made again: tables, keys, queues, logs, the API's address. */
export interface Protection {
  /** Terraform refuses any plan that destroys the resource. */
  readonly preventDestroy: boolean;
  /** AWS refuses the deletion too, whoever asks. */
  readonly deletionProtection: boolean;
}

/** The `lifecycle` block of a protected resource. */
export function protectedLifecycle({ preventDestroy }: Pick<Protection, 'preventDestroy'>): {
  lifecycle?: TerraformResourceLifecycle;
} {
  return preventDestroy ? { lifecycle: { preventDestroy } } : {};
}
