import { isDeepStrictEqual } from 'node:util';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { calm, Died, type Mood, type RefreshWorld, type Rotation, refreshWorld } from './refresh-fixture.ts';
import { foundIn, type Hand, type Real, TicketModel, type TicketState, told } from './ticket-model-fixture.ts';

/** Three that have a cookie of the same ticket: its owner, who takes each that arrives, and two who come by copies. */
const HANDS = 3;
/** Longer than a lease. */
const LEASE_SECONDS = 16;

type Operation =
  | { readonly do: 'use'; readonly by: number; readonly touch: 'works' | 'fails' }
  | { readonly do: 'refresh'; readonly by: number; readonly mood: Mood; readonly arrives: boolean }
  | { readonly do: 'die'; readonly by: number; readonly mood: Mood; readonly at: number; readonly isDone: boolean }
  | { readonly do: 'stranger'; readonly by: number; readonly what: 'refresh' | 'use' }
  | { readonly do: 'copy'; readonly by: number; readonly to: number }
  | { readonly do: 'revoke' }
  | { readonly do: 'wait'; readonly seconds: number };

/** Does one thing to the model and to the ticket, and wants the same of both. */
class Command implements fc.AsyncCommand<TicketModel, Real> {
  private readonly operation: Operation;

  constructor(operation: Operation) {
    this.operation = operation;
  }

  check(): boolean {
    return true;
  }

  async run(model: TicketModel, real: Real): Promise<void> {
    await carryOut(this.operation, model, real);
    expect(model.now).toBe(real.world.now());
  }

  toString(): string {
    return JSON.stringify(this.operation);
  }
}

async function carryOut(operation: Operation, model: TicketModel, real: Real): Promise<void> {
  const { world, hands } = real;
  const hand = hands['by' in operation ? operation.by : 0] ?? hands[0];
  switch (operation.do) {
    case 'use': {
      const isWritten = operation.touch === 'works';
      world.clock.intercept = async ({ constructor: { name } }, goOn) =>
        name === 'UpdateItemCommand' && !isWritten ? Promise.reject(new Error('throttled')) : goOn();
      expect(await world.use(hand.cookie)).toBe(model.use(hand.secret, isWritten));
      world.clock.intercept = undefined;
      return;
    }
    case 'refresh':
      return refreshAs(hand, operation, model, real);
    case 'die':
      return dieAs(hand, operation, model, real);
    case 'stranger': {
      const cookie = { ...hand.cookie, family: 'A'.repeat(22) };
      const outcome = operation.what === 'use' ? await world.use(cookie) : (await world.refresh(cookie)).outcome;
      expect(outcome).toBe(model.strangers(operation.what));
      return;
    }
    case 'copy':
      hands[operation.to] = { ...hand };
      return;
    case 'revoke':
      await world.sessions.revoke(hand.cookie);
      return model.revoke();
    case 'wait':
      return wait(operation.seconds, model, real);
  }
}

function wait(seconds: number, model: TicketModel, { world }: Real): void {
  model.now += seconds;
  world.clock.nowMs += seconds * 1000;
}

async function refreshAs(
  hand: Hand,
  { mood, arrives }: { readonly mood: Mood; readonly arrives: boolean },
  model: TicketModel,
  { world }: Real,
): Promise<void> {
  world.provider.mood = mood;
  const expected = model.refresh({ secret: hand.secret, mood });
  const { outcome, cookie } = await world.refresh(hand.cookie);
  expect(outcome).toBe(expected);
  if (cookie !== undefined && arrives) Object.assign(hand, { cookie, secret: model.state.secret });
}

/** The process is gone at some point: all is as it was, or as it would be, and perhaps the lease was never given back. */
async function dieAs(
  hand: Hand,
  { mood, at, isDone }: Operation & { do: 'die' },
  model: TicketModel,
  real: Real,
): Promise<void> {
  const { world } = real;
  let steps = 0;
  const dying = async <T>(goOn: () => Promise<T>): Promise<T> => {
    steps += 1;
    if (steps <= at) return goOn();
    if (steps === at + 1 && isDone) await goOn().catch(() => undefined);
    throw new Died();
  };
  world.provider.mood = mood;
  world.clock.intercept = (_, goOn) => dying(goOn);
  world.provider.turn = dying;
  const before = { ...model.state };
  model.refresh({ secret: hand.secret, mood });
  await world.refresh(hand.cookie);
  world.clock.intercept = undefined;
  world.provider.turn = (action) => action();
  await adopt(before, model, real);
  wait(LEASE_SECONDS, model, real);
}

/** Of what was to become, as much as has: a first use may have been written down, and nothing else. */
async function adopt(before: TicketState, model: TicketModel, real: Real): Promise<void> {
  const after = model.state;
  const noted = after.secret === before.secret ? { ...before, confirmedAt: after.confirmedAt } : before;
  const found = await foundIn(real);
  const become = [before, noted, after].find((state) => isDeepStrictEqual(told(real, model, state), found));
  expect({ become, found }).toEqual({ become: expect.anything(), found });
  const { hasTokens, isLeased } = await real.world.look(real.hands[0].cookie);
  model.state = { ...(become ?? before), hasTokens, isAbandoned: isLeased, isOver: real.world.provider.hasEnded };
}

