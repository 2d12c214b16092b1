import {
  TransactionConflictException,
  type TransactWriteItemsCommandInput,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { type CloakroomError, epochSeconds, isObject, jsonText, type Login, type User } from '@cloakroom/core';
import { Interleaver } from '@cloakroom/testing';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isActive, isTouchDue } from './model/lifetime.ts';
import { decideRenewal, isUnconfirmed, rotate } from './model/rotation.ts';
import type { Session } from './model/session.ts';
import { type Lane, newLane, nextUser, ticketRequest } from './revocation-fixture.ts';
import { aRequest, HOUR, IDLE, type Interceptor, type SentCommand, START } from './store-fixture.ts';
import { takeLease } from './tokens/lease.ts';

/*
 * A user with two logins in use and a third that is not, another client of the first one's session at the provider, and a ticket of that
 * session too. Requests are authorized, uses written down, sign-ins repeated with refreshed tokens or made for the first time, tickets
 * opened by the provider without asking or for tokens that are handed in, data replaced, the ticket renewed; meanwhile sessions are revoked. An order of turns decides
 * what happens first, down to each request to DynamoDB Local and each answer.
 */
type Revocation = 'one' | 'ticket' | 'others' | 'all';

interface Act {
  readonly do: 'authorize' | 'touch' | 'create' | 'exchange' | 'handIn' | 'replaceData' | 'renew';
  /** One of the logins, or {@link TICKET}. */
  readonly login: number;
}

interface Scenario {
  readonly revocation: Revocation;
  readonly acts: readonly Act[];
  /** The one that starts just when the revocation has returned, beside what is still under way. */
  readonly later: Act;
  /** Whose turn it is. */
  readonly picks: readonly number[];
}

/** The logins that are to be out then, used or not. */
const TICKET = 3;
const REVOKED: Readonly<Record<Revocation, readonly number[]>> = {
  one: [0],
  ticket: [TICKET],
  others: [0, 2, TICKET],
  all: [0, 1, 2, TICKET],
};

/** The logins of provider sessions that are burnt then. They may keep a session that they had before, and open none. */
const BURNT: Readonly<Record<Revocation, readonly number[]>> = {
  one: [0, 2],
  ticket: [0, 2],
  others: [0, 2],
  all: [0, 1, 2],
};

const login = fc.integer({ min: 0, max: 2 });
const actOf = (...what: Act['do'][]): fc.Arbitrary<Act> => fc.record({ do: fc.constantFrom(...what), login });
const OF_TICKET = fc.record({
  do: fc.constantFrom<Act['do']>('authorize', 'touch', 'renew', 'renew', 'replaceData'),
  login: fc.constant(TICKET),
});
const scenario: fc.Arbitrary<Scenario> = fc.record({
  revocation: fc.constantFrom<Revocation>('one', 'ticket', 'others', 'all'),
  acts: fc.array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: actOf('authorize', 'touch', 'create', 'create', 'exchange', 'exchange', 'handIn', 'replaceData'),
      },
      { weight: 1, arbitrary: OF_TICKET },
    ),
    { minLength: 1, maxLength: 2 },
  ),
  later: fc.oneof(
    { weight: 3, arbitrary: actOf('authorize', 'create', 'exchange', 'handIn') },
    { weight: 1, arbitrary: OF_TICKET },
  ),
  picks: fc.array(fc.nat({ max: 11 }), { minLength: 30, maxLength: 30 }),
});

class Run {
  private readonly lane: Lane;
  private readonly scenario: Scenario;
  private readonly user: User;
  private readonly turns: Interleaver;
  private readonly wrong: string[] = [];
  private isRevoked = false;
  private readonly burnt = new Set<string>();

  constructor(lane: Lane, user: User, chosen: Scenario) {
    this.lane = lane;
    this.user = user;
    this.scenario = chosen;
    this.turns = new Interleaver(chosen.picks);
  }

