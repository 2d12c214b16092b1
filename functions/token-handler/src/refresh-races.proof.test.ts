import { AsyncLocalStorage } from 'node:async_hooks';
import type { TicketCookie } from '@cloakroom/sessions';
import { type Interceptor, Interleaver } from '@cloakroom/testing';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { calm, Died, type Outcome, type RefreshWorld, refreshWorld } from './refresh-fixture.ts';
import {
  type Act,
  type Cookies,
  cookiesOf,
  type Holding,
  type Scenario,
  scenario,
} from './refresh-scenario-fixture.ts';

/*
 * A ticket's session, whose secret was never replaced, or has been just so and so long ago. Whoever holds a cookie of it, of whatever age,
 * refreshes or uses it, all at once; the provider answers, or does not; somebody ends the session meanwhile; a process dies. An order of
 * turns decides what happens first, down to each request to DynamoDB Local, to the provider, and each answer.
 */

/** Longer than a lease. */
const LEASE_MS = 16_000;
const ENDED = ['revoked', 'reuse_detected', 'expired'];

class Run {
  private readonly world: RefreshWorld;
  private readonly scenario: Scenario;
  private readonly turns: Interleaver;
  private readonly processes = new AsyncLocalStorage<{ stepsLeft: number; isDone: boolean; isDead: boolean }>();
  private readonly results: { readonly act: Act; readonly outcome: Outcome; readonly cookie?: TicketCookie }[] = [];
  private readonly wrong: string[] = [];

  constructor(world: RefreshWorld, chosen: Scenario) {
    this.world = world;
    this.scenario = chosen;
    this.turns = new Interleaver(chosen.picks);
  }

  async play(): Promise<readonly string[]> {
    const { world, scenario: chosen } = this;
    Object.assign(world.clock, calm());
    const cookies = await cookiesOf(world, chosen);
    await this.takeTurns(cookies);
    this.judge(cookies);
    await this.goOn(cookies);
    return this.wrong;
  }

  private async takeTurns(cookies: Cookies): Promise<void> {
    const { clock, provider, sessions } = this.world;
    const step = async <T>(go: () => Promise<T>): Promise<T> => {
      const process = this.processes.getStore();
      if (process?.isDead) throw new Died();
      if (process === undefined || process.stepsLeft > 0) {
        if (process !== undefined) process.stepsLeft -= 1;
        return go();
      }
      process.isDead = true;
      if (process.isDone) await go().catch(() => undefined);
      throw new Died();
    };
    const intercept: Interceptor = (command, goOn) => step(() => this.turns.intercept(command, goOn));
    const sleep = async () => {
      await this.turn();
      clock.nowMs += 250;
    };
    Object.assign(clock, { intercept, holdTransaction: this.turns.holdTransaction, sleep });
    provider.mood = this.scenario.mood;
    provider.turn = (action) => step(() => this.turns.gate(action));
    const all = this.scenario.acts.map((act) => this.turn().then(() => this.act(act, cookies[act.with])));
    if (this.scenario.isRevoked) all.push(this.turn().then(() => this.revoke(sessions, cookies)));
    await this.turns.run();
    await Promise.all(all);
    Object.assign(clock, { ...calm(), nowMs: clock.nowMs });
    Object.assign(provider, { mood: 'answers', turn: <T>(action: () => Promise<T>) => action() });
  }

  private turn(): Promise<void> {
    return this.turns.gate(async () => {});
  }

  private act(act: Act, cookie: TicketCookie): Promise<void> {
    const process = {
      stepsLeft: act.dies?.at ?? Number.POSITIVE_INFINITY,
      isDone: act.dies?.isDone === true,
      isDead: false,
    };
    return this.processes.run(process, async () => {
      const result = act.do === 'use' ? { outcome: await this.world.use(cookie) } : await this.world.refresh(cookie);
      this.results.push({ act, ...result });
    });
  }

  /** What begins afterwards is refused. */
  private async revoke(sessions: RefreshWorld['sessions'], { current }: Cookies): Promise<void> {
    await sessions.revoke(current);
    const [refreshed, used] = [await this.world.refresh(current), await this.world.use(current)];
    if (!ENDED.includes(refreshed.outcome)) this.wrong.push(`refreshed after its end: ${refreshed.outcome}`);
    if (used !== 'refused') this.wrong.push(`used after its end: ${used}`);
  }

