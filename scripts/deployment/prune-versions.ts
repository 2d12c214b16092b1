import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import type { Pin, Pinned } from '@cloakroom/terraform';
import type { Lambda, LiveFunction } from './live-versions.ts';
import type { Tools } from './tools.ts';

/** So many of each function stay, for scripts/rollback. */
const KEPT = 10;

/** The versions that nobody needs: older than the newest ten, and neither behind an alias nor pinned. */
export function prunable({ name, versions, aliased }: LiveFunction, pinned: Pinned): readonly string[] {
  const held = new Set([...aliased, ...pinnedVersions(pinned[name])]);
  return versions
    .slice(0, -KEPT)
    .map(({ version }) => version)
    .filter((version) => !held.has(version));
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
  let deleted = 0;
  try {
    for (const { functionName, version } of old) {
      await lambda.send(new DeleteFunctionCommand({ FunctionName: functionName, Qualifier: version }));
      deleted += 1;
    }
  } catch (error) {
    say(
      `${old.length - deleted} old versions stay until the next deployment: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  say(
    `deleted ${deleted} old versions; the newest ${KEPT} of each function stay, and any that is pinned or has an alias`,
  );
}

function pinnedVersions(pin: Pin | undefined): readonly string[] {
  if (pin === undefined) return [];
  return [pin.version, ...(pin.next === undefined ? [] : [pin.next.version])];
}
