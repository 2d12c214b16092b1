import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Caller, parseCaller, toAuthorizerContext } from './caller.ts';

const caller = fc.record<Caller>(
  {
    userId: fc.string(),
    issuer: fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/),
    clientId: fc.string(),
    sessionId: fc.string(),
    kind: fc.constantFrom('bearer', 'ticket', 'service'),
    bootstrap: fc.boolean(),
    reason: fc.string(),
    scope: fc.string(),
    groups: fc.array(fc.string()),
    roles: fc.array(fc.record({ claim: fc.string(), value: fc.string() }, { noNullPrototype: true })),
    authTime: fc.nat({ max: 4_000_000_000 }),
    acr: fc.string(),
  },
  { requiredKeys: ['userId', 'issuer', 'clientId', 'kind', 'bootstrap', 'reason', 'scope', 'groups'] },
);

const bearer: Caller = {
  userId: 'u',
  issuer: 'a',
  clientId: 'web',
  kind: 'bearer',
  bootstrap: false,
  reason: 'active',
  scope: '',
  groups: [],
};

describe('the caller in the authorizer’s context', () => {
  it('comes back as it was, from the context of an HTTP API', () => {
    fc.assert(
      fc.property(caller, (one) => {
        expect(parseCaller(toAuthorizerContext(one))).toEqual(one);
      }),
    );
  });

  it('comes back as it was from a REST API, which turns numbers into strings', () => {
    fc.assert(
      fc.property(caller, (one) => {
        const strings = Object.entries(toAuthorizerContext(one)).map(([name, value]) => [name, String(value)]);
        expect(parseCaller(Object.fromEntries(strings))).toEqual(one);
      }),
    );
  });

  it('holds strings, numbers and booleans alone, as API Gateway demands', () => {
    fc.assert(
      fc.property(caller, (one) => {
        for (const value of Object.values(toAuthorizerContext(one))) {
          expect(['string', 'number', 'boolean']).toContain(typeof value);
        }
      }),
    );
  });

  it('reads a bootstrap as true only from the word true', () => {
    const context = toAuthorizerContext(bearer);
    expect(parseCaller({ ...context, bootstrap: 'false' })?.bootstrap).toBe(false);
    expect(parseCaller({ ...context, bootstrap: 'true' })?.bootstrap).toBe(true);
    expect(parseCaller({ ...context, bootstrap: 'TRUE' })).toBeUndefined();
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'u'],
    ['no field of ours', { principalId: 'u' }],
    ['an issuer that is no alias', { ...toAuthorizerContext(bearer), issuer: 'A#' }],
    ['another kind', { ...toAuthorizerContext(bearer), kind: 'admin' }],
    ['no client', { ...toAuthorizerContext(bearer), clientId: undefined }],
    ['no word on bootstrap', { ...toAuthorizerContext(bearer), bootstrap: undefined }],
    ['groups that are no list', { ...toAuthorizerContext(bearer), groups: '{"0":"admin"}' }],
    ['groups that are no JSON', { ...toAuthorizerContext(bearer), groups: 'admin' }],
    ['a time that is no number', { ...toAuthorizerContext(bearer), authTime: '1e9' }],
  ])('is not read from %s', (_, context) => {
    expect(parseCaller(context)).toBeUndefined();
  });
});
