import { type CloakroomError, epochSeconds, type Login } from '@cloakroom/core';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Interleaver } from './interleaver-fixture.ts';
import { isTouchDue, statusOf } from './lifetime.ts';
import { aLogin, aRequest, IDLE, LOGINS, newUser, START, storeFixture } from './store-fixture.ts';

/*
 * A user with two logins in use and a third that is not. Requests are authorized, uses written down, sign-ins repeated with
 * refreshed tokens or made for the first time, data replaced; meanwhile sessions are revoked. An order of turns decides
 * what happens first, down to each request to the table and each answer. The store is the real one, with every condition
 * of its writes. In most runs its table is in memory, as one on DynamoDB Local takes a hundred times as long; the contract of
 * the stores holds the one to the other, and enough runs are on DynamoDB Local.
 */
type Fixture = Awaited<ReturnType<typeof storeFixture>>;
type Revocation = 'one' | 'others' | 'all';

interface Act {
  readonly do: 'authorize' | 'touch' | 'create' | 'replaceData';
  readonly login: number;
}

interface Scenario {
  readonly revocation: Revocation;
  readonly acts: readonly Act[];
  /** Those that start just when the revocation has returned, beside what is still under way. */
  readonly later: readonly Act[];
  /** Whose turn it is. */
  readonly picks: readonly number[];
}

/** The logins that are to be out then, used or not. */
const REVOKED: Readonly<Record<Revocation, readonly number[]>> = { one: [0], others: [0, 2], all: [0, 1, 2] };

const login = fc.integer({ min: 0, max: 2 });
const scenario: fc.Arbitrary<Scenario> = fc.record({
  revocation: fc.constantFrom<Revocation>('one', 'others', 'all'),
  acts: fc.array(fc.record({ do: fc.constantFrom('authorize', 'touch', 'create', 'create', 'replaceData'), login }), {
    minLength: 1,
    maxLength: 3,
  }),
  later: fc.array(fc.record({ do: fc.constantFrom('authorize', 'create'), login }), { minLength: 1, maxLength: 2 }),
  picks: fc.array(fc.nat({ max: 11 }), { minLength: 30, maxLength: 30 }),
});

class Run {
  private readonly fixture: Fixture;
  private readonly scenario: Scenario;
  private readonly logins: readonly Login[];
  private readonly turns: Interleaver;
  private readonly wrong: string[] = [];
  private isRevoked = false;

  constructor(fixture: Fixture, chosen: Scenario) {
    const user = newUser();
    this.fixture = fixture;
    this.scenario = chosen;
    this.logins = [0, 1, 2].map(() => aLogin({ user, authTime: START - 10 }));
    this.turns = new Interleaver(chosen.picks);
  }

  /** What went wrong: acts that began when the revocation had returned, and succeeded; sessions that are still there. */
  async play(): Promise<readonly string[]> {
    const { state } = this.fixture;
    Object.assign(state, { nowSeconds: START, intercept: undefined });
    await this.create(0);
    await this.create(1);
    state.nowSeconds += IDLE.touchIntervalSeconds;
    Object.assign(state, { intercept: this.turns.intercept, sleep: () => this.turn() });
    const all = [this.revoke(), ...this.scenario.acts.map((act) => this.turn().then(() => this.act(act)))];
    await this.turns.run();
    await Promise.all(all);
    state.intercept = undefined;
    return [...this.wrong, ...(await this.leftovers())];
  }

  private turn(): Promise<void> {
    return this.turns.gate(async () => {});
  }

  private async revoke(): Promise<void> {
    const { store } = this.fixture;
    const [{ user, loginId: id }, own] = this.logins as [Login, Login];
    await this.turn();
    if (this.scenario.revocation === 'one') await store.revoke({ user, id, ...LOGINS });
    if (this.scenario.revocation === 'others') await store.revokeAll({ user, except: own.loginId, ...LOGINS });
    if (this.scenario.revocation === 'all') await store.revokeAll({ user, ...LOGINS });
    this.isRevoked = true;
    await Promise.all(this.scenario.later.map((act) => this.act(act)));
  }

  private async act(act: Act): Promise<void> {
    const isTooLate = this.isRevoked && REVOKED[this.scenario.revocation].includes(act.login);
    const outcome = await this[act.do](act.login);
    const isRefused = ['denied', 'LOGIN_ENDED', 'SESSION_ENDED', 'NOT_FOUND', 'gone'].includes(outcome);
    if (isTooLate && !isRefused) this.wrong.push(`${act.do} of ${act.login}: ${outcome}`);
  }

  /** As the authorizer does it: one read, a touch when it is due, and another read when that finds nothing to touch. */
  private async authorize(index: number): Promise<string> {
    const { store } = this.fixture;
    const { user, loginId } = this.login(index);
    const session = await store.get(user, loginId);
    if (session === undefined || statusOf(session, this.now()) !== 'active') return 'denied';
    if (!isTouchDue(session, this.now(), IDLE) || (await store.touch(session)) === 'touched') return 'allowed';
    const again = await store.get(user, loginId);
    return again !== undefined && statusOf(again, this.now()) === 'active' ? 'allowed' : 'denied';
  }

  private touch(index: number): Promise<string> {
    const { user, loginId } = this.login(index);
    return this.fixture.store.touch({ user, id: loginId });
  }

  private create(index: number): Promise<string> {
    const request = { ...aRequest({}, { maxSessionsPerUser: 2 }), login: this.login(index) };
    return outcomeOf(this.fixture.store.create(request));
  }

  private replaceData(index: number): Promise<string> {
    const { user, loginId: id } = this.login(index);
    return outcomeOf(this.fixture.store.replaceData({ user, id, version: 0, value: { a: 1 }, ...LOGINS }));
  }

  private async leftovers(): Promise<string[]> {
    const { items, store } = this.fixture;
    const revoked = REVOKED[this.scenario.revocation].map((index) => this.login(index));
    const there = Object.keys(await items(this.login(0).user));
    const left = revoked.flatMap(({ loginId }) => [`SESSION#${loginId}`, `DATA#${loginId}`]);
    const { sessions } = await store.list({ user: this.login(0).user, ...LOGINS });
    const listed = sessions.filter(({ id }) => revoked.some(({ loginId }) => loginId === id));
    return [...left.filter((key) => there.includes(key)), ...listed.map(({ id }) => `listed ${id}`)];
  }

  private login(index: number): Login {
    return this.logins[index] as Login;
  }

  private now(): number {
    return epochSeconds(this.fixture.state.nowSeconds * 1000);
  }
}

function outcomeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'succeeded',
    (error: CloakroomError) => {
      if (error.code === undefined) throw error;
      return error.code;
    },
  );
}

async function explore(runs: number, fixtureOf: () => Promise<Fixture>): Promise<void> {
  const property = fc.asyncProperty(scenario, async (chosen) => {
    expect(await new Run(await fixtureOf(), chosen).play()).toEqual([]);
  });
  await fc.assert(property, { numRuns: runs });
}

it('leaves nothing that starts afterwards, in 10,000 orders of what happens at the same time', async () => {
  await explore(10_000, () => storeFixture(IDLE, 'memory'));
}, 300_000);

/** Each lane has a table of its own, as each has its own clock and order of turns. */
const LANES = 8;

it('leaves nothing that starts afterwards, in 1,000 orders on DynamoDB Local', async () => {
  const lane = async () => {
    const fixture = await storeFixture();
    await explore(1000 / LANES, async () => fixture);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}, 300_000);
