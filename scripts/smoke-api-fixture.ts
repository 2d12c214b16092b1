import { createServer, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';

export const [ACCESS, ID] = ['secret.access.token', 'secret.id.token'] as const;

/** What the API answers, by request; the rest is 404. packages/testing/e2e/smoke.proof.test.ts asks a real one. */
type Answers = Readonly<
  Record<string, (request: IncomingMessage) => readonly [status: number, body: object, headers?: OutgoingHttpHeaders]>
>;
/** Whether a request has the access token. */
export const isKnown = ({ headers }: IncomingMessage) => headers.authorization === `Bearer ${ACCESS}`;
let hasSession = false;
export const GOOD: Answers = {
  'GET /health': ({ headers }) => [200, { data: { version: '1', csrfHeader: headers['x-cloakroom-csrf'] === '1' } }],
  'GET /ready': () => [200, {}],
  'POST /auth/bootstrap-session': (request) => {
    hasSession = isKnown(request);
    return hasSession ? [200, { data: { userKey: 'key', sessionId: 'key.1' } }] : [401, {}];
  },
  'GET /users/me/events': (request) => {
    if (!isKnown(request)) return [401, { message: 'Unauthorized' }];
    return hasSession ? [200, { data: { events: [{ id: 'event-1' }] } }] : [403, {}];
  },
  'GET /users/key/events': () => [200, {}],
  'GET /users/somebody-else/events': () => [403, {}],
  'POST /users/me/events': () => [202, { data: { ids: ['event-1'] } }],
  'DELETE /sessions/key.1': () => {
    hasSession = false;
    return [200, {}];
  },
};

/** With the hand-in on. */
const TICKET = '__Host-cloakroom';
const cookie = (value: string, more = '') => ({
  'set-cookie': `${TICKET}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax${more}`,
});
const held = ({ headers }: IncomingMessage) => headers.cookie?.startsWith(`${TICKET}=key.1.`) ?? false;
export const HAND_IN: Answers = {
  ...GOOD,
  'POST /auth/session': ({ headers }) => {
    if (headers.origin === undefined) return [403, { error: { code: 'CSRF_REFUSED' } }];
    hasSession = true;
    return [200, { data: { sessionId: 'key.1' } }, cookie('key.1.family.secret-one')];
  },
  'GET /auth/session': (request) => {
    if (!held(request)) return [401, { error: { code: 'UNAUTHORIZED' } }];
    return hasSession ? [200, { data: { sessionId: 'key.1' } }] : [410, { error: { code: 'SESSION_ENDED' } }];
  },
  'POST /auth/refresh': (request) =>
    held(request) ? [200, { data: { sessionId: 'key.1' } }, cookie('key.1.family.secret-two')] : [403, {}],
  'POST /auth/logout': () => [200, { data: { logoutUrl: null } }, cookie('', '; Max-Age=0')],
  'GET /users/me/events': (request) =>
    held(request) && hasSession ? [200, { data: { events: [{ id: 'event-1' }] } }] : [401, {}],
};
/** An API that answers as it is told, while the tests of a file run; `GOOD` before each. */
interface SmokeApi {
  /** Without a slash at the end. */
  readonly url: string;
  answers: Answers;
  /** What it was asked in this test: `GET /health`. */
  readonly asked: readonly string[];
}

export function useSmokeApi(): SmokeApi {
  const asked: string[] = [];
  const api = { url: '', answers: GOOD, asked };
  const server = createServer((request, response) => {
    request.resume();
    const name = `${request.method} ${request.url}`;
    asked.push(name);
    const [status, body, headers] = api.answers[name]?.(request) ?? [404, { message: 'Not Found' }];
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  });
  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    api.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());
  beforeEach(() => {
    api.answers = GOOD;
    asked.splice(0);
    hasSession = false;
  });
  return api;
}
