import { createHash, randomBytes } from 'node:crypto';
import { formatTicket, type Session, type TicketState } from '@cloakroom/sessions';
import { expect } from '@jest/globals';
import {
  APP,
  session as bearerSession,
  createWorld,
  HOUR,
  httpApi,
  LOGIN_ID,
  NOW,
  restRequest,
  STAGE,
  TICKETS,
  user,
  type WorldOptions,
} from './authorizer-fixture.ts';

/** For tests: a session with its ticket, requests that a page sends with it, and what becomes of them. */
export const random = (bytes: number) => randomBytes(bytes).toString('base64url');
export const hash = (text: string) => createHash('sha256').update(text).digest('base64url');

export const own = { user, id: LOGIN_ID, family: random(16), secret: random(32) };
export const state: TicketState = {
  familyHash: hash(own.family),
  secretHash: hash(own.secret),
  recheckAt: NOW + 1,
};
export const session: Session = {
  ...bearerSession,
  kind: 'ticket',
  scope: 'read',
  groups: ['staff'],
  roles: [{ claim: 'roles', value: 'admin' }],
  acr: '2',
  ticket: state,
};
/** Its ticket's provider is to be asked again at this second. */
export const dueAt = (recheckAt: number): Session => ({ ...session, ticket: { ...state, recheckAt } });
export const untouched: Session = { ...session, lastSeenAt: NOW - HOUR };
export const TICKET = formatTicket(own);
export const CSRF = { 'x-cloakroom-csrf': '1' };
export const PAGE = { ...CSRF, origin: APP, 'sec-fetch-site': 'same-site' };

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly ticket?: string;
  readonly changes?: object;
}

/** The same request, as an HTTP API and as a REST API tell of it. */
export function events({ method = 'GET', headers = PAGE, ticket = TICKET, changes = {} }: Sent = {}) {
  const cookie = `a=1; __Host-cloakroom=${ticket}`;
  const titled = Object.entries({ ...headers, cookie }).map(([name, value]) => [name.toUpperCase(), value]);
  return [
    httpApi({
      routeKey: `${method} /users/{userId}/events`,
      headers,
      cookies: cookie.split('; '),
      requestContext: { http: { method } },
      ...changes,
    }),
    restRequest({
      methodArn: `${STAGE}/${method}/users/ada/events`,
      httpMethod: method,
      headers: Object.fromEntries(titled),
      multiValueHeaders: null,
      ...changes,
    }),
  ];
}

export const worldOf = (options: WorldOptions = {}) => createWorld({ stored: [session], tickets: TICKETS, ...options });
export const isAllowed = (answer: unknown) => /"isAuthorized":true|"Effect":"Allow"/.test(JSON.stringify(answer));

/** That a request is refused as every bad credential is, and what the log tells of it. */
export async function refusal(event: unknown, options: WorldOptions = {}) {
  const world = worldOf(options);
  await expect(world.authorize(event)).rejects.toEqual(new Error('Unauthorized'));
  expect(world.telemetry.lines).toMatchObject([{ level: 'info', code: 'authorizer.unauthorized' }]);
  const { route, reason } = world.telemetry.lines[0]?.fields ?? {};
  expect(world.telemetry.counts).toEqual([{ metric: 'AuthorizerUnauthorized', dimensions: { route, reason } }]);
  expect(world.touched).toEqual([]);
  return { fields: world.telemetry.lines[0]?.fields, reads: world.reads };
}
