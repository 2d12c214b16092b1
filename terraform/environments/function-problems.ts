import type { Issuer } from '@cloakroom/auth';
import { hasBackchannelLogout } from './backchannel-logout.ts';
import { hasBrowserSignIn } from './browser-sign-in.ts';
import type { FunctionSettings } from './functions-schema.ts';
import { CLOAKROOM_FUNCTIONS } from './own-schema.ts';
import { mostProvisioned } from './provisioned-schema.ts';

/**
 * The function that a queue feeds, and how many batches it works on at the same time where nothing else is said. By so many, with
 * batches of ten in 50 ms, 10,000 messages a second get through.
 */
export const FED_BY_QUEUE = { name: 'store-event', maximumConcurrency: 50 } as const;

/** Functions that only some environments have. */
const NEEDED: Readonly<Record<string, { readonly isThere: (environment: Told) => boolean; readonly because: string }>> =
  {
    'backchannel-logout': { isThere: hasBackchannelLogout, because: 'no issuer has backchannelLogout' },
    'token-handler': { isThere: hasBrowserSignIn, because: 'no issuer has browser' },
  };

/** An environment, as far as it decides what functions may get. */
interface Told {
  readonly functions?: Readonly<Record<string, FunctionSettings>> | undefined;
  readonly issuers: readonly Issuer[];
}

/** What contradicts in the settings of functions, a sentence for each. */
export function functionProblems(environment: Told): readonly string[] {
  return Object.entries(environment.functions ?? {}).flatMap(([name, settings]) => {
    const needed = NEEDED[name];
    if (needed?.isThere(environment) === false) {
      const there = CLOAKROOM_FUNCTIONS.filter((other) => NEEDED[other]?.isThere(environment) ?? true).join(', ');
      return [
        `functions.${name}: this environment does not have it, since ${needed.because}. It has ${there}: leave the entry out`,
      ];
    }
    return settingsProblems(name, settings).map((problem) => `functions.${name}.${problem}`);
  });
}

function settingsProblems(name: string, settings: FunctionSettings): readonly string[] {
  const { maximumConcurrency, provisionedConcurrency, reservedConcurrency = Number.POSITIVE_INFINITY } = settings;
  const most = provisionedConcurrency === undefined ? 0 : mostProvisioned(provisionedConcurrency);
  const batches = name === FED_BY_QUEUE.name ? (maximumConcurrency ?? FED_BY_QUEUE.maximumConcurrency) : 0;
  return [
    ...(maximumConcurrency !== undefined && name !== FED_BY_QUEUE.name
      ? [`maximumConcurrency: only ${FED_BY_QUEUE.name} is fed by a queue. Take reservedConcurrency to limit ${name}`]
      : []),
    ...(most > reservedConcurrency
      ? [
          `provisionedConcurrency: ${most} is more than its reservedConcurrency of ${reservedConcurrency}: reserve at least ${most}`,
        ]
      : []),
    ...(batches > reservedConcurrency
      ? [
          `reservedConcurrency: ${reservedConcurrency} is less than the ${batches} batches that it may get at the same time: the others would be thrown back, and be dead letters after five times. Say maximumConcurrency: ${Math.max(2, reservedConcurrency)} too`,
        ]
      : []),
  ];
}
