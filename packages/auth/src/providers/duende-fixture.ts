import { NOW, type Provider } from './provider-fixture.ts';

const issuer = 'https://id.example.com';
const old = 'https://old-id.example.com';
const machine = {
  sub: undefined,
  auth_time: undefined,
  idp: undefined,
  amr: undefined,
  sid: undefined,
  client_id: 'jobs',
};
const identityServer3 = { iss: old, aud: `${old}/resources`, iat: undefined, jti: undefined };

/** https://docs.duendesoftware.com/identityserver/tokens/, and what came before: IdentityServer3 and 4. */
export const duende: Provider = {
  issuers: [
    {
      alias: 'duende',
      issuer,
      jwksUri: `${issuer}/.well-known/openid-configuration/jwks`,
      profile: 'rfc9068',
      algorithms: ['RS256', 'ES256'],
      clientIds: ['web', 'jobs'],
      audiences: ['urn:orders'],
      loginClaim: 'sid',
      roles: [{ claim: 'role', value: 'admin', administers: ['duende'] }],
      services: ['jobs'],
    },
    {
      alias: 'old',
      issuer: old,
      jwksUri: `${old}/.well-known/openid-configuration/jwks`,
      profile: 'plain',
      algorithms: ['RS256'],
      clientIds: ['web', 'jobs'],
      audiences: [`${old}/resources`],
      loginClaim: 'auth_time',
      services: ['jobs'],
    },
  ],
  header: { typ: 'at+jwt' },
  claims: {
    iss: issuer,
    nbf: NOW - 10,
    iat: NOW - 10,
    exp: NOW + 3600,
    aud: 'urn:orders',
    scope: ['openid', 'api1'],
    amr: ['pwd'],
    client_id: 'web',
    sub: '1',
    auth_time: NOW - 60,
    idp: 'local',
    sid: '0D1B2C3A4F5E6D7C8B9A',
    jti: 'F3E2D1C0B9A8',
  },
  accepted: {
    'with the scopes as a list, which is the default': { expected: { clientId: 'web', scope: 'openid api1' } },
    'with the scopes as text (EmitScopesAsSpaceDelimitedStringInJwt)': {
      changes: { scope: 'openid api1' },
      expected: { scope: 'openid api1' },
    },
    'with a single scope, which is no list then': { changes: { scope: 'api1' }, expected: { scope: 'api1' } },
    'with several audiences': { changes: { aud: ['urn:orders', 'urn:invoices'] } },
    'with the static audience': { changes: { aud: [`${issuer}/resources`, 'urn:orders'] } },
    'by an external provider': { changes: { idp: 'Google', amr: ['external'], sub: 'google/1010435' } },
    'with one method as text': { changes: { amr: 'pwd' } },
    'of a person with roles': { changes: { role: ['admin', 'user'] } },
    'of a person with one role, which is no list then': { changes: { role: 'admin' } },
    'signed with ES256': { alg: 'ES256' },
    'of a machine, without sub': { changes: machine, expected: { type: 'service', sub: 'jobs', scope: 'openid api1' } },
    'of a machine with claims of its client': {
      changes: { ...machine, client_tenant: 'acme' },
      expected: { type: 'service' },
    },
    'of IdentityServer4, without iat': {
      alias: 'old',
      changes: { ...identityServer3, jti: 'j' },
      header: { typ: 'JWT' },
    },
    'of IdentityServer3, with x5t': {
      alias: 'old',
      changes: identityServer3,
      header: { typ: 'JWT', x5t: 'a3rMUgMFv9tPclLa6yF3zAkfquE' },
    },
    'of a machine by IdentityServer3': {
      alias: 'old',
      changes: { ...machine, ...identityServer3 },
      header: { typ: 'JWT' },
      expected: { type: 'service', sub: 'jobs' },
    },
  },
  refused: {
    'its ID token': {
      changes: { aud: 'web', client_id: undefined, nonce: 'n', at_hash: 'h' },
      header: { typ: 'JWT' },
      reason: 'type_refused',
    },
    'the ID token of its predecessor': {
      alias: 'old',
      changes: { aud: 'web', client_id: undefined, nonce: 'n', at_hash: 'h' },
      header: { typ: 'JWT' },
      reason: 'not_access_token',
    },
    'its logout token': { changes: { events: {} }, header: { typ: 'logout+jwt' }, reason: 'type_refused' },
    'one of a person that a machine came with': { changes: { client_id: 'jobs' }, reason: 'service_refused' },
    'one of a person by password, without sid': { changes: { sid: undefined }, reason: 'login_claim_missing' },
    'one of a person without sub': { changes: { sub: undefined }, reason: 'claim_malformed' },
  },
};
