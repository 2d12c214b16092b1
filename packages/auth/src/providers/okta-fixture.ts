import { API, NOW, type Provider } from './provider-fixture.ts';

const issuer = 'https://example.okta.com/oauth2/default';
const web = '0oa1web2EXAMPLE3d697';
const job = '0oa9job8EXAMPLE7d697';

/** https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/ */
export const okta: Provider = {
  issuers: [
    {
      alias: 'okta',
      issuer,
      jwksUri: `${issuer}/v1/keys`,
      profile: 'okta',
      algorithms: ['RS256'],
      clientIds: [web, job],
      audiences: ['api://default'],
      loginClaim: 'auth_time',
      roles: [
        { claim: 'groups', value: 'Support', administers: ['okta'] },
        { claim: 'scope', value: 'sessions.admin', administers: ['okta'], clientIds: [web] },
      ],
      services: [job],
    },
    {
      alias: 'staff',
      issuer: 'https://example.okta.com/oauth2/aus5staffEXAMPLE0',
      jwksUri: 'https://example.okta.com/oauth2/aus5staffEXAMPLE0/v1/keys',
      profile: 'okta',
      algorithms: ['RS256'],
      clientIds: [web],
      audiences: [API],
      loginClaim: 'sid',
      claims: { sid: 'session_id' },
    },
  ],
  header: { typ: undefined },
  claims: {
    ver: 1,
    jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
    iss: issuer,
    aud: 'api://default',
    iat: NOW - 10,
    exp: NOW + 3600,
    cid: web,
    uid: '00u1abcdEXAMPLE5d697',
    scp: ['openid', 'profile', 'orders.read'],
    auth_time: NOW - 60,
    sub: 'ada@example.com',
  },
  accepted: {
    'of a person': {
      expected: { clientId: web, sub: 'ada@example.com', scope: 'openid profile orders.read', authTime: NOW - 60 },
    },
    'with a groups claim': { changes: { groups: ['Everyone', 'Support'] }, expected: { groups: ['Support'] } },
    'with a groups claim that found one': { changes: { groups: 'Support' }, expected: { groups: ['Support'] } },
    'with the scope of an administrator': {
      changes: { scp: ['openid', 'sessions.admin'] },
      expected: { scope: 'openid sessions.admin' },
    },
    'without scopes': { changes: { scp: undefined }, expected: { scope: '' } },
    'with scopes as text, as an old proxy writes them': {
      changes: { scp: 'openid profile' },
      expected: { scope: 'openid profile' },
    },
    'with claims of its own': { changes: { tenant: 'acme', permissions: [], manager: null, age: 7 } },
    'with acr and amr, by a policy': { changes: { acr: 'urn:okta:loa:2fa:any', amr: ['mfa', 'otp', 'pwd'] } },
    'with an audience list': { changes: { aud: ['api://default', 'https://other.example'] } },
    'with an id for sub': { changes: { sub: '00u1abcdEXAMPLE5d697' }, expected: { sub: '00u1abcdEXAMPLE5d697' } },
    'with the session by a claim of its own': {
      alias: 'staff',
      changes: { aud: API, session_id: '102PQZ7xWWzTLiF3vEXAMPLE' },
      expected: { type: 'login' },
    },
    'of a service app': {
      changes: { cid: job, sub: job, uid: undefined, auth_time: undefined, scp: ['orders.write'] },
      expected: { type: 'service', sub: job, scope: 'orders.write' },
    },
  },
  refused: {
    'its ID token': {
      changes: {
        cid: undefined,
        uid: undefined,
        scp: undefined,
        aud: web,
        jti: 'ID.x',
        nonce: 'n',
        at_hash: 'h',
        amr: ['pwd'],
      },
      reason: 'not_access_token',
    },
    'its ID token, asked for without a nonce': {
      changes: { cid: undefined, uid: undefined, scp: undefined, aud: web, jti: 'ID.x' },
      reason: 'audience_refused',
    },
    'one of the org authorization server': {
      changes: { iss: 'https://example.okta.com', aud: 'https://example.okta.com' },
      reason: 'issuer_unknown',
    },
    'one of its own type': { header: { typ: 'application/okta-internal-at+jwt' }, reason: 'type_refused' },
    'one of another client': { changes: { cid: '0oaOther' }, reason: 'client_refused' },
    'one of a person that a service came with': {
      changes: { cid: job, auth_time: undefined },
      reason: 'service_refused',
    },
  },
};
