import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { CloakroomError, User } from '@cloakroom/core';
import { jsonText } from '@cloakroom/core';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { CreationRequest } from './model/new-session.ts';
import type { Session } from './model/session.ts';
import { aLogin, aRequest, aSidLogin, type Fixture, newUser, START, storeFixture } from './store-fixture.ts';
import { ABSENT } from './table/conditions.ts';
import { burntKey, sessionKey, userRecordKey } from './table/item-key.ts';
import { toItem } from './table/table.ts';
import { VirtualTime } from './virtual-time-fixture.ts';

/*
 * A user's sessions end, or a person signs in, while somebody floods the same items with a thousand requests a second. Time is
 * the test's own; DynamoDB Local answers, and what meets a transaction is refused as on AWS.
 */
const FLOOD_PER_MS = 1;
/** The flood is at its height when it is met. */
const HEAD_START_MS = 15;
/** What the invocation that is to win has. */
const DEADLINE_MS = 3000;
/** With each flood; every act is done two hundred times in all. */
const TIMES = { revoke: 50, revokeAll: 50, signIn: 67 };
const LANES = 8;
/** The session at the provider that the stolen session belongs to: its revocation burns it. */
const SID = 'stolen';

interface Stage {
  readonly fixture: Fixture;
  readonly user: User;
  /** Whose holder floods. */
  readonly stolen: Session;
  /** A sign-in whose session was revoked before. */
  readonly revoked: CreationRequest;
  /** The owner's, who comes anew and has two sessions already, which is as many as are allowed. */
  readonly fresh: CreationRequest;
}

interface Flood {
  readonly request: (stage: Stage, index: number) => Promise<unknown>;
  /** What each request may come to. */
  readonly outcomes: readonly string[];
}

const FLOODS = {
  'changes of its data': {
    request: ({ fixture: { store }, stolen }, index) =>
      store.replaceData({ ...addressOf(stolen), version: index % 6, value: jsonText({ index }) }),
    outcomes: ['done', 'PRECONDITION_FAILED', 'RATE_LIMITED', 'CONTENDED', 'SESSION_ENDED'],
  },
  'a revoked sign-in': {
    request: ({ fixture: { store }, revoked }) => store.create(revoked),
    outcomes: ['LOGIN_ENDED'],
  },
  'the end of all others': {
    request: ({ fixture: { store }, user, stolen }) => store.revokeAll({ user, except: stolen.id }),
    outcomes: ['done'],
  },
  /** Nothing of ours does that; whoever retries a bounded number of times loses against it. */
  'transactions on its items': {
    request: ({ fixture, user, stolen }) => fixture.table.dynamodb.send(transactionOn(fixture, user, stolen)),
    outcomes: ['TransactionCanceledException'],
  },
} as const satisfies Readonly<Record<string, Flood>>;

function transactionOn({ name: TableName }: Fixture, user: User, { id }: Session) {
  const keys = [sessionKey(user, id), userRecordKey(user), burntKey(user, SID)].map(toItem);
  const checks = keys.map((Key) => ({ ConditionCheck: { TableName, Key, ConditionExpression: ABSENT } }));
  return new TransactWriteItemsCommand({ TransactItems: checks });
}

const addressOf = ({ user, id }: Session) => ({ user, id });
const CALM = { intercept: undefined, holdTransaction: async (end: () => void) => end() };

async function setStage(fixture: Fixture): Promise<Stage> {
  const { store, state } = fixture;
  Object.assign(state, { ...CALM, nowSeconds: START });
  const user = newUser();
  const [other, revoked] = [aRequest({ user }), aRequest({ user })];
  const stolen = { ...other, login: aSidLogin({ user, sidHash: SID }) };
  const { session } = await store.create(stolen);
  await store.create(revoked);
  // It raises the watermark, as the thief can now and then.
  await store.revokeAll({ user, except: session.id });
  state.nowSeconds = START + 20;
  await store.create({ ...other, login: { ...other.login, authTime: START + 20 } });
  const login = aLogin({ user, authTime: START + 20 });
  const fresh = { ...stolen, login, policy: { ...stolen.policy, maxSessionsPerUser: 2 } };
  return { fixture, user, stolen: session, revoked, fresh };
}

