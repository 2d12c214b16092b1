import { API, NOW, type Provider } from './provider-fixture.ts';

const issuer = 'https://example.eu.auth0.com/';
const web = 'Ab12webEXAMPLE';
const job = 'Cd34nightlyJobEXAMPLE';
const own = (claim: string) => `https://example.com/${claim}`;
const claims = { authTime: own('auth_time'), sid: own('sid'), groups: own('roles') };
const machine = {
  sub: `${job}@clients`,
  azp: job,
  gty: 'client-credentials',
  [own('auth_time')]: undefined,
  [own('sid')]: undefined,
};

/** https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles, both profiles. */
export const auth0: Provider = {
  issuers: [
    {
      alias: 'auth0',
      issuer,
      jwksUri: `${issuer}.well-known/jwks.json`,
      profile: 'plain',
      algorithms: ['RS256'],
      clientIds: [web, job],
      audiences: [API],
      loginClaim: 'sid',
      claims,
      roles: [{ claim: 'groups', value: 'support', administers: ['auth0'] }],
      services: [job],
    },
    {
      alias: 'auth0-rfc9068',
      issuer: 'https://login.example.com/',
      jwksUri: 'https://login.example.com/.well-known/jwks.json',
      profile: 'rfc9068',
      algorithms: ['RS256', 'PS256'],
      clientIds: [web],
      audiences: [API],
      loginClaim: 'sid',
      claims,
    },
  ],
  header: { typ: 'JWT' },
  claims: {
    iss: issuer,
    sub: 'auth0|5f7c8ec7c33c6c004bbafe82',
    aud: [API, `${issuer}userinfo`],
    iat: NOW - 10,
    exp: NOW + 86_400,
    azp: web,
    scope: 'openid profile read:orders',
    [own('auth_time')]: NOW - 60,
    [own('sid')]: 'LQVyDdPTfKUCEXAMPLE',
  },
  accepted: {
    'of a person': { expected: { clientId: web, scope: 'openid profile read:orders', authTime: NOW - 60 } },
    'of a person by Google': { changes: { sub: 'google-oauth2|103547991597142817347' } },
    'of a person by an enterprise connection, with a pipe and a mail address': {
      changes: { sub: 'samlp|acme|ada@example.com' },
    },
    'with permissions of role-based access control': { changes: { permissions: ['read:orders', 'write:orders'] } },
    'with roles by an Action': { changes: { [own('roles')]: ['support', 'x'] }, expected: { groups: ['support'] } },
    'with one audience, without userinfo': { changes: { aud: API, scope: 'read:orders' } },
    'without any scope': { changes: { scope: undefined }, expected: { scope: '' } },
    'with an organization': { changes: { org_id: 'org_9ybsU1dN2dKfDkBi', org_name: 'acme' } },
    'with the time of a sign-in as Date has it, divided': {
      changes: { [own('auth_time')]: NOW - 59.999 },
      expected: { authTime: NOW - 60 },
    },
    'of the RFC 9068 profile': {
      alias: 'auth0-rfc9068',
      header: { typ: 'at+jwt' },
      changes: { azp: undefined, client_id: web, jti: 'H8GfEXAMPLE' },
      expected: { clientId: web },
    },
    'of the RFC 9068 profile, signed with PS256': {
      alias: 'auth0-rfc9068',
      alg: 'PS256',
      header: { typ: 'at+jwt' },
      changes: { client_id: web, jti: 'H8GfEXAMPLE' },
    },
    'of a machine': { changes: machine, expected: { type: 'service', sub: `${job}@clients` } },
    'of a machine, with the scopes it was granted': {
      changes: { ...machine, aud: API, scope: 'write:orders' },
      expected: { type: 'service', scope: 'write:orders' },
    },
  },
  refused: {
    'its ID token': { changes: { aud: web, azp: undefined, nonce: 'n', sid: 's' }, reason: 'not_access_token' },
    'its ID token, asked for without a nonce': { changes: { aud: web, azp: undefined }, reason: 'audience_refused' },
    'one for userinfo alone': { changes: { aud: `${issuer}userinfo` }, reason: 'audience_refused' },
    'one of a person without the Action': {
      changes: { [own('auth_time')]: undefined, [own('sid')]: undefined },
      reason: 'auth_time_missing',
    },
    'one without the slash at the end of its issuer': {
      changes: { iss: issuer.slice(0, -1) },
      reason: 'issuer_unknown',
    },
    'its logout token': {
      changes: {
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
        azp: undefined,
        aud: web,
        sid: 's',
      },
      header: { typ: 'logout+jwt' },
      reason: 'type_refused',
    },
  },
};
