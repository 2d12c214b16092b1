import { jsonText, publicUserKey } from '@cloakroom/core';
import { expect, it } from '@jest/globals';
import { aRequest, LIFETIMES, START } from '../store-fixture.ts';
import { newBearerSession } from './new-session.ts';
import { publicSessionId } from './session-id.ts';
import { toSessionView } from './session-view.ts';

const data = { version: 2, value: jsonText({ cart: [1] }) };

it('shows a session with ISO times and its public id', () => {
  const request = aRequest({ authTime: START - 60 });
  const client = { ip: '192.0.2.1', userAgent: 'Firefox', device: 'laptop' };
  const session = newBearerSession({ ...request, client }, START, LIFETIMES);
  expect(toSessionView({ session, data, isCurrent: true, nowSeconds: START })).toEqual({
    sessionId: publicSessionId(session.user, session.id),
    userId: session.user.sub,
    userKey: publicUserKey(session.user),
    isActive: true,
    current: true,
    userAgent: 'Firefox',
    device: 'laptop',
    ipAddress: '192.0.2.1',
    loginTime: '2026-05-28T20:25:40.000Z',
    createdAt: '2026-05-28T20:26:40.000Z',
    lastActivity: '2026-05-28T20:26:40.000Z',
    expiresAt: '2026-06-07T20:31:40.000Z',
    absoluteExpiresAt: '2026-06-27T20:26:40.000Z',
    version: 2,
    data: jsonText({ cart: [1] }),
  });
});

it('names the device by its user agent, unless the client does', () => {
  const client = { ip: '', userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' };
  const session = newBearerSession({ ...aRequest(), client }, START, LIFETIMES);
  expect(toSessionView({ session, isCurrent: false, nowSeconds: START }).device).toBe('Firefox on Linux');
});

it('shows null for what is not known, and that a session has expired', () => {
  const session = newBearerSession({ ...aRequest(), client: { ip: '', userAgent: '' } }, START, LIFETIMES);
  const view = toSessionView({ session, data, isCurrent: false, nowSeconds: session.idleExpiresAt });
  expect(view).toMatchObject({ userAgent: null, device: null, ipAddress: null, isActive: false, current: false });
});

it('shows why one that is not active has ended, the idle time it has been given, and no data where it was not read', () => {
  const session = newBearerSession(aRequest(), START, LIFETIMES);
  const idle = { seconds: 600, setAt: START };
  const view = toSessionView({ session: { ...session, idle }, isCurrent: false, nowSeconds: START + 700 });
  expect(view).toMatchObject({ isActive: false, endedReason: 'expired', idleSeconds: 600 });
  expect(view).not.toHaveProperty('data');
  expect(view).not.toHaveProperty('version');
  const active = toSessionView({ session, data, isCurrent: false, nowSeconds: START });
  expect(active).not.toHaveProperty('endedReason');
  expect(active).not.toHaveProperty('idleSeconds');
});