let slowestMs = 0;
afterAll(() => console.log(`the slowest took ${slowestMs.toFixed()} ms of ${DEADLINE_MS}`));

/** What comes of it in the middle of the flood, within its deadline. */
async function amid<T>(stage: Stage, flood: Flood, act: () => Promise<T>): Promise<T> {
  const { state } = stage.fixture;
  const time = new VirtualTime();
  const { intercept, holdTransaction } = time;
  Object.assign(state, { intercept, holdTransaction, sleep: (ms: number) => time.sleep(ms) });
  let isOver = false;
  const flooding = async () => {
    const outcomes: Promise<string>[] = [];
    for (let index = 0; !isOver; index += 1) {
      outcomes.push(outcomeOf(flood.request(stage, index)));
      await time.sleep(-Math.log(1 - Math.random()) / FLOOD_PER_MS); // as requests of many come: a Poisson process
    }
    for (const outcome of new Set(await Promise.all(outcomes))) expect(flood.outcomes).toContain(outcome);
  };
  const acting = async () => {
    await time.sleep(HEAD_START_MS);
    const startedMs = time.nowMs;
    state.remainingMs = () => startedMs + DEADLINE_MS - time.nowMs;
    try {
      return await act();
    } finally {
      isOver = true;
      slowestMs = Math.max(slowestMs, time.nowMs - startedMs);
    }
  };
  const [result] = await time.passUntilDone(Promise.all([acting(), flooding()]));
  Object.assign(state, CALM);
  return result;
}

function outcomeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'done',
    (error: Error & Partial<CloakroomError>) => error.code ?? error.name,
  );
}

/** Does it so many times in all, side by side, each time for another user. */
async function repeat(times: number, play: (stage: Stage) => Promise<void>): Promise<void> {
  let left = times;
  const lane = async () => {
    const fixture = await storeFixture();
    while (left > 0) {
      left -= 1;
      await play(await setStage(fixture));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

describe.each(Object.keys(FLOODS) as (keyof typeof FLOODS)[])('a flood of %s', (name) => {
  const flood: Flood = FLOODS[name];

  it('lets a session be revoked, each time', async () => {
    await repeat(TIMES.revoke, async (stage) => {
      const { fixture, stolen } = stage;
      expect(await amid(stage, flood, () => fixture.store.revoke(addressOf(stolen)))).toBe('ended');
      const there = Object.keys(await fixture.items(stage.user));
      expect(there).not.toContain(`SESSION#${stolen.id}`);
      expect(there).not.toContain(`DATA#${stolen.id}`);
      expect(there).toContain(`BURNT#${SID}`);
    });
  }, 300_000);

  it('lets all sessions be revoked, each time', async () => {
    await repeat(TIMES.revokeAll, async (stage) => {
      const { fixture, user } = stage;
      await amid(stage, flood, () => fixture.store.revokeAll({ user }));
      const there = Object.keys(await fixture.items(user));
      expect(there.filter((key) => /^(SESSION|DATA)#/.test(key))).toEqual([]);
      expect((await fixture.items(user)).USER).toMatchObject({ not_before: START + 25 });
    });
  }, 300_000);

  if (name === 'transactions on its items') return;
  it('lets the owner sign in, each time', async () => {
    await repeat(TIMES.signIn, async (stage) => {
      const { fixture, fresh } = stage;
      expect(await amid(stage, flood, () => fixture.store.create(fresh))).toMatchObject({ outcome: 'created' });
    });
  }, 300_000);
});

it('of thirty sign-ins at once turns none away, and leaves as many sessions as are allowed', async () => {
  const fixture = await storeFixture();
  const user = newUser();
  const policy = { maxSessionsPerUser: 10 };
  const time = new VirtualTime();
  const { intercept, holdTransaction } = time;
  const waiting = { sleep: (ms: number) => time.sleep(ms), remainingMs: () => DEADLINE_MS - time.nowMs };
  Object.assign(fixture.state, { intercept, holdTransaction, ...waiting });
  const signIns = Array.from({ length: 30 }, () => fixture.store.create(aRequest({ user }, policy)));
  const results = await time.passUntilDone(Promise.all(signIns));
  expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['created']));
  Object.assign(fixture.state, CALM);
  expect((await fixture.store.list(user)).sessions).toHaveLength(10);
});
