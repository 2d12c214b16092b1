import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Session } from '../model/session.ts';
import type { TicketState } from '../model/ticket-state.ts';
import { aRequest, aSession, type Fixture, IDLE, newUser, START, sentBy, storeFixture } from '../store-fixture.ts';
import { endSession } from './end-session.ts';
import { formatSession } from './session-item.ts';

const ROTATION = { previousHash: 'previous', nonce: 'nonce' };
/** A ticket whose secret has taken the place of another, and was not used yet. */
const ROTATED: TicketState = {
  familyHash: 'family',
  secretHash: 'secret',
  recheckAt: START + 3600,
  rotation: { ...ROTATION, rotatedAt: START },
};

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

  it.each([
    [{ isUse: true, isFirst: false }, ['last_seen_at', 'idle_expires_at', 'web_ended_as']],
    [{ isUse: true, isFirst: true }, ['last_seen_at', 'idle_expires_at', 'web_ended_as', 'confirmed_at']],
    [{ isUse: false, isFirst: true }, ['idle_expires_at', 'web_ended_as', 'confirmed_at']],
  ])('names only the attributes that IAM lets an authorizer write, and asks for none back: %j', async (use, named) => {
    await fixture.store.touch({ user: newUser(), id: 'x', kind: 'ticket', ticket: ROTATED }, use);
    expect(fixture.sent).toHaveLength(1);
    const [{ input }] = fixture.sent as [{ input: Record<string, unknown> }];
    const expressions = `${input.UpdateExpression} ${input.ConditionExpression}`;
    const attributes = expressions.match(/(?<![:\w])[a-z_]+(?![\w(])/g);
    expect(new Set(attributes)).toEqual(new Set(named));
    expect(input).not.toHaveProperty('ExpressionAttributeNames');
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

describe('the first use of a secret', () => {
  const firstUse = { isUse: false, isFirst: true };

  /** The session of a ticket, as the table has it. */
  async function stored(ticket: TicketState, of?: Session): Promise<Session> {
    const session: Session = { ...(of ?? (await aSession(fixture))), kind: 'ticket', ticket };
    const { user_key: _, item, ...fields } = formatSession(session);
    await fixture.put(session.user, String(item), fields);
    return session;
  }

  const found = ({ user, id }: Session) => fixture.store.require({ user, id });

  it('is written down with the use of the session or alone, by one update', async () => {
    for (const isUse of [true, false]) {
      const session = await stored(ROTATED);
      fixture.state.nowSeconds += 400;
      fixture.sent.length = 0;
      expect(await fixture.store.touch(session, { isUse, isFirst: true })).toBe('touched');
      expect(sentBy(fixture)).toEqual(['UpdateItemCommand']);
      const { ticket, lastSeenAt } = await found(session);
      expect(ticket).toEqual({ ...ROTATED, rotation: { ...ROTATION, confirmedAt: fixture.state.nowSeconds } });
      expect(lastSeenAt).toBe(isUse ? fixture.state.nowSeconds : session.lastSeenAt);
    }
  });

  it('is written down once: whoever comes later reads again', async () => {
    const session = await stored(ROTATED);
    await fixture.store.touch(session, firstUse);
    fixture.state.nowSeconds += 10;
    expect(await fixture.store.touch(session, firstUse)).toBe('gone');
    expect((await found(session)).ticket?.rotation).toMatchObject({ confirmedAt: START });
  });

  it('is not taken for that of the secret which has followed', async () => {
    const session = await stored(ROTATED);
    const next = { ...ROTATED, rotation: { ...ROTATION, rotatedAt: START + 60 } };
    await stored(next, session);
    expect(await fixture.store.touch(session, firstUse)).toBe('gone');
    expect((await found(session)).ticket).toEqual(next);
  });

  it('revives nothing that is idle for too long', async () => {
    const session = await stored(ROTATED);
    fixture.state.nowSeconds = session.idleExpiresAt;
    expect(await fixture.store.touch(session, firstUse)).toBe('gone');
    expect(await fixture.store.get(session.user, session.id)).toEqual(session);
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
