import { inspect } from 'node:util';
import { opaqueUserId } from '@cloakroom/core';
import { formatTicket, publicSessionId, type Session } from '@cloakroom/sessions';
import { describe, expect, it } from '@jest/globals';
import {
  APP,
  session as bearerSession,
  connect,
  httpApi,
  LOGIN_ID,
  NOW,
  restRequest,
  STAGE,
  TICKETS,
  TOKEN,
  user,
  type WorldOptions,
} from './authorizer-fixture.ts';
import {
  CSRF,
  dueAt,
  events,
  isAllowed,
  own,
  PAGE,
  random,
  refusal,
  session,
  TICKET,
  untouched,
  worldOf,
} from './ticket-fixture.ts';

describe('the ticket of an active session', () => {
  it('gets in with the rights of the session, by one read', async () => {
    for (const event of events()) {
      const { authorize, reads } = worldOf();
      const answer = await authorize(event);
      expect(isAllowed(answer)).toBe(true);
      expect(answer).toHaveProperty('context', {
        userId: 'ada',
        issuer: 'main',
        clientId: 'web',
        sessionId: publicSessionId(user, LOGIN_ID),
        kind: 'ticket',
        bootstrap: 'false',
        reason: 'active',
        scope: 'read',
        groups: '["staff"]',
        roles: '[{"claim":"roles","value":"admin"}]',
        authTime: NOW - 60,
        acr: '2',
      });
      expect(reads).toEqual([['get', user, LOGIN_ID]]);
    }
  });

  it('is allowed on the whole stage of a REST API', async () => {
    const [, rest] = events();
    const policyDocument = { Statement: [{ Effect: 'Allow', Resource: `${STAGE}/*/*` }] };
    expect(await worldOf().authorize(rest)).toMatchObject({ principalId: opaqueUserId(user), policyDocument });
  });

  it.each([
    ['GET', CSRF],
    ['GET', { ...CSRF, 'sec-fetch-site': 'same-origin' }],
    ['HEAD', PAGE],
    ['POST', PAGE],
    ['DELETE', { ...CSRF, origin: APP }],
    ['PUT', { ...PAGE, 'sec-fetch-site': 'cross-site' }],
  ])('gets in by %s with %j', async (method, headers) => {
    for (const event of events({ method, headers })) expect(isAllowed(await worldOf().authorize(event))).toBe(true);
  });

  it('needs no bootstrap: where sessions are made, it is on a route as any other', async () => {
    const { authorize, reads, telemetry } = worldOf();
    const changes = { routeKey: 'POST /users/{userId}/sessions' };
    const [event] = events({ method: 'POST', changes });
    expect(await authorize(event)).toMatchObject({ isAuthorized: true, context: { bootstrap: 'false' } });
    expect(reads).toHaveLength(1);
    expect(telemetry.counts.map(({ metric }) => metric)).toEqual(['AuthorizerAllowed']);
  });

  it('is in the log without a name', async () => {
    const { authorize, telemetry } = worldOf();
    await authorize(events()[0]);
    expect(telemetry.lines).toMatchObject([
      {
        code: 'authorizer.allowed',
        fields: {
          route: 'GET /users/{userId}/events',
          issuer: 'main',
          user: opaqueUserId(user).slice(0, 8),
          session: LOGIN_ID.slice(0, 8),
          reason: 'active',
        },
      },
    ]);
  });

  it('may have another name', async () => {
    const tickets = { ...TICKETS, cookieName: '__Host-Http-app' };
    const [event] = events({ changes: { cookies: [`__Host-Http-app=${TICKET}`] } });
    expect(isAllowed(await worldOf({ tickets }).authorize(event))).toBe(true);
    expect(await refusal(events()[0], { tickets })).toMatchObject({ fields: { reason: 'credential_missing' } });
  });

  it('has until the last second', async () => {
    const stored = [{ ...session, idleExpiresAt: NOW + 1 }];
    expect(isAllowed(await worldOf({ stored }).authorize(events()[0]))).toBe(true);
  });

  it('opens nothing to a bearer: it has its own session, or none', async () => {
    for (const binding of ['strict', 'user'] as const) {
      const { authorize } = worldOf({ binding, sessions: [[session]] });
      await expect(authorize(httpApi())).resolves.toEqual({ isAuthorized: false });
    }
  });
});

