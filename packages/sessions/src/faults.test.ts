import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ContendedError, LoginEndedError } from './model/errors.ts';
import { aLogin, aRequest, type Fixture, type Interceptor, newUser, START, storeFixture } from './store-fixture.ts';
import { formatSession } from './table/session-item.ts';

let fixture: Fixture;

beforeAll(async () => {
  fixture = await storeFixture();
});

beforeEach(() => fixture.reset());

const named = (name: string) => Object.assign(new Error(`injected ${name}`), { name });
const FAULTS = [
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'TimeoutError',
  'AccessDeniedException',
  'InternalServerError',
  'ECONNRESET',
];

/** Fails the commands of one kind with the error. */
const failing =
  (kind: string, error: Error): Interceptor =>
  async (command, goOn) => {
    if (command.constructor.name === kind) throw error;
    return goOn();
  };

describe.each(FAULTS)('%s', (name) => {
  const error = named(name);

  it('is an error of every read, never "no session"', async () => {
    fixture.state.intercept = failing('GetItemCommand', error);
    await expect(fixture.store.get(newUser(), 'x')).rejects.toBe(error);
    await expect(fixture.store.getEnded(newUser(), 'x')).rejects.toBe(error);
    await expect(fixture.store.getData(newUser(), 'x')).rejects.toBe(error);
  });

  it('is an error of a touch, never "gone"', async () => {
    fixture.state.intercept = failing('UpdateItemCommand', error);
    await expect(fixture.store.touch({ user: newUser(), id: 'x', kind: 'bearer' })).rejects.toBe(error);
  });

  it.each(['QueryCommand', 'TransactWriteItemsCommand'])('of the %s opens no session', async (kind) => {
    const request = aRequest();
    fixture.state.intercept = failing(kind, error);
    await expect(fixture.store.create(request)).rejects.toBe(error);
    expect(await fixture.items(request.login.user)).toEqual({});
  });

  it('of the end marker that a refusal looks for is not taken for "has not ended"', async () => {
    const request = aRequest({}, { maxSessionsPerUser: 1, sessionLimitPolicy: 'deny' });
    await fixture.store.create(request);
    fixture.state.intercept = failing('GetItemCommand', error);
    const other = { ...request, login: aLogin({ user: request.login.user }) };
    await expect(fixture.store.create(other)).rejects.toBe(error);
  });
});

describe('a creation', () => {
  it('whose answer was lost is found when it is repeated', async () => {
    const request = aRequest();
    const reset = named('ECONNRESET');
    fixture.state.intercept = async (command, goOn) => {
      const answer = await goOn();
      if (command.constructor.name === 'TransactWriteItemsCommand') throw reset;
      return answer;
    };
    await expect(fixture.store.create(request)).rejects.toBe(reset);
    fixture.state.intercept = undefined;
    expect(await fixture.store.create(request)).toMatchObject({ outcome: 'existing' });
  });

  it('whose login ends between its Query and its transaction opens nothing', async () => {
    const request = aRequest();
    const { user, loginId } = request.login;
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name === 'TransactWriteItemsCommand') {
        await fixture.put(user, `ENDED#${loginId}`, { reason: 'revoked', ended_at: START, ttl: START });
      }
      return goOn();
    };
    await expect(fixture.store.create(request)).rejects.toThrow(LoginEndedError);
    expect(Object.keys(await fixture.items(user))).toEqual([`ENDED#${loginId}`]);
  });

  it('never writes over a session that is there by then', async () => {
    const request = aRequest();
    const { user, loginId } = request.login;
    const { session } = await fixture.store.create({ ...request, login: { ...request.login, user: newUser() } });
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name === 'TransactWriteItemsCommand') {
        const { user_key, item, ...fields } = formatSession({ ...session, user, version: 7 });
        await fixture.put(user, `SESSION#${loginId}`, fields);
      }
      return goOn();
    };
    expect(await fixture.store.create(request)).toMatchObject({ outcome: 'existing', session: { version: 7 } });
  });

  it('sees a watermark that was raised between its Query and its transaction', async () => {
    const request = aRequest();
    const { user } = request.login;
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name === 'TransactWriteItemsCommand') {
        await fixture.put(user, 'USER', { version: 1, not_before: START + 5 });
      }
      return goOn();
    };
    await expect(fixture.store.create(request)).rejects.toThrow(LoginEndedError);
    expect(Object.keys(await fixture.items(user))).toEqual(['USER']);
  });

  it('reads all pages, so that no session is overlooked', async () => {
    const user = newUser();
    for (let index = 0; index < 3; index += 1) await fixture.store.create(aRequest({ user }));
    fixture.state.intercept = async (command, goOn) => {
      if (command.constructor.name === 'QueryCommand') Object.assign(command.input, { Limit: 1 });
      return goOn();
    };
    const { evicted } = await fixture.store.create(aRequest({ user }));
    expect(evicted).toHaveLength(1);
  });

  it('that always meets another ends with a conflict and leaves nothing', async () => {
    const request = aRequest();
    const CancellationReasons = [{ Code: 'None' }, { Code: 'None' }, { Code: 'TransactionConflict' }];
    const error = new TransactionCanceledException({ message: 'conflict', $metadata: {}, CancellationReasons });
    fixture.state.intercept = failing('TransactWriteItemsCommand', error);
    fixture.state.sleep = async () => {};
    await expect(fixture.store.create(request)).rejects.toThrow(ContendedError);
    expect(await fixture.items(request.login.user)).toEqual({});
  });
});
