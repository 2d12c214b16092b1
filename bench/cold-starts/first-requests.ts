import { uuidv7 } from '@cloakroom/core';
import { aCaller, httpApiEvent, type TestRequest } from '@cloakroom/testing';
import { eventOf } from '../authorization/event.ts';
import { APP, CLIENT_ID, freshToken, type World } from '../authorization/world.ts';

/** What each function is asked first, and what must be in its answer. */
export interface FirstRequest {
  readonly event: unknown;
  readonly answer: RegExp;
}

const DONE = /"batchItemFailures":\[\]/;
const OK = /"statusCode":200/;

/** By function. Each does what it is there for: it looks up the session, stores the event, and so on. */
export function firstRequests(world: World): Readonly<Record<string, FirstRequest>> {
  const http = (request: TestRequest, answer = OK) => ({ event: httpApiEvent(request), answer });
  const ofAnn = { pathParameters: { userId: 'ann' }, caller: aCaller({ issuer: 'main' }) };
  return {
    authorizer: { event: eventOf({ authorization: `Bearer ${freshToken(world)}` }), answer: /"isAuthorized":true/ },
    'backchannel-logout': http({
      routeKey: 'POST /auth/backchannel-logout',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `logout_token=${logoutToken(world)}`,
    }),
    'create-session': http({
      routeKey: 'POST /auth/bootstrap-session',
      headers: { authorization: `Bearer ${freshToken(world, { sub: 'ann' })}`, 'content-type': 'application/json' },
      body: '{}',
    }),
    'enqueue-event': http(
      {
        routeKey: 'POST /users/{userId}/events',
        headers: { 'content-type': 'application/json' },
        body: '{"type":"cart.paid","data":{"cart":"c-1"}}',
        ...ofAnn,
      },
      /"statusCode":202/,
    ),
    health: http({ routeKey: 'GET /health' }),
    'list-events': http({ routeKey: 'GET /users/{userId}/events', ...ofAnn }),
    'record-changes': { event: { Records: [change(world)] }, answer: DONE },
    'refresh-keys': { event: {}, answer: /^/ },
    'sessions-api': http({ routeKey: 'GET /users/{userId}/sessions', ...ofAnn }),
    'store-event': { event: { Records: [message()] }, answer: DONE },
    'token-handler': http({
      routeKey: 'GET /auth/session',
      headers: { cookie: `__Host-cloakroom=${world.ticketOf('A'.repeat(22))}`, origin: APP, 'x-cloakroom-csrf': '1' },
    }),
    'user-data': http({ routeKey: 'GET /users/{userId}/export', ...ofAnn }),
  };
}

/** OpenID Connect Back-Channel Logout 1.0 §2.4. */
function logoutToken({ issuer, signer }: World): string {
  const now = Math.floor(Date.now() / 1000);
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  const claims = { iss: issuer, aud: CLIENT_ID, iat: now, exp: now + 120, jti: 'logout', sub: 'ada', events };
  return signer.sign(claims, { typ: 'logout+jwt' });
}

/** A message of the events queue. */
function message() {
  const at = new Date().toISOString();
  const event = { user: { issuer: 'main', sub: 'ann' }, id: uuidv7(Date.now()), type: 'cart.paid', data: '{}' };
  const body = JSON.stringify({ version: 2, ...event, occurredAt: at, receivedAt: at });
  return { messageId: 'm1', body };
}

/** A session that was created, as the stream of the table tells it. */
function change({ items }: World) {
  const key = { user_key: { S: 'U#main#ada' }, item: { S: 'SESSION#AAAAAAAAAAAAAAAAAAAAAA' } };
  return {
    eventName: 'INSERT',
    dynamodb: { Keys: key, NewImage: { ...key, ...items['U#main#ada'] }, SequenceNumber: '1' },
  };
}