describe('a ticket that lets nobody in', () => {
  const other = { ...own, secret: random(32) };

  it.each<[string, string, Session | undefined, string]>([
    ['without a session', TICKET, undefined, 'ticket_unknown'],
    ['of a bearer’s session', TICKET, { ...bearerSession }, 'ticket_unknown'],
    ['of a record', TICKET, { ...session, kind: 'record' }, 'ticket_unknown'],
    ['of a web app', TICKET, { ...session, kind: 'web' }, 'ticket_unknown'],
    ['of another family', formatTicket({ ...own, family: random(16) }), session, 'ticket_stranger'],
    ['with nothing right', formatTicket({ ...other, family: random(16) }), session, 'ticket_stranger'],
    ['with another secret', formatTicket(other), session, 'ticket_reused'],
    ['with another secret, and expired', formatTicket(other), { ...session, idleExpiresAt: NOW }, 'ticket_reused'],
    ['that was not used', TICKET, { ...session, idleExpiresAt: NOW }, 'ticket_expired'],
    ['that is too old', TICKET, { ...session, absoluteExpiresAt: NOW }, 'ticket_expired'],
    ['whose provider must be asked again', TICKET, dueAt(NOW), 'ticket_recheck_due'],
    ['of a release that asked nobody again', TICKET, dueAt(0), 'ticket_recheck_due'],
    ['that is due, and was not used', TICKET, { ...dueAt(NOW), idleExpiresAt: NOW }, 'ticket_expired'],
    ['that is due, with another secret', formatTicket(other), dueAt(NOW), 'ticket_reused'],
    ['without hashes', TICKET, { ...session, ticket: undefined } as unknown as Session, 'ticket_stranger'],
  ])('is one %s', async (_, ticket, found, reason) => {
    for (const event of events({ ticket })) {
      const { fields, reads } = await refusal(event, { stored: [found] });
      expect(fields?.reason).toBe(reason);
      expect(reads).toEqual([['get', user, LOGIN_ID]]);
      const whose = ['ticket_reused', 'ticket_expired', 'ticket_recheck_due'].includes(reason);
      expect(fields?.session).toBe(whose ? LOGIN_ID.slice(0, 8) : undefined);
    }
  });

  it.each<[string, string, string]>([
    ['without parts', 'x', 'ticket_malformed'],
    ['without a secret', TICKET.split('.').slice(0, 3).join('.'), 'ticket_malformed'],
    ['with a part more', `${TICKET}.x`, 'ticket_malformed'],
    ['in another spelling', `${TICKET}=`, 'ticket_malformed'],
    ['in quotes', `"${TICKET}"`, 'ticket_malformed'],
    ['that is empty', '', 'ticket_malformed'],
    ['that is too long', `${TICKET}${'a'.repeat(1000)}`, 'ticket_malformed'],
    ['that comes twice', `${TICKET}; __Host-cloakroom=${TICKET}`, 'ticket_duplicate'],
    ['beside a planted one', `${TICKET}; __Host-cloakroom=x`, 'ticket_duplicate'],
    [
      'of an issuer that is not configured',
      formatTicket({ ...own, user: { issuer: 'gone', sub: 'ada' } }),
      'ticket_issuer_unknown',
    ],
  ])('is one %s, and nothing is read for it', async (_, ticket, reason) => {
    for (const event of events({ ticket })) {
      const { fields, reads } = await refusal(event);
      expect([fields?.reason, reads]).toEqual([reason, []]);
    }
  });

  it.each<[string, string, Readonly<Record<string, string>>, string]>([
    ['without the header', 'POST', { origin: APP }, 'csrf_header_missing'],
    ['that is safe, without the header', 'GET', {}, 'csrf_header_missing'],
    ['from a foreign Origin', 'DELETE', { ...CSRF, origin: 'https://evil.example' }, 'origin_refused'],
    ['that is safe, from a foreign Origin', 'GET', { ...CSRF, origin: 'https://evil.example' }, 'origin_refused'],
    [
      'that changes something, without an Origin',
      'POST',
      { ...CSRF, 'sec-fetch-site': 'same-origin' },
      'origin_missing',
    ],
    ['from another site without an Origin', 'GET', { ...CSRF, 'sec-fetch-site': 'cross-site' }, 'fetch_site_refused'],
    ['from no page', 'GET', { ...PAGE, 'sec-fetch-site': 'none' }, 'fetch_site_refused'],
    ['that a form posts', 'POST', { origin: APP, 'content-type': 'text/plain' }, 'csrf_header_missing'],
  ])('is one of a request %s, and nothing is read for it', async (_, method, headers, rule) => {
    for (const event of events({ method, headers })) {
      const { fields, reads } = await refusal(event);
      expect([fields?.reason, fields?.rule, reads]).toEqual(['csrf_refused', rule, []]);
    }
  });

  it('is one of a request whose method is not told: it could change something', async () => {
    const changes = { requestContext: undefined, routeKey: '$default' };
    const [event] = events({ headers: CSRF, changes });
    expect(await refusal(event)).toMatchObject({ fields: { rule: 'origin_missing' } });
  });

  it('is one of a REST request whose header came twice', async () => {
    const cookie = [`__Host-cloakroom=${TICKET}`];
    const twice = { cookie, origin: [APP, 'https://evil.example'], 'X-Cloakroom-Csrf': ['1'] };
    const event = restRequest({ headers: null, multiValueHeaders: twice });
    expect(await refusal(event)).toMatchObject({ fields: { rule: 'origin_refused' } });
  });

  it('is one beside a bearer token, whichever is good', async () => {
    for (const ticket of [TICKET, 'x', '']) {
      const headers = { ...PAGE, authorization: `Bearer ${TOKEN}` };
      for (const event of events({ ticket, headers })) {
        expect(await refusal(event)).toMatchObject({ fields: { reason: 'credential_twice' }, reads: [] });
      }
    }
  });

  it('is every one where none are configured', async () => {
    for (const event of events()) {
      const tickets = { ...TICKETS, areAccepted: false };
      const { fields, reads } = await refusal(event, { tickets });
      expect([fields?.reason, reads]).toEqual(['ticket_not_accepted', []]);
    }
  });

  it('is every one at a WebSocket API, where a browser cannot send the header', async () => {
    const event = connect({ headers: { ...PAGE, cookie: `__Host-cloakroom=${TICKET}` } });
    expect(await refusal(event)).toMatchObject({ fields: { reason: 'ticket_not_accepted' } });
  });
});

