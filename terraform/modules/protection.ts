import type { TerraformResourceLifecycle } from 'cdktf';

/** How hard it is to lose what cannot be made again: tables, keys, queues, logs, the API's address. */
export interface Protection {
  /** Terraform refuses any plan that destroys the resource. */
  readonly preventDestroy: boolean;
  /** AWS refuses the deletion too, whoever asks. */
  readonly deletionProtection: boolean;
}

/**
 * The `lifecycle` block of what is in use while it is changed: the new one is there, and whoever used the old one has turned
 * to it, before the old one goes. Terraform destroys first by default. For it to work, two of a kind must be able to exist at once.
 */
export const NEW_BEFORE_OLD = { lifecycle: { createBeforeDestroy: true } } as const;

/** The `lifecycle` block of a protected resource. */
export function protectedLifecycle({ preventDestroy }: Pick<Protection, 'preventDestroy'>): {
  lifecycle?: TerraformResourceLifecycle;
} {
  return preventDestroy ? { lifecycle: { preventDestroy } } : {};
}
