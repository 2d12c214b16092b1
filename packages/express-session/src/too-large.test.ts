import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionData } from 'express-session';
import type { CloakroomStoreError } from './errors.ts';
import { type StoreFixture, storeFixture } from './express-fixture.ts';
import type { CloakroomStore } from './index.ts';

let fixture: StoreFixture;
let store: CloakroomStore;
/** Whether the next write is done, and its answer lost. */
let isAnswerLost = false;
beforeAll(async () => {
  fixture = await storeFixture();
  const send = async (command: never) => {
    const answer = await fixture.client.send(command);
    if (!isAnswerLost) return answer;
    isAnswerLost = false;
    throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  };
  store = fixture.newStore({ maxBytes: 300_000, client: { send } });
});
afterEach(() => {
  isAnswerLost = false;
});
afterAll(() => fixture.client.destroy());

type Kept = Record<string, unknown>;
const cookie = { originalMaxAge: null } as never;

const saved = (sid: string, data: Kept) =>
  new Promise<CloakroomStoreError | null>((resolve) =>
    store.set(sid, data as never, (error) => resolve((error ?? null) as never)),
  );
const read = (sid: string) =>
  new Promise<Kept>((resolve) => store.get(sid, (_error, found?: SessionData | null) => resolve(found as never)));

/** Several requests read one session, and each puts so many bytes into it. */
async function grown(sid: string, parts: readonly number[]): Promise<(CloakroomStoreError | null)[]> {
  await saved(sid, { cookie });
  const held = await Promise.all(parts.map(() => read(sid)));
  const failures: (CloakroomStoreError | null)[] = [];
  for (const [at, session] of held.entries()) {
    failures.push(await saved(sid, Object.assign(session, { [`part${at}`]: 'x'.repeat(parts[at] ?? 0) })));
  }
  return failures;
}

describe('a session that requests at once have made larger than it may be', () => {
  it('is saved where that makes it smaller, and not where it makes it larger', async () => {
    expect(await grown('shrinks', [190_000, 190_000])).toEqual([null, null]);
    const more = await read('shrinks');
    expect(await saved('shrinks', { ...more, more: true })).toMatchObject({ code: 'SESSION_TOO_LARGE' });
    const session = Object.assign(await read('shrinks'), { part0: 'x' });
    expect(await saved('shrinks', session)).toBeNull();
    expect(await read('shrinks')).toMatchObject({ part0: 'x', part1: more.part1 });
  });

  it('is made smaller by another try too', async () => {
    await grown('again', [190_000, 190_000]);
    const session = Object.assign(await read('again'), { part0: 'x' });
    isAnswerLost = true;
    expect(await saved('again', session)).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await saved('again', session)).toBeNull();
  });

  it('is too large, and nothing of an outage, where DynamoDB takes no more, also at a sign-in', async () => {
    const sid = 'full';
    const told = {
      code: 'SESSION_TOO_LARGE',
      message: expect.stringMatching(/^the session has grown beyond what DynamoDB takes: /),
      cause: expect.anything(),
    };
    await saved(sid, { cookie });
    const [late, later] = [await read(sid), await read(sid)];
    expect(await grown(sid, [200_000, 200_000])).toEqual([null, null]);
    const more = { more: 'x'.repeat(20_000) };
    expect(await saved(sid, Object.assign(late, more))).toMatchObject(told);
    expect(await saved(sid, Object.assign(later, more, { userId: 'ada' }))).toMatchObject(told);
    expect(await fixture.listed('ada')).toEqual([]);
  });
});
