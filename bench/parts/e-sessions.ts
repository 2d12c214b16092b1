import { type User, userKey } from '@cloakroom/core';
import type { SessionStore } from '@cloakroom/sessions';
import { newUser } from '@cloakroom/testing';
import type { BenchContext, Part, Row } from '../../scripts/bench-part.ts';
import { interleave, rowsOf, type Variant } from '../../scripts/bench-rounds.ts';
import { bareCalls } from '../sessions/bare-calls.ts';
import { newCreation, startTables, storeOn } from '../sessions/start-store.ts';

const [OPERATIONS, QUICK_OPERATIONS] = [400, 150];
const IN_FLIGHT = 8;
const WARM_UP_ROUNDS = 2;
const SESSIONS_OF_LISTED = 10;

export const part: Part = {
  letter: 'e',
  title: 'Making, ending and listing sessions',
  measures:
    `The store on DynamoDB Local, ${IN_FLIGHT} in flight: how many a second, and CPU (user and system) of the process that asks. Beside each, ` +
    'the same requests as bare commands of the SDK, which decide and parse nothing.',
  run,
};

type Metric = 'perSecond' | 'cpuUs';
const OURS = ['create', 'revoke', `list of ${SESSIONS_OF_LISTED}`] as const;
const bareName = (name: string) => `${name}, bare SDK`;

async function run({ rounds, isQuick, progress }: BenchContext): Promise<readonly Row[]> {
  progress('starting DynamoDB Local');
  const tables = await startTables();
  try {
    const store = storeOn(tables, tables.dynamodb);
    const bare = bareCalls(tables.dynamodb, tables.sessions);
    const user = await userWithSessions(store);
    const count = isQuick ? QUICK_OPERATIONS : OPERATIONS;
    const [create, revoke, list] = OURS;
    const variant = (name: string, work: () => Promise<unknown>) => ({ name, measure: () => timed(count, work) });
    const samples = await interleave<Metric>(
      [
        variant(create, () => store.create(newCreation())),
        variant(bareName(create), bare.create),
        revocations(revoke, store, count),
        variant(bareName(revoke), bare.revoke),
        variant(list, () => assertAll(store, user)),
        variant(bareName(list), () => bare.list(userKey(user))),
      ],
      { rounds, warmUpRounds: WARM_UP_ROUNDS, progress },
    );
    return OURS.flatMap((name) => {
      const pair = { of: [name, bareName(name)], baselines: [bareName(name)] };
      return [
        ...rowsOf(samples, { metric: 'perSecond', unit: 'operations/s', ...pair }),
        ...rowsOf(samples, { metric: 'cpuUs', unit: 'µs CPU', suffix: ', each', ...pair }),
      ];
    });
  } finally {
    await tables.stop();
  }
}

async function userWithSessions(store: SessionStore): Promise<User> {
  const user = newUser();
  for (let index = 0; index < SESSIONS_OF_LISTED; index += 1) await store.create(newCreation({ user }));
  return user;
}

async function assertAll(store: SessionStore, user: User): Promise<void> {
  const { sessions } = await store.list(user);
  if (sessions.length !== SESSIONS_OF_LISTED) throw new Error(`${sessions.length} sessions are listed`);
}

/** What is to end is made before the clock runs. */
function revocations(name: string, store: SessionStore, count: number): Variant<Metric> {
  return {
    name,
    async measure() {
      const sessions: Parameters<SessionStore['revoke']>[0][] = [];
      await inFlight(count, async () => {
        sessions.push((await store.create(newCreation())).session);
      });
      const waiting = sessions.values();
      return timed(count, async () => {
        const { value } = waiting.next();
        if (value !== undefined) await store.revoke(value);
      });
    },
  };
}

async function timed(count: number, work: () => Promise<unknown>): Promise<Record<Metric, number>> {
  const startedMs = performance.now();
  const before = process.cpuUsage();
  await inFlight(count, work);
  const { user, system } = process.cpuUsage(before);
  return { perSecond: (count * 1000) / (performance.now() - startedMs), cpuUs: (user + system) / count };
}

async function inFlight(count: number, work: () => Promise<unknown>): Promise<void> {
  let left = count;
  const worker = async () => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}
