import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { jsonText } from '@cloakroom/core';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConflictError, ContendedError } from './model/errors.ts';
import { createSessionStore, type SessionStore } from './session-store.ts';
import {
  aRequest,
  DAY,
  doBefore,
  HOUR,
  IDLE,
  type Interceptor,
  newUser,
  POLICY,
  START,
  storeFixture,
} from './store-fixture.ts';
import { PRESENT } from './table/conditions.ts';
import { endSession } from './table/end-session.ts';
import { userRecordKey } from './table/item-key.ts';
import { toItem } from './table/table.ts';
import { updateItem } from './table/write-item.ts';

/* What happens between the steps of one operation. */
let fixture: Awaited<ReturnType<typeof storeFixture>>;

beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => {
  fixture.reset();
  fixture.state.sleep = async () => {};
});

async function aSession(data?: { readonly a: number }) {
  const { session } = await fixture.store.create({ ...aRequest(), data: data && jsonText(data) });
  return session;
}

const addressOf = ({ user, id }: Awaited<ReturnType<typeof aSession>>) => ({ user, id });

const before = (kind: string, meanwhile: () => Promise<unknown>) => doBefore(fixture, kind, meanwhile);

const named = (name: string) => Object.assign(new Error(`injected ${name}`), { name });

const failing =
  (kind: string, error: () => Error): Interceptor =>
  async (command, goOn) => {
    if (command.constructor.name === `${kind}Command`) throw error();
    return goOn();
  };

const conflict = (writes: number) => () => {
  const CancellationReasons = Array.from({ length: writes }, () => ({ Code: 'TransactionConflict' }));
  return new TransactionCanceledException({ message: 'conflict', $metadata: {}, CancellationReasons });
};

describe('a session that ends in the middle', () => {
  it.each([
    ['first', undefined, 0, 'TransactWriteItems'],
    ['next', { a: 1 }, 1, 'UpdateItem'],
  ] as const)(
    'of the %s change of its data keeps none, and that is what the writer hears',
    async (_, data, version, write) => {
      const session = await aSession(data);
      before(write, () => fixture.store.revoke(addressOf(session)));
      const writing = fixture.store.replaceData({ ...addressOf(session), version, value: jsonText({ b: 1 }) });
      await expect(writing).rejects.toMatchObject({ code: 'SESSION_ENDED', reason: 'revoked' });
      expect(Object.keys(await fixture.items(session.user))).toEqual([`ENDED#${session.id}`, 'USER']);
    },
  );

  it('of a change of its lifetime does not come back', async () => {
    const session = await aSession();
    before('TransactWriteItems', () => fixture.store.revoke(addressOf(session)));
    const setting = fixture.store.setLifetime({ ...addressOf(session), idleSeconds: 60 });
    await expect(setting).rejects.toMatchObject({ code: 'SESSION_ENDED' });
    expect(await fixture.store.get(session.user, session.id)).toBeUndefined();
  });

  it('of its revocation was ended by the other', async () => {
    const session = await aSession();
    before('TransactWriteItems', () => endSession(fixture.table, { session, reason: 'evicted' }));
    expect(await fixture.store.revoke(addressOf(session))).toBe('already');
    expect(await fixture.store.getEnded(session.user, session.id)).toMatchObject({ reason: 'evicted' });
  });
});

describe('a session that is used just as it is found expired', () => {
  const useIt = (session: Awaited<ReturnType<typeof aSession>>) => async () => {
    fixture.state.nowSeconds -= 1;
    await fixture.store.touch(session);
  };

  it('is active, for whoever requires it', async () => {
    const session = await aSession();
    fixture.state.nowSeconds = session.idleExpiresAt;
    before('TransactWriteItems', useIt(session));
    expect(await fixture.store.require(addressOf(session))).toMatchObject({ lastSeenAt: session.idleExpiresAt - 1 });
  });

  it('is revoked all the same', async () => {
    const session = await aSession();
    fixture.state.nowSeconds = session.idleExpiresAt;
    before('TransactWriteItems', useIt(session));
    expect(await fixture.store.revoke(addressOf(session))).toBe('ended');
  });

  it('is not in the list that was read before, and ends none of the others', async () => {
    const session = await aSession();
    fixture.state.nowSeconds = session.idleExpiresAt;
    before('TransactWriteItems', useIt(session));
    expect((await fixture.store.list(session.user)).sessions).toEqual([]);
    expect(await fixture.store.get(session.user, session.id)).toBeDefined();
  });

  it('is not ended when it was given more time either', async () => {
    const session = await aSession();
    fixture.state.nowSeconds = session.idleExpiresAt;
    before('TransactWriteItems', async () => {
      fixture.state.nowSeconds -= 1;
      await fixture.store.setLifetime({ ...addressOf(session), absoluteExpiresAt: START + 90 * DAY, idleSeconds: DAY });
    });
    expect(await fixture.store.require(addressOf(session))).toMatchObject({ idle: { seconds: DAY } });
  });
});

