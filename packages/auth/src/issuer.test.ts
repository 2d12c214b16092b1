import { describe, expect, it } from '@jest/globals';
import { parseIssuers } from './issuer.ts';

const issuer = {
  alias: 'main',
  issuer: 'https://idp.example',
  jwksUri: 'https://idp.example/jwks',
  profile: 'plain',
  algorithms: ['RS256'],
  clientIds: ['web'],
  audiences: ['https://api.example'],
  loginClaim: 'sid',
};

describe('parseIssuers', () => {
  it('reads what is configured', () => {
    expect(parseIssuers([issuer])).toEqual([issuer]);
  });

  it('takes http on this machine, for the local provider', () => {
    const local = { ...issuer, issuer: 'http://localhost:3002', jwksUri: 'http://127.0.0.1:3002/jwks' };
    expect(parseIssuers([local])).toEqual([local]);
  });

  it('lets Cognito go without audiences, whose access tokens have none', () => {
    expect(() => parseIssuers([{ ...issuer, profile: 'cognito', audiences: [] }])).not.toThrow();
  });

  it.each<[string, unknown, string]>([
    ['no list', issuer, 'value'],
    ['none', [], 'at least one'],
    ['an alias in capitals', [{ ...issuer, alias: 'Main' }], '0.alias'],
    ['http across the network', [{ ...issuer, jwksUri: 'http://idp.example/jwks' }], '0.jwksUri'],
    [
      'a host that only begins like this machine',
      [{ ...issuer, jwksUri: 'http://localhost.evil.example/' }],
      '0.jwksUri',
    ],
    ['a key set in a file', [{ ...issuer, jwksUri: 'file:///jwks' }], '0.jwksUri'],
    ['no URL', [{ ...issuer, issuer: 'idp.example' }], '0.issuer'],
    ['an algorithm with a shared secret', [{ ...issuer, algorithms: ['HS256'] }], '0.algorithms.0'],
    ['no algorithm', [{ ...issuer, algorithms: [] }], '0.algorithms'],
    ['no client', [{ ...issuer, clientIds: [] }], '0.clientIds'],
    ['an unknown profile', [{ ...issuer, profile: 'other' }], '0.profile'],
    ['an unknown login claim', [{ ...issuer, loginClaim: 'jti' }], '0.loginClaim'],
    [
      'a time of sign-in that moves',
      [{ ...issuer, claims: { authTime: 'iat' } }],
      '0.claims.authTime: must be a claim of',
    ],
    ['a session that each token has anew', [{ ...issuer, claims: { sid: 'jti' } }], '0.claims.sid: must be a claim of'],
    ['a misspelled field', [{ ...issuer, audience: 'x' }], '0.audience'],
    ['the same alias twice', [issuer, { ...issuer, issuer: 'https://b.example' }], 'alias twice'],
    ['the same issuer twice', [issuer, { ...issuer, alias: 'b' }], 'issuer twice'],
    ['no audience', [{ ...issuer, audiences: [] }], 'needs audiences'],
    ['an audience that is a client', [{ ...issuer, audiences: ['web'] }], 'client id'],
  ])('refuses %s and says where', (_, value, problem) => {
    expect(() => parseIssuers(value)).toThrow(problem);
  });
});
