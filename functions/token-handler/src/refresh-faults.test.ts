import { TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { calm, Died, type RefreshWorld, refreshWorld } from './refresh-fixture.ts';

const LEASE_MS = 15_000;
let world: RefreshWorld;
beforeAll(async () => {
  world = await refreshWorld();
});
beforeEach(() => {
  Object.assign(world.clock, calm());
});

/** Does this in place of the n-th command of the kind. */
function inPlaceOf(kind: string, nth: number, instead: (goOn: () => Promise<unknown>) => Promise<unknown>): void {
  let count = 0;
  world.clock.intercept = async (command, goOn) => {
    if (command.constructor.name !== `${kind}Command`) return goOn();
    count += 1;
    return count === nth ? instead(goOn) : goOn();
  };
}

const refused = (error: Error) => () => Promise.reject(error);
const throttled = Object.assign(new Error('too fast'), { name: 'ThrottlingException' });

describe('a refresh', () => {
  it('goes on where the first use of the secret cannot be written down, as beside the transaction of another', async () => {
    const cookie = await world.open('none');
    const current = await world.replaceSecret(cookie, { agoSeconds: 60, hasArrived: false });
    inPlaceOf('UpdateItem', 1, refused(new TransactionConflictException({ message: 'ongoing', $metadata: {} })));
    expect(await world.refresh(current)).toEqual({ outcome: 'in', cookie: current });
  });

  it.each([
    ['the tokens cannot be opened', () => Object.assign(world.clock, { kmsFails: true })],
    ['the session cannot be read again', () => inPlaceOf('GetItem', 2, refused(throttled))],
  ])('gives the lease back where %s: the next one need not wait', async (_, fail) => {
    const cookie = await world.open('strict');
    const atMs = world.clock.nowMs;
    fail();
    await expect(world.refresh(cookie)).rejects.toThrow(/KMS is down|too fast/);
    Object.assign(world.clock, calm());
    expect(await world.refresh(cookie)).toMatchObject({ outcome: 'in' });
    expect([world.clock.nowMs, world.provider.asked]).toEqual([atMs, ['token/0']]);
  });

  it.each([
    ['the tokens cannot be opened', () => Object.assign(world.clock, { kmsFails: true })],
    ['the session cannot be read again', () => inPlaceOf('GetItem', 2, refused(throttled))],
  ])('never uses a token again that a dead process may have used, also where %s', async (_, fail) => {
    const cookie = await world.open('strict');
    inPlaceOf('TransactWriteItems', 1, refused(new Died()));
    expect(await world.refresh(cookie)).toEqual({ outcome: 'died' });
    Object.assign(world.clock, { ...calm(), nowMs: world.clock.nowMs + LEASE_MS });
    fail();
    await expect(world.refresh(cookie)).rejects.toThrow(/KMS is down|too fast/);
    Object.assign(world.clock, { ...calm(), nowMs: world.clock.nowMs + LEASE_MS });
    expect(await world.refresh(cookie)).toEqual({ outcome: 'RECHECK_REQUIRED' });
    expect(world.provider.asked).toEqual(['token/0']);
  });
});