describe('a session that is past its end by one clock', () => {
  it('is active if an administrator has moved that end just before', async () => {
    const { session } = await fixture.store.create(aRequest({}, { absoluteSeconds: HOUR }));
    fixture.state.nowSeconds = session.absoluteExpiresAt;
    before('TransactWriteItems', async () => {
      fixture.state.nowSeconds -= 1;
      await fixture.store.setLifetime({ ...addressOf(session), absoluteExpiresAt: START + DAY });
    });
    expect(await fixture.store.require(addressOf(session))).toMatchObject({ absoluteExpiresAt: START + DAY });
  });
});

describe('a session that expires between the read and the write', () => {
  it.each([
    ['idleExpiresAt', 30 * DAY],
    ['absoluteExpiresAt', HOUR],
  ] as const)('by its %s is not changed any more', async (end, absoluteSeconds) => {
    const { session } = await fixture.store.create(aRequest({}, { absoluteSeconds }));
    const changes = [
      (store: SessionStore) => store.replaceData({ ...addressOf(session), version: 0, value: jsonText({ a: 1 }) }),
      (store: SessionStore) => store.setLifetime({ ...addressOf(session), idleSeconds: DAY }),
    ];
    for (const change of changes) {
      const clock = [session[end] - 1];
      const nowMs = () => (clock.shift() ?? session[end]) * 1000;
      fixture.state.intercept = async (command, goOn) => {
        const { TransactItems: [first] = [] } = command.input as { TransactItems?: readonly object[] };
        if (first !== undefined && 'Delete' in first) throw named('ThrottlingException'); // it is to be there for the next
        return goOn();
      };
      await expect(
        change(createSessionStore({ ...fixture.table, nowMs, remainingMs: () => Infinity })),
      ).rejects.toThrow('ThrottlingException');
      expect(await fixture.items(session.user)).toMatchObject({ [`SESSION#${session.id}`]: { version: 1 } });
      expect(await fixture.store.getData(session.user, session.id)).toMatchObject({ version: 0 });
    }
  });
});

describe('data', () => {
  it('that comes into being while the end is moved lives as long as the session', async () => {
    const session = await aSession();
    const absoluteExpiresAt = START + 60 * DAY;
    before('TransactWriteItems', () => {
      return fixture.store.replaceData({ ...addressOf(session), version: 0, value: jsonText({ a: 1 }) });
    });
    await fixture.store.setLifetime({ ...addressOf(session), absoluteExpiresAt });
    expect((await fixture.items(session.user))[`DATA#${session.id}`]).toMatchObject({
      ttl: absoluteExpiresAt + 30 * DAY,
    });
  });

  it('that is written while the end is moved lives as long as the session', async () => {
    const session = await aSession();
    const absoluteExpiresAt = START + 60 * DAY;
    before('TransactWriteItems', () => fixture.store.setLifetime({ ...addressOf(session), absoluteExpiresAt }));
    await fixture.store.replaceData({ ...addressOf(session), version: 0, value: jsonText({ a: 1 }) });
    expect((await fixture.items(session.user))[`DATA#${session.id}`]).toMatchObject({
      ttl: absoluteExpiresAt + 30 * DAY,
    });
  });

  it('is not undone, and neither is a use, by a lifetime that is set at the same time', async () => {
    const session = await aSession({ a: 1 });
    fixture.state.nowSeconds += HOUR;
    before('TransactWriteItems', () => fixture.store.touch(session));
    await fixture.store.setLifetime({ ...addressOf(session), absoluteExpiresAt: START + 20 * DAY });
    expect(await fixture.store.get(session.user, session.id)).toMatchObject({ lastSeenAt: START + HOUR });
    const idleExpiresAt = START + HOUR + IDLE.bearerIdleSeconds + IDLE.touchIntervalSeconds;
    expect(await fixture.store.get(session.user, session.id)).toMatchObject({ idleExpiresAt });
  });
});

describe('a record', () => {
  it('that is being made when all sessions end is made again, and is not among them', async () => {
    const user = newUser();
    before('TransactWriteItems', () => fixture.store.revokeAll({ user }));
    const client = { client: { ip: '', userAgent: '' }, clientId: 'batch' };
    const { session } = await fixture.store.createRecord({ user, ...client, policy: POLICY });
    expect((await fixture.store.list(user)).sessions).toEqual([session]);
    expect((await fixture.items(user)).USER).toMatchObject({ version: 2, not_before: START + 5 });
  });
});

