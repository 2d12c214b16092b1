import { NOW, type Provider } from './provider-fixture.ts';

const tenant = '8f7e6d5c-4b3a-4291-8807-16253443526a';
const api = '11111111-aaaa-4bbb-8ccc-222222222222';
const spa = '33333333-dddd-4eee-8fff-444444444444';
const daemon = '55555555-aaaa-4bbb-8ccc-666666666666';
const v1 = {
  iss: `https://sts.windows.net/${tenant}/`,
  aud: `api://${api}`,
  ver: '1.0',
  azp: undefined,
  azpacr: undefined,
  appid: spa,
  appidacr: '0',
};
const appOnly = { scp: undefined, sid: undefined, auth_time: undefined, idtyp: 'app', roles: ['Orders.Write.All'] };

/** https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference, both versions of the tokens. */
export const entra: Provider = {
  issuers: [
    {
      alias: 'entra',
      issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
      jwksUri: `https://login.microsoftonline.com/${tenant}/discovery/v2.0/keys`,
      profile: 'entra',
      algorithms: ['RS256'],
      clientIds: [spa, daemon],
      audiences: [api],
      loginClaim: 'sid',
      roles: [
        { claim: 'roles', value: 'Sessions.Admin', administers: ['entra'] },
        { claim: 'scope', value: 'Sessions.Manage', administers: ['entra'], clientIds: [spa] },
      ],
      services: [daemon],
    },
    {
      alias: 'entra-v1',
      issuer: v1.iss,
      jwksUri: `https://login.microsoftonline.com/${tenant}/discovery/keys`,
      profile: 'entra',
      algorithms: ['RS256'],
      clientIds: [spa, daemon],
      audiences: [v1.aud],
      loginClaim: 'auth_time',
      services: [daemon],
    },
  ],
  header: { typ: 'JWT' },
  claims: {
    aud: api,
    iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
    iat: NOW - 300,
    nbf: NOW - 300,
    exp: NOW + 4200,
    aio: 'AXQAi/8TAAAA',
    auth_time: NOW - 3600,
    azp: spa,
    azpacr: '0',
    name: 'Ada Example',
    oid: '77777777-aaaa-4bbb-8ccc-888888888888',
    preferred_username: 'ada@example.com',
    rh: '0.AXoA',
    scp: 'Orders.Read Sessions.Manage',
    sid: '0023456a-789b-4cde-8f01-234567890abc',
    sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
    tid: tenant,
    uti: 'fqiBqXLPj0eQa82S-IYFAA',
    ver: '2.0',
  },
  accepted: {
    'of version 2': { expected: { clientId: spa, scope: 'Orders.Read Sessions.Manage', authTime: NOW - 3600 } },
    'of version 2, with one scope': { changes: { scp: 'access_as_user' }, expected: { scope: 'access_as_user' } },
    'of a person with app roles': { changes: { roles: ['Sessions.Admin'] } },
    'of a person with groups as GUIDs': { changes: { groups: ['6f1c1b2e-9d1b-4f6e-8a51-000000000001'] } },
    'of a person with too many groups for a token': {
      changes: {
        _claim_names: { groups: 'src1' },
        _claim_sources: { src1: { endpoint: 'https://graph.microsoft.com/v1.0/users/7/getMemberObjects' } },
      },
    },
    'of a guest': { changes: { idp: 'https://sts.windows.net/99999999-0000-4000-8000-000000000000/', acct: 1 } },
    'with the optional claim idtyp': { changes: { idtyp: 'user' } },
    'with authentication contexts, a list of acrs': { changes: { acrs: ['c1', 'c2', 'p1'] } },
    'with xms claims that are objects and numbers': {
      changes: { xms_cc: ['CP1'], xms_ftd: 'x', xms_idrel: '1 2', wids: [] },
    },
    'of version 1': {
      alias: 'entra-v1',
      changes: { ...v1, acr: '1', amr: ['pwd', 'mfa'], unique_name: 'ada@example.com', ipaddr: '192.0.2.1' },
      expected: { clientId: spa, scope: 'Orders.Read Sessions.Manage' },
    },
    'of version 1, after a managed device signed in': {
      alias: 'entra-v1',
      changes: { ...v1, amr: ['rsa', 'ngcmfa'], deviceid: 'd', acr: 1 },
    },
    'of version 1, with both x5t and kid': {
      alias: 'entra-v1',
      changes: v1,
      header: { x5t: 'nOo3ZDrODXEK1jKWhXslHR_KXEg' },
    },
    'of a daemon, version 2': {
      changes: { ...appOnly, azp: daemon, azpacr: '1', sub: '12121212-aaaa-4bbb-8ccc-343434343434' },
      expected: { type: 'service', clientId: daemon, sub: '12121212-aaaa-4bbb-8ccc-343434343434' },
    },
    'of a daemon, version 1': {
      alias: 'entra-v1',
      changes: { ...v1, ...appOnly, appid: daemon, appidacr: '2', idtyp: undefined },
      expected: { type: 'service', clientId: daemon },
    },
  },
  refused: {
    'its ID token': {
      changes: { aud: spa, azp: undefined, scp: undefined, nonce: '678910' },
      reason: 'not_access_token',
    },
    'its ID token, asked for without a nonce': {
      changes: { aud: spa, azp: undefined, scp: undefined },
      reason: 'audience_refused',
    },
    'one for Microsoft Graph': { changes: { aud: '00000003-0000-0000-c000-000000000000' }, reason: 'audience_refused' },
    'one of another tenant': {
      changes: { iss: 'https://login.microsoftonline.com/other/v2.0' },
      reason: 'issuer_unknown',
    },
    'one of another client': { changes: { azp: api }, reason: 'client_refused' },
    'one of a person that a daemon came with': {
      changes: { azp: daemon, auth_time: undefined, sid: undefined },
      reason: 'service_refused',
    },
    'a proof-of-possession token': { changes: { cnf: { kid: 'x' } }, header: { typ: 'pop' }, reason: 'type_refused' },
    'one without the optional claim auth_time': { changes: { auth_time: undefined }, reason: 'auth_time_missing' },
  },
};
