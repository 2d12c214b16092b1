import type { Issuer } from '../issuer.ts';
import { API, NOW, type Provider } from './provider-fixture.ts';

const issuerOf = (alias: string, fields: Partial<Issuer> = {}): Issuer => ({
  alias,
  issuer: `https://${alias}.example.org`,
  jwksUri: `https://${alias}.example.org/keys`,
  profile: 'plain',
  algorithms: ['RS256'],
  clientIds: ['web', 'jobs'],
  audiences: [API],
  loginClaim: 'auth_time',
  services: ['jobs'],
  ...fields,
});

/** What nearly all have in common; `iss` is that of the issuer. */
const base = {
  aud: API,
  sub: 'ada',
  client_id: 'web',
  scope: 'openid orders',
  auth_time: NOW - 60,
  iat: NOW - 10,
  exp: NOW + 3600,
  jti: 'j-1',
};
const at = { typ: 'at+jwt' };
const none = { client_id: undefined };
const machine = { client_id: 'jobs', sub: undefined, auth_time: undefined };

/** Providers that have no page of their own, from their documentation and public reports. */
export const others: Provider = {
  issuers: [
    issuerOf('plain', { roles: [{ claim: 'groups', value: 'staff', administers: ['plain'] }] }),
    issuerOf('hydra', { claims: { scope: 'scp' } }),
    issuerOf('zitadel', { claims: { groups: 'urn:zitadel:iam:org:project:roles' } }),
    issuerOf('authentik', { loginClaim: 'sid', profile: 'plain' }),
    issuerOf('rauthy', { profile: 'keycloak', algorithms: ['EdDSA'], loginClaim: 'sid' }),
    issuerOf('spring', { clientIds: ['web'], services: [], claims: { client: 'client' } }),
    issuerOf('wso2'),
    issuerOf('curity', { profile: 'plain' }),
    issuerOf('b2c', { profile: 'entra', claims: { scope: 'scp' } }),
    issuerOf('adfs', { profile: 'entra', audiences: ['microsoft:identityserver:api'] }),
    issuerOf('node-oidc', { profile: 'rfc9068', algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'] }),
    issuerOf('ping', { algorithms: ['RS256', 'RS512', 'ES384'] }),
    issuerOf('forgerock', { algorithms: ['RS384', 'PS384', 'PS512'], claims: { authTime: 'auth_time', sid: 'sid' } }),
    issuerOf('salesforce', { claims: { scope: 'scp' } }),
    issuerOf('logto', { profile: 'rfc9068', algorithms: ['ES384'] }),
    issuerOf('nameless', { algorithms: ['ES256'] }),
  ],
  header: { typ: 'JWT' },
  claims: base,
  accepted: {
    'plain and short': { alias: 'plain', expected: { clientId: 'web', scope: 'openid orders' } },
    'without typ': { alias: 'plain', header: { typ: undefined } },
    'with the type in capitals': { alias: 'plain', header: { typ: 'AT+JWT' } },
    'with the whole media type': { alias: 'plain', header: { typ: 'application/at+jwt' } },
    'with azp and client_id that agree': { alias: 'plain', changes: { azp: 'web' } },
    'with x5c, x5t, jku and a jwk, which are not looked at': {
      alias: 'plain',
      header: { x5c: ['MIIB'], x5t: 't', jku: 'https://evil.example', jwk: { kty: 'RSA' } },
    },
    'with null for whatever is not there': {
      alias: 'plain',
      changes: { nonce: null, nbf: null, azp: null, cnf: null, groups: null, acr: null, amr: null, at_hash: null },
    },
    'with a scope that is an object': { alias: 'plain', changes: { scope: { openid: true } }, expected: { scope: '' } },
    'with a scope of words beyond ASCII': {
      alias: 'plain',
      changes: { scope: 'openid zoë' },
      expected: { scope: 'openid' },
    },
    'with groups that are objects': {
      alias: 'plain',
      changes: { groups: [{ id: 1, name: 'staff' }] },
      expected: { groups: [] },
    },
    'with groups and others between': {
      alias: 'plain',
      changes: { groups: [7, null, 'staff'] },
      expected: { groups: ['staff'] },
    },
    'with an acr that is a number': { alias: 'plain', changes: { acr: 3 } },
    'with claims named like members of objects': {
      alias: 'plain',
      changes: { constructor: 'x', toString: null, hasOwnProperty: 1 },
    },
    'with a slash, a plus and an equals sign in the user': {
      alias: 'plain',
      changes: { sub: 'wXHHqYbG/zM16+k=' },
      expected: { sub: 'wXHHqYbG/zM16+k=' },
    },
    'with a percent sign in the user': { alias: 'plain', changes: { sub: '50%off' }, expected: { sub: '50%off' } },
    'with a distinguished name for the user': { alias: 'plain', changes: { sub: 'cn=Ada Example,ou=People,o=acme' } },
    'of the largest user there may be': { alias: 'plain', changes: { sub: 'u'.repeat(255) } },
    'of a machine without sub': { alias: 'plain', changes: machine, expected: { type: 'service', sub: 'jobs' } },
    'of a machine, with null for the person': {
      alias: 'plain',
      changes: { ...machine, sub: null, auth_time: null, sid: null },
      expected: { type: 'service', sub: 'jobs' },
    },
    'of Hydra': {
      alias: 'hydra',
      changes: { scp: ['openid', 'orders'], ext: {}, nbf: NOW - 10 },
      expected: { scope: 'openid orders' },
    },
    'of Hydra for a machine': {
      alias: 'hydra',
      changes: { ...machine, sub: 'jobs', scp: ['orders'], aud: [API], ext: null },
      expected: { type: 'service', scope: 'orders' },
    },
    'of Zitadel, whose roles are an object': {
      alias: 'zitadel',
      changes: { aud: ['237645@orders', API], 'urn:zitadel:iam:org:project:roles': { admin: { 237: 'acme' } } },
    },
    'of authentik': {
      alias: 'authentik',
      changes: {
        ...none,
        azp: 'web',
        sid: 's',
        uid: 'x',
        groups: ['a'],
        acr: 'goauthentik.io/providers/oauth2/default',
      },
    },
    'of Rauthy': {
      alias: 'rauthy',
      alg: 'EdDSA',
      changes: { ...none, azp: 'web', typ: 'Bearer', sid: 's', roles: ['rauthy_admin'], groups: [] },
    },
    'of Rauthy for a machine, without sub': {
      alias: 'rauthy',
      alg: 'EdDSA',
      changes: { ...machine, client_id: undefined, azp: 'jobs', typ: 'Bearer' },
      expected: { type: 'service', sub: 'jobs' },
    },
    'of Spring Authorization Server, with a customizer': {
      alias: 'spring',
      changes: { ...none, client: 'web', scope: ['openid', 'orders'], nbf: NOW - 10, aud: [API] },
      expected: { clientId: 'web', scope: 'openid orders' },
    },
    'of WSO2': {
      alias: 'wso2',
      changes: { azp: 'web', aut: 'APPLICATION_USER', nbf: NOW - 10, org_handle: 'acme', aud: ['web', API] },
    },
    'of Curity': { alias: 'curity', changes: { purpose: 'access_token', delegationId: 'd', nbf: NOW - 10 } },
    'of Azure AD B2C': {
      alias: 'b2c',
      changes: { ...none, azp: 'web', scp: 'orders', tfp: 'B2C_1_sign_in', ver: '1.0', idp: 'local' },
      expected: { scope: 'orders' },
    },
    'of AD FS, whose time of a sign-in is text': {
      alias: 'adfs',
      changes: {
        ...none,
        aud: 'microsoft:identityserver:api',
        appid: 'web',
        apptype: 'Public',
        authmethod: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
        auth_time: new Date((NOW - 60) * 1000 + 482).toISOString(),
        scp: 'openid',
        ver: '1.0',
      },
      expected: { authTime: NOW - 60, scope: 'openid' },
    },
    'of oidc-provider': { alias: 'node-oidc', header: at },
    'of oidc-provider, with PS256': { alias: 'node-oidc', alg: 'PS256', header: at },
    'of oidc-provider, with ES256': { alias: 'node-oidc', alg: 'ES256', header: at },
    'of oidc-provider, with EdDSA': { alias: 'node-oidc', alg: 'EdDSA', header: at },
    'of oidc-provider, with Ed25519': { alias: 'node-oidc', alg: 'Ed25519', header: at },
    'of oidc-provider, with a nonce': { alias: 'node-oidc', header: at, changes: { nonce: 'n' } },
    'of PingFederate, with RS512': {
      alias: 'ping',
      alg: 'RS512',
      changes: { scope: ['openid', 'orders'], 'pi.sri': 's' },
    },
    'of PingFederate, with ES384': { alias: 'ping', alg: 'ES384' },
    'of PingOne, with a list of one audience': {
      alias: 'ping',
      changes: { aud: [API], env: 'e', org: 'o', 'p1.rid': 'r' },
    },
    'of ForgeRock, with PS512': {
      alias: 'forgerock',
      alg: 'PS512',
      changes: { tokenName: 'access_token', realm: '/alpha', cts: 'x', subname: 'ada', nbf: NOW - 10 },
    },
    'of ForgeRock, with RS384': {
      alias: 'forgerock',
      alg: 'RS384',
      changes: { authGrantId: 'a', auditTrackingId: 'b' },
    },
    'of ForgeRock, with PS384': { alias: 'forgerock', alg: 'PS384' },
    'of Salesforce': {
      alias: 'salesforce',
      changes: {
        sub: 'uid:00D5g000000EXAMPLE',
        scp: 'api web',
        aud: ['https://acme.my.example', API],
        mty: 'oauth',
        nbf: NOW - 10,
      },
      expected: { scope: 'api web' },
    },
    'of Logto, with ES384': { alias: 'logto', alg: 'ES384', header: at },
    'without a kid, by a provider with one key': { alias: 'nameless', alg: 'ES256', header: { kid: undefined } },
    'with a kid that is null': { alias: 'nameless', alg: 'ES256', header: { kid: null } },
  },
  refused: {
    'an ID token with the API beside the client in its audience': {
      alias: 'plain',
      changes: { ...none, aud: ['web', API], nonce: 'n' },
      reason: 'not_access_token',
    },
    'an ID token for the client': {
      alias: 'plain',
      changes: { ...none, azp: 'web', aud: 'web' },
      reason: 'audience_refused',
    },
    'one whose two names of the client differ': { alias: 'plain', changes: { azp: 'jobs' }, reason: 'client_refused' },
    'a logout token': { alias: 'plain', changes: { events: {}, sid: 's' }, reason: 'not_access_token' },
    'a security event token': { alias: 'plain', header: { typ: 'secevent+jwt' }, reason: 'type_refused' },
    'a DPoP proof': { alias: 'plain', header: { typ: 'dpop+jwt' }, reason: 'type_refused' },
    'a token by token exchange for somebody else’s API': {
      alias: 'plain',
      changes: { aud: 'urn:b' },
      reason: 'audience_refused',
    },
    'an ID token where access tokens have a type': {
      alias: 'node-oidc',
      changes: { nonce: 'n' },
      reason: 'type_refused',
    },
    'a refresh token of Rauthy': {
      alias: 'rauthy',
      alg: 'EdDSA',
      changes: { ...none, azp: 'web', typ: 'Refresh', sid: 's' },
      reason: 'not_access_token',
    },
    'one signed with an algorithm that is not configured': {
      alias: 'plain',
      alg: 'ES256',
      reason: 'algorithm_refused',
    },
    'one with a sign-in in words': { alias: 'plain', changes: { auth_time: 'yesterday' }, reason: 'claim_malformed' },
    'one of a user beyond ASCII': { alias: 'plain', changes: { sub: 'zoë' }, reason: 'claim_malformed' },
  },
};
