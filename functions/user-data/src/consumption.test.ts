import { METERED, meteredDynamoDb, newUser } from '@cloakroom/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callerOf, userFixture } from './user-fixture.ts';

/** docs/cost.md is made of the numbers in this file: change both. */
const { get, query, update, transaction } = METERED;
/** That finds nothing: DynamoDB Local takes nothing for it. */
const emptyQuery = { ...query, capacityUnits: 0 };
/** Of events that others may have stored a moment ago: half as dear as a strongly consistent one. */
const queryOfEvents = { name: 'QueryCommand', capacityUnits: 0.5 };

let fixture: Awaited<ReturnType<typeof userFixture>>;
let takeRequests: ReturnType<typeof meteredDynamoDb>['takeRequests'];
beforeAll(async () => {
  fixture = await userFixture((real) => {
    const metered = meteredDynamoDb(real);
    takeRequests = metered.takeRequests;
    return metered.dynamodb;
  });
});
afterAll(() => fixture.real.destroy());

/** Somebody with as many sessions and two events. */
async function aUser(sessionCount: number) {
  const user = newUser();
  for (let index = 0; index < sessionCount; index += 1) await fixture.signIn(user, { theme: 'dark' });
  await fixture.tell(user);
  await fixture.tell(user);
  await takeRequests();
  return user;
}

describe('GET /users/{userId}/export', () => {
  it('is one Query and a read for the data of each session, and one Query for a page of events', async () => {
    const caller = callerOf(await aUser(3));
    const { headers } = await fixture.export(caller);
    const readOfCursorKey = get; // once in an environment
    expect(await takeRequests()).toEqual([query, get, get, get, readOfCursorKey]);
    const cursor = headers['x-next-cursor'] ?? '';
    expect(await fixture.export(caller, caller.userId, { cursor })).toMatchObject({ statusCode: 200 });
    expect(await takeRequests()).toEqual([queryOfEvents]);
  });

  it('reads the data of no session but those on the page', async () => {
    const caller = callerOf(await aUser(3));
    await fixture.export(caller, caller.userId, { limit: '1' });
    expect(await takeRequests()).toEqual([query, get]);
  });
});

describe('DELETE /users/{userId}', () => {
  it('is a look, the end of all sessions, a mark, three Queries, and a deletion of each event', async () => {
    const user = await aUser(1);
    expect(await fixture.erase(callerOf(newUser(), ['pool']), user)).toMatchObject({ statusCode: 200 });
    const deletion = { name: 'DeleteItemCommand', capacityUnits: 1 };
    expect(await takeRequests()).toEqual([
      query,
      ...[update, query, transaction(3)],
      ...[update, query],
      ...[query, query],
      ...[query, deletion, deletion],
    ]);
  });

  it('is two looks for somebody of whom nothing is kept', async () => {
    expect(await fixture.erase(callerOf(newUser(), ['pool']), newUser())).toMatchObject({ statusCode: 404 });
    expect(await takeRequests()).toEqual([emptyQuery, emptyQuery]);
  });
});
