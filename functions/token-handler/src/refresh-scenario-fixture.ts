import type { TicketCookie } from '@cloakroom/sessions';
import fc from 'fast-check';
import type { Mood, RefreshWorld, Rotation } from './refresh-fixture.ts';

/** For proofs: what may happen to a ticket at the same time. */

export type Holding = 'current' | 'previous' | 'old' | 'stranger';

export interface Act {
  readonly do: 'refresh' | 'use';
  readonly with: Holding;
  /** Its process dies at this request, having done it or not. */
  readonly dies?: { readonly at: number; readonly isDone: boolean } | undefined;
}

export interface Scenario {
  readonly rotation: Rotation;
  readonly secret: 'first' | 'unconfirmed' | 'in grace' | 'settled';
  readonly isDue: boolean;
  readonly mood: Mood;
  readonly acts: readonly Act[];
  readonly isRevoked: boolean;
  /** Whose turn it is. */
  readonly picks: readonly number[];
}

const holding = fc.constantFrom<Holding>('current', 'current', 'current', 'previous', 'previous', 'old', 'stranger');
const refreshing = fc.record({
  do: fc.constant('refresh' as const),
  with: holding,
  dies: fc.option(fc.record({ at: fc.nat({ max: 8 }), isDone: fc.boolean() }), { nil: undefined, freq: 7 }),
});
const using = fc.record({ do: fc.constant('use' as const), with: holding });
export const scenario: fc.Arbitrary<Scenario> = fc.record({
  rotation: fc.constantFrom<Rotation>('none', 'grace', 'strict'),
  secret: fc.constantFrom<Scenario['secret']>('first', 'unconfirmed', 'in grace', 'settled'),
  isDue: fc.boolean(),
  mood: fc.constantFrom<Mood>('answers', 'answers', 'answers', 'is down', 'loses its answer', 'has ended it'),
  acts: fc.array(fc.oneof({ weight: 3, arbitrary: refreshing }, { weight: 1, arbitrary: using }), {
    minLength: 2,
    maxLength: 3,
  }),
  isRevoked: fc.nat({ max: 5 }).map((one) => one === 0),
  picks: fc.array(fc.nat({ max: 11 }), { minLength: 30, maxLength: 30 }),
});

export type Cookies = Readonly<Record<Holding, TicketCookie>>;

/** How the secret came to be the one of now, and how long the session goes on before everything happens. */
const HISTORIES = {
  first: undefined,
  unconfirmed: { hasArrived: false, waitMs: 0 },
  'in grace': { hasArrived: true, waitMs: 0 },
  settled: { hasArrived: true, waitMs: 31_000 },
} as const;

/** Where it was never replaced, everybody has the first secret; where it has settled, nobody has a right to the one before. */
export async function cookiesOf(world: RefreshWorld, { rotation, secret, isDue }: Scenario): Promise<Cookies> {
  const old = await world.open(rotation);
  const stranger = { ...old, family: 'A'.repeat(22) };
  const history = HISTORIES[secret];
  world.clock.nowMs += isDue ? 3_600_000 : 600_000;
  if (history === undefined) return { current: old, previous: old, old, stranger };
  const previous = await world.replaceSecret(old, { agoSeconds: 60, hasArrived: true });
  const current = await world.replaceSecret(previous, { agoSeconds: 60, hasArrived: history.hasArrived });
  world.clock.nowMs += history.waitMs;
  return { current, previous: secret === 'settled' ? current : previous, old, stranger };
}
