import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { jsonText } from '@cloakroom/core';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConflictError } from '../model/errors.ts';
import { aRequest, DAY, type Fixture, type SentCommand, START, storeFixture } from '../store-fixture.ts';
import { endSession } from './end-session.ts';

let fixture: Fixture;

beforeAll(async () => {
  fixture = await storeFixture();
});

beforeEach(() => {
  fixture.reset();
  fixture.state.sleep = async () => {};
});

const conflict = () =>
  new TransactionCanceledException({
    message: 'conflict',
    $metadata: {},
    CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }, { Code: 'None' }],
  });

const isSingle = (command: SentCommand) => command.constructor.name !== 'TransactWriteItemsCommand';

async function aSession() {
  const { session } = await fixture.store.create({ ...aRequest(), data: jsonText({ a: 1 }) });
  return session;
}

describe('ending a session', () => {
  it('deletes it and its data, and leaves the mark of its end', async () => {
    const session = await aSession();
    fixture.state.nowSeconds += 60;
    expect(await endSession(fixture.table, { session, reason: 'revoked' })).toBe('ended');
    expect(await fixture.store.getEnded(session.user, session.id)).toEqual({
      user: session.user,
      id: session.id,
      reason: 'revoked',
      endedAt: START + 60,
      kind: 'bearer',
      authTime: START,
      burntAt: START + 60,
    });
    const { USER, ...items } = await fixture.items(session.user);
    expect(USER).toBeDefined();
    expect(Object.keys(items)).toEqual([`ENDED#${session.id}`]);
    const ttl = { N: String(START + 60 + 30 * DAY) };
    expect(await fixture.raw(session.user, `ENDED#${session.id}`)).toMatchObject({ ttl });
  });

  it('happens once: the first reason stays', async () => {
    const session = await aSession();
    await endSession(fixture.table, { session, reason: 'evicted' });
    expect(await endSession(fixture.table, { session, reason: 'revoked' })).toBe('gone');
    expect(await fixture.store.getEnded(session.user, session.id)).toMatchObject({ reason: 'evicted' });
  });

  it('for expiry spares a session used since it was read; for revocation it does not', async () => {
    const session = await aSession();
    fixture.state.nowSeconds += 60;
    await fixture.store.touch(session);
    expect(await endSession(fixture.table, { session, reason: 'expired' })).toBe('gone');
    expect(await fixture.store.get(session.user, session.id)).toBeDefined();
    expect(await endSession(fixture.table, { session, reason: 'revoked' })).toBe('ended');
  });

  it('is tried again when another transaction was in the way', async () => {
    const session = await aSession();
    let conflicts = 2;
    fixture.state.intercept = async (command, goOn) => {
      if (conflicts === 0 || isSingle(command)) return goOn();
      conflicts -= 1;
      throw conflict();
    };
    expect(await endSession(fixture.table, { session, reason: 'revoked' })).toBe('ended');
  });

  it('gives up with a conflict when one always is, and nothing has changed', async () => {
    const session = await aSession();
    fixture.state.intercept = async (command, goOn) => {
      if (isSingle(command)) return goOn();
      throw conflict();
    };
    const ending = endSession(fixture.table, { session, reason: 'revoked' });
    await expect(ending).rejects.toThrow(ConflictError);
    fixture.state.intercept = undefined;
    expect(await fixture.store.get(session.user, session.id)).toEqual(session);
  });
});