const by = fc.nat({ max: HANDS - 1 });
const moods = fc.constantFrom<Mood>(
  'answers',
  'answers',
  'answers',
  'answers',
  'is down',
  'loses its answer',
  'has ended it',
);
const operations: fc.Arbitrary<Operation>[] = [
  fc.record({ do: fc.constant('use'), by, touch: fc.constantFrom('works', 'works', 'fails') }),
  fc.record({ do: fc.constant('refresh'), by, mood: fc.constant('answers'), arrives: fc.boolean() }),
  fc.record({ do: fc.constant('refresh'), by, mood: moods, arrives: fc.boolean() }),
  fc.record({ do: fc.constant('refresh'), by: fc.constant(0), mood: moods, arrives: fc.boolean() }),
  fc.record({ do: fc.constant('die'), by, mood: moods, at: fc.nat({ max: 8 }), isDone: fc.boolean() }),
  fc.record({ do: fc.constant('stranger'), by, what: fc.constantFrom('refresh', 'use') }),
  fc.record({ do: fc.constant('copy'), by, to: by }),
  fc.record({ do: fc.constant('wait'), seconds: fc.constantFrom(4, 29, 31, 299, 900, 1801, 3599) }),
  fc.record({ do: fc.constant('wait'), seconds: fc.constantFrom(31, 299) }),
];
const commands = [...operations, fc.constant<Operation>({ do: 'revoke' })].map((each) =>
  each.map((one) => new Command(one)),
);

/** A thief and the owner have the same cookie, and both go on: whoever is second after the grace is found out, and it is over. */
async function bothGoOn(model: TicketModel, real: Real): Promise<void> {
  const newest = real.hands.toSorted((one, other) => other.secret - one.secret)[0] ?? real.hands[0];
  const thief = { ...newest };
  const rounds = model.match(newest.secret) === 'previous' ? 3 : 2;
  for (let round = 0; round < rounds; round += 1) {
    wait(31, model, real);
    await refreshAs(newest, { mood: 'answers', arrives: true }, model, real);
    await real.world.use(newest.cookie);
  }
  if (model.state.ended !== undefined || !model.state.hasTokens) return;
  real.world.clock.nowMs += 31_000;
  const { outcome } = await real.world.refresh(thief.cookie);
  expect([outcome, await foundIn(real)]).toEqual(['reuse_detected', { ended: 'reuse_detected' }]);
}

const LANES = 8;

/** The ticket and its model after these steps, which are the same. */
async function play(world: RefreshWorld, { rotation, expiresIn }: Ticket, steps: Iterable<Step>) {
  Object.assign(world.clock, calm());
  const cookie = await world.open(rotation, expiresIn);
  const hand = () => ({ secret: 0, cookie });
  const real: Real = { world, hands: [hand(), ...Array.from({ length: HANDS - 1 }, hand)] };
  const model = new TicketModel(world.now(), rotation, expiresIn);
  await fc.asyncModelRun(() => ({ model, real }), steps);
  expect(await foundIn(real)).toEqual(told(real, model));
  const { used } = world.provider;
  if (rotation === 'strict') expect(new Set(used).size).toBe(used.length);
  return { model, real };
}

async function inLanes(explore: (world: RefreshWorld) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: LANES }, async () => explore(await refreshWorld())));
}

type Step = fc.AsyncCommand<TicketModel, Real>;
interface Ticket {
  readonly rotation: Rotation;
  readonly expiresIn: number | undefined;
}

const ticket: fc.Arbitrary<Ticket> = fc.record({
  rotation: fc.constantFrom<Rotation>('none', 'grace', 'strict'),
  /** How long a refresh token lives unused, by the provider. */
  expiresIn: fc.constantFrom(undefined, undefined, 40, 1800),
});

it('does with a ticket what the rules say, whoever has a cookie of it, in 320 histories', async () => {
  const histories = fc.tuple(ticket, fc.commands(commands, { maxCommands: 14 }), fc.boolean());
  await inLanes(async (world) => {
    const property = fc.asyncProperty(histories, async ([of, steps, endsInTheft]) => {
      const { model, real } = await play(world, of, steps);
      if (endsInTheft) await bothGoOn(model, real);
    });
    await fc.assert(property, { numRuns: 320 / LANES });
  });
}, 900_000);

it('signs nobody out who takes each cookie that arrives, however many do not, in 80 histories', async () => {
  const own = (one: Operation): Operation => ({
    ...one,
    ...('by' in one ? { by: 0 } : {}),
    ...('mood' in one && one.mood === 'has ended it' ? { mood: 'is down' } : {}),
  });
  const steps = fc.commands(
    operations.map((each) => each.map((one) => new Command(own(one)))),
    { maxCommands: 14 },
  );
  await inLanes(async (world) => {
    const property = fc.asyncProperty(ticket, steps, async (of, taken) => {
      const { model } = await play(world, of, taken);
      expect(model.state.ended).toBeUndefined();
    });
    await fc.assert(property, { numRuns: 80 / LANES });
  });
}, 900_000);
