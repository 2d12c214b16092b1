import { isDeepStrictEqual } from 'node:util';
import type { Pin, Pinned } from '@cloakroom/terraform';
import { type FunctionVersion, type LiveFunction, newestOf, requireVersion } from './live-versions.ts';

/** One deployment publishes all its versions within this time: so long may Terraform take for them. */
const DEPLOYMENT_MINUTES = 30;

/** What a function goes back to. */
export interface Move {
  readonly function: LiveFunction;
  readonly to: FunctionVersion;
  /** What of the version is not as it is now. */
  readonly warnings: readonly string[];
}

/** What stays, and why. */
interface Stay {
  readonly function: LiveFunction;
  readonly why: string;
}

interface Wanted {
  /** Undefined: those that the last deployment has changed. */
  readonly names?: readonly string[] | undefined;
  /** Undefined: the version before the one that serves. */
  readonly to?: string | undefined;
}

/**
 * What goes back, and to which version. Of a rollback that was interrupted the rest; without names nothing goes back twice.
 *
 * @throws Error when a function has no such version, or it is one from before a restore
 */
export function chooseRollback(
  functions: readonly LiveFunction[],
  pinned: Pinned,
  { names, to }: Wanted,
): { readonly moves: readonly Move[]; readonly stays: readonly Stay[] } {
  const since = lastDeploymentMs(functions);
  const moves: Move[] = [];
  const stays: Stay[] = [];
  for (const one of functions) {
    const why = names === undefined ? whyItStays(one, pinned, since) : undefined;
    const target = why ?? targetOf(one, pinned, to);
    if (typeof target !== 'string') moves.push(moveOf(one, target));
    else if (names === undefined) stays.push({ function: one, why: target });
    else throw new Error(`${one.name}: ${target}`);
  }
  return { moves, stays };
}

function whyItStays(one: LiveFunction, pinned: Pinned, sinceMs: number): string | undefined {
  const pin = rollbackOf(one, pinned);
  if (pin !== undefined) return pin.version === one.live.version ? `went back on ${pin.since}` : undefined;
  if (Object.keys(one.live.weights).length > 0) return undefined;
  const serves = requireVersion(one, one.live.version);
  return Date.parse(serves.modified) < sinceMs
    ? `the last deployment did not change it (${minuteOf(serves)})`
    : undefined;
}

function lastDeploymentMs(functions: readonly LiveFunction[]): number {
  const published = functions.map((one) => Date.parse(newestOf(one).modified));
  return Math.max(...published) - DEPLOYMENT_MINUTES * 60_000;
}

/** The pin of a rollback, unless it is of before: what serves was published after it, so somebody has released it since. */
function rollbackOf(one: LiveFunction, pinned: Pinned): Pin | undefined {
  const pin = pinned[one.name];
  if (pin?.reason !== 'rollback') return undefined;
  const serves = one.versions.find(({ version }) => version === one.live.version);
  const isReleased = pin.version !== one.live.version && Date.parse(serves?.modified ?? '') > Date.parse(pin.since);
  return isReleased ? undefined : pin;
}

/** What it goes back to, or why to nothing. @throws Error when there is no such version */
function targetOf(one: LiveFunction, pinned: Pinned, to: string | undefined): FunctionVersion | string {
  const version = to ?? versionBefore(one, pinned);
  if (version === undefined) return `there is no version before ${one.live.version}, which serves`;
  const target = requireVersion(one, version);
  const { tables } = one.latest;
  return isDeepStrictEqual(target.tables, tables)
    ? target
    : `${version} works on ${target.tables.join(', ')}, and now it is ${tables.join(', ')}: no version from before a restore serves again (docs/restoring.md)`;
}

function versionBefore(one: LiveFunction, pinned: Pinned): string | undefined {
  const pin = rollbackOf(one, pinned);
  const { version, weights } = one.live;
  if (pin !== undefined && pin.version !== version) return pin.version;
  // While a share goes to a new version, the one before is the one that has the rest.
  if (Object.keys(weights).length > 0) return version;
  return one.versions.filter((older) => Number(older.version) < Number(version)).at(-1)?.version;
}

function moveOf(one: LiveFunction, to: FunctionVersion): Move {
  const { role, network } = one.latest;
  return {
    function: one,
    to,
    warnings: [
      ...(to.role === role ? [] : [`its role is ${to.role}, and now it is ${role}`]),
      ...(isDeepStrictEqual(to.network, network)
        ? []
        : [
            `its network is ${described(to.network)}, and now it is ${described(network)}: what it reached there may be gone`,
          ]),
    ],
  };
}

function described(network: readonly string[]): string {
  return network.length === 0 ? 'outside any VPC' : network.join(', ');
}

/** `2026-01-31 12:00 UTC` */
export function minuteOf({ modified }: FunctionVersion): string {
  return `${new Date(modified).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
