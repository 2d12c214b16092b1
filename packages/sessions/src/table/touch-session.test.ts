import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aRequest, type Fixture, IDLE, newUser, START, sentBy, storeFixture } from '../store-fixture.ts';
import { endSession } from './end-session.ts';

let fixture: Fixture;

beforeAll(async () => {
  fixture = await storeFixture();
});

beforeEach(() => {
  fixture.state.nowSeconds = START;
  fixture.sent.length = 0;
});

describe('touching a session', () => {
  it('moves its idle expiry and says when it was used, by one update of nothing else', async () => {
    const { session } = await fixture.store.create(aRequest());
    fixture.state.nowSeconds += 400;
    fixture.sent.length = 0;
    expect(await fixture.store.touch(session)).toBe('touched');
    expect(fixture.sent).toHaveLength(1);
    expect(await fixture.store.get(session.user, session.id)).toEqual({
      ...session,
      lastSeenAt: START + 400,
      idleExpiresAt: START + 400 + IDLE.bearerIdleSeconds + IDLE.touchIntervalSeconds,
    });
  });

  it('names only the attributes that IAM lets an authorizer write, and asks for none back', async () => {
    await fixture.store.touch({ user: newUser(), id: 'x', kind: 'bearer' });
    const [{ input }] = fixture.sent as [{ input: Record<string, unknown> }];
    const expressions = `${input.UpdateExpression} ${input.ConditionExpression}`;
    const attributes = expressions.match(/(?<![:\w])[a-z_]+(?![\w(])/g);
    expect(new Set(attributes)).toEqual(new Set(['last_seen_at', 'idle_expires_at']));
    expect(input).toMatchObject({ ReturnValues: 'NONE' });
    expect(Object.keys(input)).not.toContain('ReturnValuesOnConditionCheckFailure');
  });

  it('brings nothing into being', async () => {
    const user = newUser();
    expect(await fixture.store.touch({ user, id: 'AAAAAAAAAAAAAAAAAAAAAA', kind: 'bearer' })).toBe('gone');
    expect(await fixture.items(user)).toEqual({});
  });

  it('does not bring back what has ended', async () => {
    const { session } = await fixture.store.create(aRequest());
    await endSession(fixture.table, { session, reason: 'revoked' });
    expect(await fixture.store.touch(session)).toBe('gone');
    expect(await fixture.store.get(session.user, session.id)).toBeUndefined();
  });

  it('does not revive what is idle for too long, to the second', async () => {
    const { session } = await fixture.store.create(aRequest());
    fixture.state.nowSeconds = session.idleExpiresAt;
    expect(await fixture.store.touch(session)).toBe('gone');
    expect(await fixture.store.get(session.user, session.id)).toEqual(session);
    fixture.state.nowSeconds -= 1;
    expect(await fixture.store.touch(session)).toBe('touched');
  });
});

describe('getting a session', () => {
  it('is one strongly consistent read', async () => {
    expect(await fixture.store.get(newUser(), 'AAAAAAAAAAAAAAAAAAAAAA')).toBeUndefined();
    expect(sentBy(fixture)).toEqual(['GetItemCommand']);
    expect(fixture.sent[0]?.input).toMatchObject({ ConsistentRead: true });
  });

  it('finds nothing of the same subject at another issuer', async () => {
    const { session } = await fixture.store.create(aRequest());
    expect(await fixture.store.get({ ...session.user, issuer: 'other' }, session.id)).toBeUndefined();
  });

  it('finds no end of what has not ended', async () => {
    const { session } = await fixture.store.create(aRequest());
    expect(await fixture.store.getEnded(session.user, session.id)).toBeUndefined();
  });
});