  private judge(cookies: Cookies): void {
    for (const { act, outcome } of this.results) {
      if (outcome !== 'died' && !this.mayBe(act, cookies).includes(outcome))
        this.wrong.push(`${act.do} with ${act.with}: ${outcome}`);
    }
    const { asked, used } = this.world.provider;
    if (new Set(this.given().map(({ secret }) => secret)).size > 1) this.wrong.push('two chains');
    if (this.scenario.rotation === 'strict' && new Set(used).size < used.length) this.wrong.push('a token used twice');
    if (this.scenario.mood === 'answers' && !this.hasDeaths() && asked.length > 1) this.wrong.push('asked twice');
  }

  private mayBe({ do: what, with: held }: Act, cookies: Cookies): readonly string[] {
    const { mood, isDue, isRevoked, rotation } = this.scenario;
    const isGood = held !== 'stranger' && !this.isOld(cookies, held);
    const end = [
      ...(isRevoked ? ['revoked'] : []),
      ...(mood === 'has ended it' ? ['expired'] : []),
      ...this.reuse(cookies),
    ];
    if (what === 'use') {
      if (!isGood) return ['refused'];
      return end.length > 0 || isDue ? ['in', 'refused'] : ['in'];
    }
    if (held === 'stranger') return ['UNAUTHORIZED'];
    if (!isGood) return end;
    const isLost = rotation === 'strict' && (this.hasDeaths() || mood === 'loses its answer');
    const unanswered = mood === 'is down' || mood === 'loses its answer' || this.hasDeaths();
    return [
      ...end,
      ...(mood === 'answers' ? ['in'] : []),
      ...(unanswered ? ['PROVIDER_UNAVAILABLE'] : []),
      ...(isLost ? ['RECHECK_REQUIRED'] : []),
    ];
  }

  private isOld({ old, current }: Cookies, held: Holding): boolean {
    return held === 'old' && old !== current;
  }

  private reuse(cookies: Cookies): readonly string[] {
    const isFound = this.scenario.acts.some((act) => act.do === 'refresh' && this.isOld(cookies, act.with));
    return isFound ? ['reuse_detected'] : [];
  }

  private hasDeaths(): boolean {
    return this.results.some(({ outcome }) => outcome === 'died');
  }

  private given(): TicketCookie[] {
    return this.results.flatMap(({ cookie }) => (cookie === undefined ? [] : [cookie]));
  }

  /** Whoever takes the newest cookie that has arrived is never out, but for a reason. */
  private async goOn(cookies: Cookies): Promise<void> {
    const { world, scenario: chosen } = this;
    const { session, ended, match } = await world.look(cookies.current);
    const reasons = [chosen.isRevoked, chosen.mood === 'has ended it', this.reuse(cookies).length > 0];
    if (session === undefined || ended !== undefined) {
      if (session !== undefined) this.wrong.push('active after it has ended');
      if (!reasons.includes(true)) this.wrong.push(`ended without a reason: ${ended}`);
      return;
    }
    if (chosen.isRevoked) this.wrong.push('revoked, and still there');
    for (const cookie of this.given()) {
      if (!['current', 'previous'].includes(match(cookie) ?? '')) this.wrong.push('a cookie that is none');
    }
    world.clock.nowMs += LEASE_MS;
    const isArrived = chosen.secret !== 'unconfirmed' || chosen.acts.some((act) => act.with === 'current');
    const mine = this.given()[0] ?? (isArrived ? cookies.current : cookies.previous);
    const isLost = chosen.rotation === 'strict' && (this.hasDeaths() || chosen.mood === 'loses its answer');
    const { outcome, cookie } = await world.refresh(mine);
    if (cookie !== undefined) {
      if ((await world.use(cookie)) !== 'in') this.wrong.push('refreshed, and not in');
      return;
    }
    const isExpected =
      (isLost && outcome === 'RECHECK_REQUIRED') || (chosen.mood === 'has ended it' && outcome === 'expired');
    if (!isExpected) this.wrong.push(`cannot go on: ${outcome}`);
  }
}

const RUNS = 640;
const LANES = 8;

it('refreshes once for all that ask at once and signs nobody out, in 640 orders of what happens at the same time', async () => {
  const explore = async () => {
    const world = await refreshWorld();
    const property = fc.asyncProperty(scenario, async (chosen) => {
      expect(await new Run(world, chosen).play()).toEqual([]);
    });
    await fc.assert(property, { numRuns: RUNS / LANES });
  };
  await Promise.all(Array.from({ length: LANES }, explore));
}, 900_000);
