/** How new versions come to serve. */
export type RolloutOptions =
  /** At once. */
  | { readonly kind: 'at-once' }
  /** By a share that is watched: `weight`, more than 0 and less than 1, for `bakeMs`. */
  | { readonly kind: 'gradual'; readonly weight: number; readonly bakeMs: number }
  /** What ends a rollout that is under way. Nothing is deployed. */
  | { readonly kind: 'finish' }
  | { readonly kind: 'revert' };

/** For `parseArgs`. */
export const ROLLOUT_OPTIONS = {
  gradual: { type: 'boolean', default: false },
  'bake-minutes': { type: 'string' },
  finish: { type: 'boolean', default: false },
  revert: { type: 'boolean', default: false },
} as const;

interface Values {
  readonly gradual: boolean;
  readonly 'bake-minutes'?: string | undefined;
  readonly finish: boolean;
  readonly revert: boolean;
}

const DEFAULT_PERCENT = '10';
const DEFAULT_BAKE_MINUTES = '10';
const MAX_BAKE_MINUTES = 24 * 60;

/**
 * @param percent what stands behind `--gradual`
 * @throws Error naming the option that is wrong, or does not go with another
 */
export function parseRolloutOptions(values: Values, percent: string | undefined): RolloutOptions {
  const given = (['gradual', 'finish', 'revert'] as const).filter((name) => values[name]);
  if (given.length > 1) throw new Error(`${given.map((name) => `--${name}`).join(' and ')} exclude each other`);
  const bakeMinutes = values['bake-minutes'];
  if (!values.gradual && (percent !== undefined || bakeMinutes !== undefined)) {
    throw new Error('a percentage and --bake-minutes are for --gradual');
  }
  const [kind = 'at-once'] = given;
  if (kind !== 'gradual') return { kind };
  const share = numberOf('--gradual', percent ?? DEFAULT_PERCENT, 'a percentage above 0 and below 100', 100);
  const minutes = numberOf(
    '--bake-minutes',
    bakeMinutes ?? DEFAULT_BAKE_MINUTES,
    `minutes, up to ${MAX_BAKE_MINUTES}`,
    MAX_BAKE_MINUTES + 1,
  );
  return { kind, weight: share / 100, bakeMs: minutes * 60_000 };
}

function numberOf(option: string, text: string, what: string, below: number): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0 || value >= below)
    throw new Error(`${option} takes ${what}: not ${text}`);
  return value;
}
