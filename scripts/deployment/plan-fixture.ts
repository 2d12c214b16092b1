/** A change of a plan, as far as tests speak of it. */
interface Change {
  readonly address: string;
  readonly actions: readonly string[];
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  /** Arguments that force a replacement. */
  readonly replacedFor?: readonly string[];
  /** The id of what is adopted. */
  readonly adopts?: string;
}

/** As `terraform show -json` tells a plan. */
export function aPlan(changes: readonly Change[]): object {
  return {
    applyable: changes.some(({ actions, adopts }) => adopts !== undefined || !actions.includes('no-op')),
    resource_changes: changes.map(({ address, actions, before = {}, after = {}, replacedFor = [], adopts }) => ({
      address,
      type: address.split('.')[0],
      change: {
        actions,
        before,
        after,
        after_unknown: {},
        replace_paths: replacedFor.map((name) => [name]),
        ...(adopts === undefined ? {} : { importing: { id: adopts } }),
      },
    })),
  };
}
