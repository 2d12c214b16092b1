import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, bearer, type Dev, eventually, get, post, request, startDev } from './dev.ts';

/** Of each flood and each ending, with another user each. */
const ROUNDS = 10;
/** Requests of a flood at the same time: more than there are environments to answer them. */
const LANES = 16;
/** What a flood may be told. Anything else would say that it has broken something. */
const ANSWERS_TO_FLOODS = [200, 401, 403, 409, 410, 412, 429];

interface SignedIn {
  readonly token: string;
  readonly sessionId: string;
}

interface Flood {
  /** The session that is to be ended meanwhile. */
  readonly target: SignedIn;
  /** One of its requests. */
  ask(): Promise<Answer>;
}

type Begin = (user: string) => Promise<Flood>;
type End = (target: SignedIn, owner: SignedIn) => Promise<Answer>;

const FLOODS: [string, Begin][] = [
  ['changes of its data', changesOfData],
  ['sign-ins that have been ended', endedSignIns],
];
const ENDINGS: [string, End][] = [
  ['a session', (target, owner) => remove(`${dev.api}/sessions/${target.sessionId}`, owner.token)],
  ['all sessions of a user', (_, owner) => remove(`${dev.api}/users/me/sessions`, owner.token)],
];

let dev: Dev;
beforeAll(async () => {
  dev = await startDev({ args: ['--max-environments', '4'] });
});
afterAll(() => dev?.stop());

describe.each(FLOODS)('a flood of %s', (flood, begin) => {
  it.each(ENDINGS)(
    'keeps nobody from ending %s, nor its owner from signing in',
    async (ending, end) => {
      const answers: number[] = [];
      const startedMs = performance.now();
      for (let round = 0; round < ROUNDS; round += 1) {
        const user = `${flood} ${ending} ${round}`.replaceAll(' ', '-');
        const { target, ask } = await begin(user);
        const told = await whileFlooding(ask, async () => {
          const owner = await signIn(user);
          expect(await end(target, owner)).toMatchObject({ status: 200 });
        });
        answers.push(...told);
        expect((await get(`${dev.api}/users/me/events`, target.token)).status).toBe(403);
      }
      const seconds = (performance.now() - startedMs) / 1000;
      const counts = Object.fromEntries(
        [...Map.groupBy(answers, (status) => status)].map(([key, { length }]) => [key, length]),
      );
      console.log(
        `${flood}, ${ending}: ${Math.round(answers.length / seconds)} requests a second, ${JSON.stringify(counts)}`,
      );
      expect(answers.filter((status) => !ANSWERS_TO_FLOODS.includes(status))).toEqual([]);
    },
    240_000,
  );
});

/** Whoever holds a session changes its data, as fast as it can. */
async function changesOfData(user: string): Promise<Flood> {
  const target = await signIn(user);
  const url = `${dev.api}/sessions/${target.sessionId}`;
  let etag = (await get(url, target.token)).headers.get('etag') ?? '';
  const headers = { ...bearer(target.token), 'content-type': 'application/json' };
  let count = 0;
  const ask = async () => {
    count += 1;
    const body = JSON.stringify({ data: { count } });
    const answer = await request(url, { method: 'PUT', headers: { ...headers, 'if-match': etag }, body });
    etag = answer.headers.get('etag') ?? etag;
    return answer;
  };
  return { target, ask };
}

/** Whoever holds a token of a login that was ended asks for a session, again and again. */
async function endedSignIns(user: string): Promise<Flood> {
  const ended = await signIn(user);
  expect((await remove(`${dev.api}/sessions/${ended.sessionId}`, ended.token)).status).toBe(200);
  return { target: await signIn(user), ask: () => post(`${dev.api}/auth/bootstrap-session`, ended.token) };
}

/** Acts in the midst of a flood, and returns what each request of that was answered. */
async function whileFlooding(ask: Flood['ask'], act: () => Promise<void>): Promise<number[]> {
  const statuses: number[] = [];
  let isOver = false;
  const lanes = Array.from({ length: LANES }, async () => {
    while (!isOver) statuses.push((await ask()).status);
  });
  await eventually('the flood is answered', async () => statuses.length >= LANES || undefined);
  await act().finally(() => {
    isOver = true;
  });
  await Promise.all(lanes);
  return statuses;
}

async function signIn(user: string): Promise<SignedIn> {
  const token = await dev.newLogin(user);
  const answer = await post(`${dev.api}/users/me/sessions`, token);
  expect(answer).toMatchObject({ status: 200 });
  return { token, sessionId: answer.body.data.sessionId };
}

function remove(url: string, token: string): Promise<Answer> {
  return request(url, { method: 'DELETE', headers: bearer(token) });
}
