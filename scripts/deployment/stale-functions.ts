import type { Pinned } from '@cloakroom/terraform';
import { type FunctionVersion, type LiveFunction, newestOf } from './live-versions.ts';

/** A function of which `live` is not what was synthesized, though Terraform may think so. */
export interface StaleFunction {
  readonly function: LiveFunction;
  /** Of the code that should serve, base64. */
  readonly synthesized: string;
  /** What has to be done before Terraform can move `live`. */
  readonly upload: boolean;
  readonly publish: boolean;
}

/** Code by the names of functions in AWS, as the base64 of a zip's SHA-256. */
type Codes = Readonly<Record<string, string>>;

/**
 * Functions whose `live` has other code than was synthesized, or other settings than `$LATEST`, which Terraform holds to what was
 * synthesized. So a deployment is found that failed half way: Terraform notes the new code's hash before Lambda has taken it, and
 * plans nothing afterwards, while the old version serves.
 *
 * Those that a rollback has pinned stay as they are. During a rollout the newest version is compared, which `live` is yet to get.
 */
export function staleFunctions(
  functions: readonly LiveFunction[],
  codes: Codes,
  pinned: Pinned,
): readonly StaleFunction[] {
  return functions.flatMap((one): StaleFunction[] => {
    const synthesized = codes[one.functionName];
    const reason = pinned[one.name]?.reason;
    if (synthesized === undefined || reason === 'rollback') return [];
    const isRight = (version: FunctionVersion | undefined) =>
      version?.sha256 === synthesized && version.settings === one.latest.settings;
    const newest = newestOf(one);
    const serving = reason === 'rollout' ? newest : one.versions.find(({ version }) => version === one.live.version);
    if (isRight(serving)) return [];
    const upload = one.latest.sha256 !== synthesized;
    return [{ function: one, synthesized, upload, publish: upload || !isRight(newest) }];
  });
}

/** `create-session: version 3 serves, with other code than was built` */
export function describeStale({ function: one, synthesized }: StaleFunction): string {
  const serving = one.versions.find(({ version }) => version === one.live.version);
  const what = serving?.sha256 === synthesized ? 'other settings than it should have' : 'other code than was built';
  return `${one.name}: version ${one.live.version} serves, with ${what}`;
}
