import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { connect, httpApi, restRequest, restToken, STAGE } from './authorizer-fixture.ts';
import { parseEventBySchema } from './event-schemas-fixture.ts';
import { parseEvent } from './parse-event.ts';
import type { AuthorizerRequest } from './request.ts';

const HEADERS = ['authorization', 'cookie', 'origin', 'x-cloakroom-csrf', 'sec-websocket-protocol'];

/** All that is to be known of what a parser makes of an event. */
function outcomeOf(parse: (event: unknown) => AuthorizerRequest, event: unknown) {
  try {
    const { header, ...request } = parse(event);
    return { ...request, headers: HEADERS.map(header) };
  } catch (error) {
    return { name: (error as Error).name, message: (error as Error).message };
  }
}

const headerName = fc.oneof(
  fc.constantFrom(
    ...HEADERS,
    'Authorization',
    'COOKIE',
    'Origin',
    'Sec-WebSocket-Protocol',
    'İ',
    '__proto__',
    'constructor',
  ),
  fc.string(),
);
const text = fc.oneof(fc.constantFrom('Bearer a.b.c', 'cloakroom.bearer.a.b.c, x', 'ada', '%61da', ''), fc.string());
const junk = fc.oneof(fc.constantFrom(undefined, null, '', 0, [], {}, [null], { a: 1 }), fc.jsonValue());
const records = fc.dictionary(headerName, fc.oneof({ weight: 30, arbitrary: text }, { weight: 1, arbitrary: junk }));
const lists = fc.array(fc.oneof({ weight: 30, arbitrary: text }, { weight: 1, arbitrary: junk }), { maxLength: 3 });
const path = fc.constantFrom(
  'users/ada/sessions',
  'users/%61da/sessions',
  'users/*/sessions',
  'users/ada/events',
  '',
  '$connect',
);
const verb = fc.constantFrom('GET', 'POST', 'get', '');
const arn = fc.tuple(verb, path).map((parts) => [STAGE, ...parts].join('/'));
const MEMBERS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  version: fc.constantFrom('2.0', '1.0', 2),
  type: fc.constantFrom('REQUEST', 'TOKEN', 'request'),
  routeKey: fc.constantFrom('POST /users/{userId}/sessions', 'GET /users/{userId}/events', '$default'),
  methodArn: fc.oneof(arn, fc.constant(`${STAGE}/$connect`)),
  httpMethod: verb,
  resource: fc.constantFrom('/users/{userId}/sessions', '/users/{userId}/events', '/{proxy+}', 'users'),
  authorizationToken: text,
  headers: records,
  multiValueHeaders: fc.dictionary(
    headerName,
    fc.oneof({ weight: 30, arbitrary: lists }, { weight: 1, arbitrary: junk }),
  ),
  cookies: lists,
  pathParameters: fc.dictionary(fc.constantFrom('userId', 'proxy'), text),
  requestContext: fc.oneof(
    fc.record({ http: fc.oneof(fc.record({ method: fc.oneof(verb, junk) }), junk) }, { requiredKeys: [] }),
    fc.record({ routeKey: fc.constantFrom('$connect', 'x'), eventType: fc.constantFrom('CONNECT', 'MESSAGE') }),
  ),
};

/** Some members of an event, each as it may be, or junk. */
const changes = fc
  .uniqueArray(fc.constantFrom(...Object.keys(MEMBERS)), { maxLength: 4 })
  .chain((names) =>
    fc.record(
      Object.fromEntries(
        names.map((name) => [
          name,
          fc.oneof({ weight: 6, arbitrary: MEMBERS[name] ?? junk }, { weight: 1, arbitrary: junk }),
        ]),
      ),
    ),
  );
const real = fc.constantFrom(httpApi, restRequest, restToken, connect);
const nearlyReal = fc.tuple(real, changes).map(([event, changed]) => event(changed));
const lacking = fc
  .tuple(nearlyReal, fc.constantFrom(...Object.keys(MEMBERS)))
  .map(([event, name]) => Object.fromEntries(Object.entries(event).filter(([each]) => each !== name)));

describe('parseEvent', () => {
  it('makes of every event what the schemas make of it, and refuses what they refuse', () => {
    const outcomes = { request: 0, refused: 0 };
    fc.assert(
      fc.property(fc.oneof(nearlyReal, lacking, fc.record(MEMBERS, { requiredKeys: [] }), fc.anything()), (event) => {
        const outcome = outcomeOf(parseEvent, event);
        expect(outcome).toEqual(outcomeOf(parseEventBySchema, event));
        outcomes['headers' in outcome ? 'request' : 'refused'] += 1;
      }),
      { numRuns: 5000 },
    );
    expect(outcomes.request).toBeGreaterThan(500);
    expect(outcomes.refused).toBeGreaterThan(500);
  });

  it.each([
    ['a list in the place of headers', httpApi({ headers: ['a'] })],
    ['a hole in the cookies', httpApi({ cookies: new Array(1) })],
    ['an event that is a list', Object.assign([], httpApi())],
    ['a method that is null', httpApi({ requestContext: null })],
  ])('agrees with the schemas about %s', (_, event) => {
    expect(outcomeOf(parseEvent, event)).toEqual(outcomeOf(parseEventBySchema, event));
  });
});