describe('the use of a ticket', () => {
  it('is written down when that is due, and only then', async () => {
    const [due, fresh] = [worldOf({ stored: [untouched] }), worldOf()];
    for (const { authorize } of [due, fresh]) await authorize(events()[0]);
    expect([due.touched, fresh.touched]).toEqual([[LOGIN_ID], []]);
  });

  it('is none where a page asks by itself', async () => {
    for (const event of events({ headers: { ...PAGE, 'x-cloakroom-background': '1' } })) {
      const { authorize, touched } = worldOf({ stored: [untouched] });
      expect(isAllowed(await authorize(event))).toBe(true);
      expect(touched).toEqual([]);
    }
  });

  it('that cannot be written down changes no decision, and is told', async () => {
    const { authorize, telemetry } = worldOf({ stored: [untouched], touch: new Error('throttled') });
    expect(isAllowed(await authorize(events()[0]))).toBe(true);
    expect(telemetry.counts).toContainEqual({ metric: 'TouchFailed', dimensions: {} });
  });

  it.each<[string, Session | undefined, string]>([
    ['nothing', undefined, 'ticket_unknown'],
    ['an expired session', { ...untouched, idleExpiresAt: NOW }, 'ticket_expired'],
  ])('that finds the session gone reads again, and %s is refused', async (_, again, reason) => {
    const { authorize, telemetry, reads } = worldOf({ stored: [untouched, again], touch: 'gone' });
    await expect(authorize(events()[0])).rejects.toEqual(new Error('Unauthorized'));
    expect([telemetry.lines[0]?.fields.reason, reads.length]).toEqual([reason, 2]);
  });

  it('that finds the session gone lets it in where it is there after all', async () => {
    const { authorize } = worldOf({ stored: [untouched, session], touch: 'gone' });
    expect(isAllowed(await authorize(events()[0]))).toBe(true);
  });
});

describe('a failure of ours with a ticket', () => {
  it.each([
    'ProvisionedThroughputExceededException',
    'TimeoutError',
    'AccessDeniedException',
    'ResourceNotFoundException',
  ])('is an error, and neither an allow nor a 401: %s', async (name) => {
    const failure = Object.assign(new Error('Unauthorized'), { name });
    for (const stored of [[failure], [untouched, failure]]) {
      const { authorize, telemetry } = worldOf({ stored, touch: 'gone' });
      const error = await authorize(events()[0]).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'AUTHORIZER_FAILED', message: expect.not.stringContaining('Unauthorized') });
      expect(telemetry.counts).toEqual([{ metric: 'AuthorizerErrors', dimensions: {} }]);
    }
  });
});

it('shows no part of a ticket in a log line, an answer or an error, whatever happens', async () => {
  const worlds: WorldOptions[] = [
    {},
    { stored: [undefined] },
    { stored: [{ ...session, idleExpiresAt: NOW }] },
    { stored: [untouched], touch: new Error('no') },
    { stored: [new Error('throttled')] },
    { tickets: { ...TICKETS, areAccepted: false } },
  ];
  const secrets = new RegExp(
    [own.family, own.secret, session.ticket?.familyHash, session.ticket?.secretHash].join('|').replaceAll('-', '\\-'),
  );
  for (const options of worlds) {
    for (const event of [...events(), ...events({ headers: {} }), ...events({ ticket: `${TICKET}x` })]) {
      const { authorize, telemetry } = worldOf(options);
      const outcome = await authorize(event).catch((thrown: unknown) => thrown);
      expect(inspect([telemetry, outcome], { depth: 20, showHidden: true })).not.toMatch(secrets);
    }
  }
});
