import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import type { Pin, Pinned } from '@cloakroom/terraform';
import type { Lambda, LiveFunction } from './live-versions.ts';
import type { Tools } from './tools.ts';

/** So many of each function stay, for scripts/rollback. */
const KEPT = 10;
/** Without a number, Lambda would delete the function itself. */
const PUBLISHED = /^[1-9]\d*$/;

/** The versions that nobody needs: older than the newest ten, and neither behind an alias nor pinned. */
export function prunable({ name, versions, aliased }: LiveFunction, pinned: Pinned): readonly string[] {
  const held = new Set([...aliased, ...pinnedVersions(pinned[name])]);
  return versions
    .slice(0, -KEPT)
    .map(({ version }) => version)
    .filter((version) => PUBLISHED.test(version) && !held.has(version));
}

/**
 * Deletes old versions. They cost storage, of which an account has 75 GB for all its functions; and inside a VPC each set of subnets
 * and security groups that any version names keeps its network interfaces. What cannot be deleted stays for the next time, and is said.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export async function pruneVersions(
  functions: readonly LiveFunction[],
  pinned: Pinned,
  { lambda, say }: { readonly lambda: Lambda; readonly say: Tools['say'] },
): Promise<void> {
  const old = functions.flatMap((one) => prunable(one, pinned).map((version) => ({ ...one, version })));
  if (old.length === 0) return;
  const problems: string[] = [];
  for (const { functionName, version } of old) {
    try {
      await lambda.send(new DeleteFunctionCommand({ FunctionName: functionName, Qualifier: version }));
    } catch (error) {
      problems.push(`${functionName}:${version} (${error instanceof Error ? error.message : String(error)})`);
    }
  }
  const deleted = old.length - problems.length;
  if (deleted > 0)
    say(
      `deleted ${deleted} old versions; the newest ${KEPT} of each function stay, and any that is pinned or has an alias`,
    );
  const [first, ...more] = problems;
  if (first !== undefined)
    say(`old versions stay until the next deployment: ${first}${more.length === 0 ? '' : `, and ${more.length} more`}`);
}

function pinnedVersions(pin: Pin | undefined): readonly string[] {
  if (pin === undefined) return [];
  return [pin.version, ...(pin.next === undefined ? [] : [pin.next.version])];
}
