import { NOW, type Provider } from './provider-fixture.ts';

const issuer = 'https://accounts.google.com';
const web = '1234567890-web.apps.googleusercontent.com';

/**
 * Google issues no access tokens that others can read; its people come by another provider.
 * https://developers.google.com/identity/openid-connect/openid-connect
 */
export const google: Provider = {
  issuers: [
    {
      alias: 'google',
      issuer,
      jwksUri: 'https://www.googleapis.com/oauth2/v3/certs',
      profile: 'plain',
      algorithms: ['RS256'],
      clientIds: [web],
      audiences: ['https://api.example.com'],
      loginClaim: 'auth_time',
    },
  ],
  header: { typ: 'JWT' },
  claims: {
    iss: issuer,
    azp: web,
    aud: web,
    sub: '103547991597142817347',
    email: 'ada@example.com',
    email_verified: true,
    auth_time: NOW - 60,
    iat: NOW - 10,
    exp: NOW + 3600,
  },
  accepted: {},
  refused: {
    'its ID token': { changes: { at_hash: 'h', nonce: 'n' }, reason: 'not_access_token' },
    'the ID token of One Tap': { changes: { nbf: NOW - 300, jti: 'j' }, reason: 'audience_refused' },
    'a token of a service account, signed by itself': {
      changes: { iss: 'job@example.iam.gserviceaccount.com' },
      reason: 'issuer_unknown',
    },
  },
};
