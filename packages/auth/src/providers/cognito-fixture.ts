import { NOW, type Provider } from './provider-fixture.ts';

const issuer = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI';
const person = '7a1c8c1e-0f5e-4a57-9a56-1f0a4a3c2b11';
const client = '1h57kf5cpq17m0eml12EXAMPLE';
const job = '2nightlyjob0eml12EXAMPLE00';
const service = { sub: job, client_id: job, origin_jti: undefined, event_id: undefined, username: undefined };

/** https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html */
export const cognito: Provider = {
  issuers: [
    {
      alias: 'cognito',
      issuer,
      jwksUri: `${issuer}/.well-known/jwks.json`,
      profile: 'cognito',
      algorithms: ['RS256'],
      clientIds: [client, job],
      audiences: [],
      loginClaim: 'origin_jti',
      roles: [{ claim: 'groups', value: 'support', administers: ['cognito'] }],
      services: [job],
    },
  ],
  header: { typ: undefined },
  claims: {
    sub: person,
    iss: issuer,
    version: 2,
    client_id: client,
    origin_jti: 'c5b1d1b4-6f0b-4b9b-8b0e-0e6f0a1b2c3d',
    event_id: '8c1d2e3f-0a1b-4c2d-9e3f-4a5b6c7d8e9f',
    token_use: 'access',
    scope: 'openid profile email',
    auth_time: NOW - 60,
    exp: NOW + 3600,
    iat: NOW - 30,
    jti: '0d1e2f3a-4b5c-4d6e-8f7a-9b0c1d2e3f4a',
    username: 'ada',
  },
  accepted: {
    'by its hosted sign-in': { expected: { clientId: client, scope: 'openid profile email', authTime: NOW - 60 } },
    'by the user pools API, with the one scope of its own': {
      changes: { scope: 'aws.cognito.signin.user.admin', device_key: 'eu-central-1_0f1e' },
      expected: { scope: 'aws.cognito.signin.user.admin' },
    },
    'of a federated person, whom Cognito puts into a group of the provider': {
      changes: { username: 'google_103547991597142817347', 'cognito:groups': ['eu-central-1_AbCdEfGhI_Google'] },
      expected: { groups: [] },
    },
    'of an administrator': {
      changes: { 'cognito:groups': ['support', 'staff'] },
      expected: { groups: ['support'] },
    },
    'of a person in a hundred groups': {
      changes: { 'cognito:groups': [...Array.from({ length: 99 }, (_, n) => `group-${n}`), 'support'] },
      expected: { groups: ['support'] },
    },
    'with scopes and groups of a trigger before the token is made': {
      changes: { scope: 'openid orders/read', tenant: 'acme', roles: ['a'], 'cognito:groups': ['support'] },
      expected: { scope: 'openid orders/read', groups: ['support'] },
    },
    'with structured claims of such a trigger': { changes: { permissions: { orders: ['read'] }, acr: { level: 2 } } },
    'with a nonce that such a trigger copied': { changes: { nonce: 'n-0S6_WzA2Mj' } },
    'of a client’s own (client credentials)': {
      changes: { ...service, scope: 'orders/write' },
      expected: { type: 'service', sub: job, scope: 'orders/write' },
    },
  },
  refused: {
    'its ID token': {
      changes: { token_use: 'id', aud: client, client_id: undefined, at_hash: 'h', 'cognito:username': 'ada' },
      reason: 'not_access_token',
    },
    'an ID token that somebody gave a client id': { changes: { token_use: 'id' }, reason: 'not_access_token' },
    'that of another app client': { changes: { client_id: 'other' }, reason: 'client_refused' },
    'that of another pool': { changes: { iss: `${issuer}x` }, reason: 'issuer_unknown' },
    'one without revocation, which has no origin_jti': {
      changes: { origin_jti: undefined },
      reason: 'login_claim_missing',
    },
  },
};