describe('a sign-in during which all sessions end', () => {
  it('is ended too, though somebody turns the version of the user back', async () => {
    const { user } = await aSession();
    const { version } = (await fixture.items(user)).USER as { version: number };
    before('TransactWriteItems', async () => {
      await fixture.store.revokeAll({ user });
      await updateItem(fixture.table, {
        Key: toItem(userRecordKey(user)),
        UpdateExpression: 'SET version = :version',
        ConditionExpression: PRESENT,
        ExpressionAttributeValues: toItem({ ':version': version }),
      });
    });
    const again = fixture.store.create(aRequest({ user, loginId: 'another' }));
    await expect(again).rejects.toMatchObject({ code: 'LOGIN_ENDED' });
    expect((await fixture.store.list(user)).sessions).toEqual([]);
  });
});

describe('ending all sessions', () => {
  it('is not kept from it by a transaction that is at the user just then', async () => {
    const session = await aSession();
    before('UpdateItem', async () => {
      throw named('TransactionConflictException');
    });
    expect(await fixture.store.revokeAll({ user: session.user })).toBe(1);
  });

  it('fails as a conflict when one always is, and as what it is for every other reason, having ended none', async () => {
    const session = await aSession();
    const revoking = () => fixture.store.revokeAll({ user: session.user });
    fixture.state.intercept = failing('UpdateItem', () => named('TransactionConflictException'));
    await expect(revoking()).rejects.toThrow(ConflictError);
    fixture.state.intercept = failing('UpdateItem', () => named('ThrottlingException'));
    await expect(revoking()).rejects.toThrow('injected ThrottlingException');
    fixture.state.intercept = undefined;
    expect(await fixture.store.get(session.user, session.id)).toEqual(session);
  });

  it('goes on when it is repeated after a failure in the middle', async () => {
    const session = await aSession();
    await fixture.store.create(aRequest({ user: session.user }));
    let endings = 0;
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name !== 'TransactWriteItemsCommand') return goOn();
      endings += 1;
      if (endings === 2) throw named('ECONNRESET');
      return goOn();
    };
    await expect(fixture.store.revokeAll({ user: session.user })).rejects.toThrow('ECONNRESET');
    expect(await fixture.store.revokeAll({ user: session.user })).toBe(1);
    expect((await fixture.store.list(session.user)).sessions).toEqual([]);
  });

  it('waits for its turn where the watermark is high enough and only the version is to change', async () => {
    const user = newUser();
    await fixture.store.revokeAll({ user });
    let updates = 0;
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name !== 'UpdateItemCommand') return goOn();
      updates += 1;
      if (updates === 2) throw named('TransactionConflictException');
      return goOn();
    };
    expect(await fixture.store.revokeAll({ user })).toBe(0);
    expect((await fixture.items(user)).USER).toMatchObject({ version: 2 });
  });
});

describe('an erasure', () => {
  it('is marked also when somebody signs in meanwhile', async () => {
    const user = newUser();
    let marks = 0;
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name === 'UpdateItemCommand') marks += 1;
      if (marks !== 2) return goOn();
      marks += 1;
      await fixture.store.create(aRequest({ user, authTime: START + 10 }));
      return goOn();
    };
    await fixture.store.markErased(user);
    expect((await fixture.items(user)).USER).toMatchObject({ erased_at: START, version: 3 });
  });

  it('does not take the data of a session that comes into being while it reads', async () => {
    const user = newUser();
    await fixture.store.markErased(user);
    fixture.state.nowSeconds += 10;
    const request = { ...aRequest({ user, authTime: START + 10 }), data: jsonText({ a: 1 }) };
    before('Query', () => fixture.store.create(request));
    expect(await fixture.store.erasePage(user)).toEqual({ deleted: 0, isDone: true });
    expect(await fixture.store.getData(user, request.login.loginId)).toMatchObject({ value: jsonText({ a: 1 }) });
  });
});

describe('operations that always meet others', () => {
  it('give up with a conflict, and change nothing', async () => {
    const session = await aSession();
    fixture.state.intercept = failing('TransactWriteItems', conflict(2));
    const writing = fixture.store.replaceData({ ...addressOf(session), version: 0, value: jsonText({}) });
    await expect(writing).rejects.toThrow(ContendedError);
    fixture.state.intercept = failing('TransactWriteItems', conflict(1));
    await expect(fixture.store.setLifetime({ ...addressOf(session), idleSeconds: 60 })).rejects.toThrow(ContendedError);
    fixture.state.intercept = failing('TransactWriteItems', conflict(3));
    // A revocation goes on until its invocation ends.
    let leftMs = 500;
    const sleep = async (ms: number) => {
      leftMs -= ms;
    };
    Object.assign(fixture.state, { sleep, remainingMs: () => leftMs });
    await expect(fixture.store.revoke(addressOf(session))).rejects.toThrow(ConflictError);
    expect(leftMs).toBeLessThan(150);
    fixture.state.intercept = undefined;
    expect(await fixture.store.get(session.user, session.id)).toEqual(session);
  });
});