  /** What went wrong: acts that began when the revocation had returned, and succeeded; sessions that are still there. */
  async play(): Promise<readonly string[]> {
    const { state } = this.lane.fixture;
    Object.assign(state, { nowSeconds: START + IDLE.touchIntervalSeconds, intercept: undefined });
    const { intercept, holdTransaction } = this.turns;
    const noted: Interceptor = (command, goOn) => {
      return intercept(command, () => goOn().then((answer) => this.note(command, answer)));
    };
    Object.assign(state, { intercept: noted, holdTransaction, sleep: () => this.turn() });
    const all = [this.revoke(), ...this.scenario.acts.map((act) => this.turn().then(() => this.act(act)))];
    await this.turns.run();
    await Promise.all(all);
    state.intercept = undefined;
    return [...this.wrong, ...(await this.leftovers())];
  }

  /** What was carried out, in that order: a burnt provider session opens nothing, and ends nothing before it is burnt. */
  private note({ input }: SentCommand, answer: unknown): unknown {
    const {
      Key,
      UpdateExpression,
      TransactItems = [],
    } = input as UpdateItemCommandInput & TransactWriteItemsCommandInput;
    if (UpdateExpression !== undefined && Key?.item?.S?.startsWith('BURNT#'))
      this.burnt.add(Key.item.S.slice('BURNT#'.length));
    for (const { Put } of TransactItems) {
      const { item, sid_hash, reason } = Put?.Item ?? {};
      if (sid_hash?.S === undefined) continue;
      const isBurnt = this.burnt.has(sid_hash.S);
      if (item?.S?.startsWith('SESSION#') && isBurnt) this.wrong.push('opened by a burnt provider session');
      if (reason?.S === 'revoked' && !isBurnt) this.wrong.push('ended before its provider session was burnt');
    }
    return answer;
  }

  private turn(): Promise<void> {
    return this.turns.gate(async () => {});
  }

  private async revoke(): Promise<void> {
    const { store } = this.lane.fixture;
    const [{ user, loginId: id }, own, { loginId: ticket }] = [this.login(0), this.login(1), this.login(TICKET)];
    await this.turn();
    if (this.scenario.revocation === 'one') await store.revoke({ user, id });
    if (this.scenario.revocation === 'ticket') await store.revoke({ user, id: ticket, reason: 'reuse_detected' });
    if (this.scenario.revocation === 'others') await store.revokeAll({ user, except: own.loginId });
    if (this.scenario.revocation === 'all') await store.revokeAll({ user });
    this.isRevoked = true;
    await this.act(this.scenario.later);
  }

  private async act(act: Act): Promise<void> {
    const { isRevoked } = this;
    const isTooLate = isRevoked && REVOKED[this.scenario.revocation].includes(act.login);
    const outcome = await this[act.do](act.login);
    const isRefused = [
      'denied',
      'leave_first',
      'LOGIN_ENDED',
      'SESSION_ENDED',
      'NOT_FOUND',
      'gone',
      'CONTENDED',
    ].includes(outcome);
    if (isTooLate && !isRefused) this.wrong.push(`${act.do} of ${act.login}: ${outcome}`);
    const isBurnt = isRevoked && BURNT[this.scenario.revocation].includes(act.login);
    if (isBurnt && ['created', 'open'].includes(outcome)) this.wrong.push(`${act.do} of ${act.login}: ${outcome}`);
  }

  /** As the authorizer does it: one read, a touch when it is due, and another read when that finds nothing to touch. */
  private async authorize(index: number): Promise<string> {
    const { store } = this.lane.fixture;
    const { user, loginId } = this.login(index);
    const session = await store.get(user, loginId);
    if (session === undefined || !isActive(session, this.now())) return 'denied';
    if (!isTouchDue(session, this.now(), IDLE) || (await this.touch(index, session)) !== 'gone') return 'allowed';
    const again = await store.get(user, loginId);
    return again !== undefined && isActive(again, this.now()) ? 'allowed' : 'denied';
  }

