import { publicUserKey } from '@cloakroom/core';
import { httpApiEvent, restEvent } from '@cloakroom/testing';
import { AWKWARD_SUBS, anySub } from '@cloakroom/testing/subjects';
import { beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Api, anAdmin, apiFixture } from './api-fixture.ts';

let api: Api;
beforeAll(async () => {
  api = await apiFixture();
});

/** With one that looks like a user of another issuer, as administrators write it. */
const shapes = [...AWKWARD_SUBS, 'main:a'];

it.each([
  ['an HTTP API', httpApiEvent],
  ['a REST API', restEvent],
])('every user is listed and signed out by themselves and by an administrator, through %s', async (_, toEvent) => {
  const admin = anAdmin();
  await fc.assert(
    fc.asyncProperty(anySub, async (sub) => {
      const user = { issuer: 'main', sub };
      const { sessionId, caller } = await api.signIn(user);
      const [byThemselves, byAdmin] = [
        { caller, userId: 'me' },
        { caller: admin, userId: publicUserKey(user) },
      ];
      const shown = { status: 200, data: { userKey: publicUserKey(user) } };
      for (const [route, call] of [
        ['GET /users/{userId}/sessions', byThemselves],
        ['GET /users/{userId}/sessions', byAdmin],
        ['GET /sessions/user/{userId}', byAdmin],
      ] as const) {
        const answer = await api.call(route, call, toEvent);
        expect(answer).toMatchObject({ ...shown, data: { ...shown.data, sessions: [{ sessionId }] } });
      }
      const revoked = { ...shown, data: { ...shown.data, revoked: 1 } };
      expect(await api.call('DELETE /users/{userId}/sessions', byThemselves, toEvent)).toMatchObject(revoked);
      api.state.nowSeconds += 10;
      const again = await api.signIn(user);
      expect(await api.call('GET /sessions/{sessionId}', again, toEvent)).toMatchObject({ status: 200 });
      expect(await api.call('DELETE /users/{userId}/sessions', byAdmin, toEvent)).toMatchObject(revoked);
      api.state.nowSeconds += 10;
    }),
    { numRuns: 40, examples: shapes.map((sub) => [sub]) },
  );
});
