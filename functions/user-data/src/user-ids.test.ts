import { randomUUID } from 'node:crypto';
import { publicUserKey } from '@cloakroom/core';
import { httpApiEvent, newUser, restEvent } from '@cloakroom/testing';
import { AWKWARD_SUBS, anySub } from '@cloakroom/testing/subjects';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callerOf, userFixture } from './user-fixture.ts';

let fixture: Awaited<ReturnType<typeof userFixture>>;
beforeAll(async () => {
  fixture = await userFixture();
});
afterAll(() => fixture.real.destroy());

const EXPORT = 'GET /users/{userId}/export';
const ERASE = 'DELETE /users/{userId}';

/** With one that looks like a user of another issuer, as administrators write it. */
const shapes = [...AWKWARD_SUBS, 'pool:a'];

it.each([
  ['an HTTP API', httpApiEvent],
  ['a REST API', restEvent],
])('every user is exported by themselves and by an administrator, and erased, through %s', async (_, toEvent) => {
  const admin = callerOf(newUser(), ['pool']);
  await fc.assert(
    fc.asyncProperty(anySub, async (sub) => {
      const user = { issuer: 'pool', sub };
      await fixture.signIn(user, { mark: randomUUID() });
      await fixture.tell(user);
      const userId = publicUserKey(user);
      const own = toEvent({ routeKey: EXPORT, pathParameters: { userId: 'me' }, caller: callerOf(user) });
      const theirs = toEvent({ routeKey: EXPORT, pathParameters: { userId }, caller: admin });
      for (const event of [own, theirs]) {
        const { statusCode, text } = await fixture.handleText(event);
        expect(statusCode).toBe(200);
        expect(JSON.parse(text.split('\n')[0] ?? '')).toMatchObject({ session: { userId: sub, userKey: userId } });
      }
      const erasure = toEvent({ routeKey: ERASE, pathParameters: { userId }, caller: admin });
      expect(await fixture.handle(erasure)).toMatchObject({ statusCode: 200, body: { data: { done: true } } });
      expect((await fixture.keysOf(user)).events).toEqual([]);
      fixture.clock.seconds += 10;
    }),
    { numRuns: 40, examples: shapes.map((sub) => [sub]) },
  );
});