  /** One that meets a transaction is not written down, which changes no decision. */
  private async touch(index: number, session?: Session): Promise<string> {
    const { user, loginId } = this.login(index);
    const isFirst = session !== undefined && isUnconfirmed(session);
    try {
      return await this.lane.fixture.store.touch(session ?? { user, id: loginId, kind: 'bearer' }, {
        isUse: true,
        isFirst,
      });
    } catch (error) {
      if (error instanceof TransactionConflictException) return 'denied';
      throw error;
    }
  }

  /** As the token handler does it, at a provider that answers at once. */
  private async renew(index: number): Promise<string> {
    const { fixture, cookie } = this.lane;
    const { user, loginId: id } = this.login(index);
    const leasing = await takeLease(fixture.table, { user, id });
    if (leasing.outcome !== 'taken') return 'gone';
    const session = await fixture.store.get(user, id);
    if (session?.ticket === undefined || !isActive(session, this.now())) return 'gone';
    const { ticket } = session;
    const rotated = decideRenewal(ticket, 'current', this.now()).rotates ? rotate(cookie, this.now()) : undefined;
    const renewal = { session: { ...session, ticket }, leaseId: leasing.lease.leaseId, recheckSeconds: HOUR, rotated };
    return outcomeOf(fixture.store.renewTicket(renewal).then((renewed) => ({ outcome: renewed ? 'renewed' : 'gone' })));
  }

  private create(index: number): Promise<string> {
    const request = { ...aRequest({}, { maxSessionsPerUser: 3 }), login: this.login(index) };
    return outcomeOf(this.lane.fixture.store.create(request));
  }

  /** Of the provider session as it was before. */
  private exchange(index: number): Promise<string> {
    const opened = this.lane.fixture.store.openTicket(
      ticketRequest(this.login(index), { now: this.now(), isSilent: true }),
    );
    return outcomeOf(opened.then(({ verdict }) => ({ outcome: verdict })));
  }

  private handIn(index: number): Promise<string> {
    const login = this.login(index);
    const request = { ...ticketRequest(login, { now: this.now(), isSilent: false }), login };
    return outcomeOf(this.lane.fixture.store.handIn(request).then(({ verdict }) => ({ outcome: verdict })));
  }

  private replaceData(index: number): Promise<string> {
    const { user, loginId: id } = this.login(index);
    return outcomeOf(this.lane.fixture.store.replaceData({ user, id, version: 0, value: jsonText({ a: 1 }) }));
  }

  /** What a list or a read could still show. */
  private async leftovers(): Promise<string[]> {
    const there = Object.keys(await this.lane.fixture.items(this.user));
    if (this.scenario.revocation === 'all') return there.filter((key) => /^(SESSION|DATA|PROVIDER_TOKENS)#/.test(key));
    const ids = REVOKED[this.scenario.revocation].map((index) => this.login(index).loginId);
    return ids
      .flatMap((id) => [`SESSION#${id}`, `DATA#${id}`, `PROVIDER_TOKENS#${id}`])
      .filter((key) => there.includes(key));
  }

  private login(index: number): Login {
    return { ...(this.lane.logins[index] as Login), user: this.user };
  }

  private now(): number {
    return epochSeconds(this.lane.fixture.state.nowSeconds * 1000);
  }
}

function outcomeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    (result) => (isObject(result) && typeof result.outcome === 'string' ? result.outcome : 'succeeded'),
    (error: CloakroomError) => {
      if (error.code === undefined) throw error;
      return error.code;
    },
  );
}

const RUNS = 10_000;
const LANES = 8;

it('leaves nothing that starts afterwards, in 10,000 orders of what happens at the same time', async () => {
  const explore = async () => {
    const lane = await newLane();
    const property = fc.asyncProperty(scenario, async (chosen) => {
      expect(await new Run(lane, await nextUser(lane), chosen).play()).toEqual([]);
    });
    await fc.assert(property, { numRuns: RUNS / LANES });
  };
  await Promise.all(Array.from({ length: LANES }, explore));
}, 900_000);
