import { isExactOrigin, isSecureUrl } from '@cloakroom/core';
import * as v from 'valibot';
import { claimName } from './claim-path.ts';
import { SCOPE_WORD } from './roles.ts';

const url = v.pipe(v.string(), v.check(isSecureUrl, 'must be an https URL, or http on this machine'));
const origin = v.pipe(
  v.string(),
  v.check(
    (text) => isExactOrigin(text) && isSecureUrl(text),
    'must be an origin: https, or http on this machine, and no path',
  ),
);
const word = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
const parameterName = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_.-]{0,63}$/i, 'must be the name of a parameter'));

const DAY_SECONDS = 86_400;
const YEAR_SECONDS = 365 * DAY_SECONDS;

/** What the client sends itself (OpenID Connect Core §3.1.2.1): a frontend, or a fixed value, must not change it. */
const OWN_PARAMETERS: readonly string[] = [
  'client_id',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'redirect_uri',
  'request',
  'request_uri',
  'response_mode',
  'response_type',
  'scope',
  'state',
];
/** What `GET /auth/login` asks of us, and not of the provider. */
const ROUTE_PARAMETERS: readonly string[] = ['frontend', 'issuer', 'returnTo', 'silent', 'stepUp', 'via'];

const foreignParameter = v.pipe(
  parameterName,
  v.check((name) => !OWN_PARAMETERS.includes(name), 'is a parameter that is never passed on'),
);
const passedParameter = v.pipe(
  foreignParameter,
  v.check((name) => !ROUTE_PARAMETERS.includes(name), 'is a parameter of /auth/login itself'),
);

/** How the client proves to the provider who it is (OpenID Connect Core §9). */
const clientAuthSchema = v.variant('method', [
  v.strictObject({ method: v.picklist(['none', 'client_secret_basic', 'client_secret_post']) }),
  v.strictObject({
    method: v.literal('private_key_jwt'),
    /** Whom the assertion names in `aud`: Okta wants its token endpoint. */
    audience: v.exactOptional(v.picklist(['issuer', 'token_endpoint'])),
    algorithm: v.exactOptional(v.picklist(['RS256', 'PS256', 'ES256'])),
    /** `kid` of the key, where the provider knows several. */
    keyId: v.exactOptional(word),
    /** Thumbprint of the certificate, base64url (RFC 7515 §4.1.7): Entra wants it. */
    x5t: v.exactOptional(word),
  }),
]);

/** How people sign in with a browser at an issuer. What is left out is as its profile has it; see `browserClientOf`. */
export const browserSchema = v.strictObject({
  /** One of the issuer's `clientIds`. */
  clientId: word,
  /** Host of a Cognito user pool's managed login. */
  domain: v.exactOptional(v.pipe(v.string(), v.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a host name'))),
  /** Where nothing is said, they are discovered (OpenID Connect Discovery §4) when they are first needed. */
  endpoints: v.exactOptional(
    v.strictObject({
      authorization: url,
      token: url,
      endSession: v.exactOptional(url),
      revocation: v.exactOptional(url),
    }),
  ),
  clientAuth: v.exactOptional(clientAuthSchema),
  /** Name of the secret in Secrets Manager: the client secret, or the private key as PKCS#8 PEM. */
  clientSecretName: v.exactOptional(word),
  /** Where people come from and go back to. The first is the default. */
  frontends: v.pipe(v.array(v.strictObject({ name: v.exactOptional(word), url: origin })), v.minLength(1)),
  /** Claims of the ID token that a page may see. None, when absent. */
  claims: v.exactOptional(v.pipe(v.array(claimName), v.maxLength(20))),
  scope: v.exactOptional(
    v.pipe(
      v.string(),
      v.check((text) => text.split(' ').every((one) => SCOPE_WORD.test(one)), 'must be words between single spaces'),
      v.check((text) => text.split(' ').includes('openid'), 'must have openid in it'),
    ),
  ),
  /** Parameters of the authorization request that a frontend may set, and to which values. */
  parameters: v.exactOptional(v.record(passedParameter, v.union([v.literal('any'), v.array(word)]))),
  /** Parameters of each authorization request. */
  fixedParameters: v.exactOptional(v.record(foreignParameter, word)),
  /** How the provider is made to ask again: by ending its session, by `prompt=login`, or not at all. */
  reauthentication: v.exactOptional(v.picklist(['logout', 'prompt', 'none'])),
  /** How the provider is told which of its sessions to end. */
  logoutHint: v.exactOptional(v.picklist(['none', 'sid', 'id_token', 'refresh_token'])),
  /**
   * What becomes of a refresh token that was used (RFC 9700 §4.14.2): it stays good, or for a moment, or its second use ends
   * whatever came of it.
   */
  refreshRotation: v.exactOptional(v.picklist(['none', 'grace', 'strict'])),
  /** How long a refresh token lives unused, where the provider's answers do not say so in `refresh_expires_in`. */
  refreshIdleSeconds: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(60), v.maxValue(YEAR_SECONDS))),
  /** How long tickets go on past their recheck while the provider cannot be asked. */
  recheckGraceSeconds: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(DAY_SECONDS))),
});

export type Browser = v.InferOutput<typeof browserSchema>;
export type ClientAuth = v.InferOutput<typeof clientAuthSchema>;

/** An issuer, as far as its browser's side must agree with it. */
interface BrowserSource {
  readonly alias: string;
  readonly issuer: string;
  readonly profile: string;
  readonly clientIds: readonly string[];
  readonly browser?: Browser;
}

/** Of refresh tokens; and the profiles whose providers give one for this scope alone. */
const RENEWAL_FIELDS = ['refreshRotation', 'refreshIdleSeconds'] as const;
const NEED_OFFLINE_ACCESS: readonly string[] = ['okta', 'entra'];

/** What contradicts in the browser's side of an issuer; each names both values. Empty when nothing does. */
export function browserProblems(issuer: BrowserSource, serviceIds: readonly string[]): readonly string[] {
  const { browser, alias } = issuer;
  if (browser === undefined) return [];
  const { clientId, domain, endpoints, clientAuth, clientSecretName, frontends, reauthentication, logoutHint } =
    browser;
  const method = clientAuth?.method;
  const named = frontends.flatMap(({ name, url: address }) => [address, ...(name === undefined ? [] : [name])]);
  const isGoogle = issuer.issuer === 'https://accounts.google.com';
  const renewal = RENEWAL_FIELDS.filter((field) => browser[field] !== undefined);
  const isWithoutRefreshTokens =
    NEED_OFFLINE_ACCESS.includes(issuer.profile) && browser.scope?.split(' ').includes('offline_access') === false;
  const rules: readonly (readonly [boolean, string])[] = [
    [issuer.clientIds.includes(clientId), `clientId ${clientId} is none of clientIds ${issuer.clientIds.join(', ')}`],
    [
      !serviceIds.includes(clientId),
      `clientId ${clientId} is one of services ${serviceIds.join(', ')}: nobody signs in there`,
    ],
    [
      domain === undefined || issuer.profile === 'cognito',
      `domain ${domain} is for profile cognito, not ${issuer.profile}`,
    ],
    [domain === undefined || endpoints === undefined, `domain ${domain} and endpoints say the same twice: keep one`],
    [
      method === undefined || (method === 'none') === (clientSecretName === undefined),
      `clientAuth ${method} ${clientSecretName === undefined ? 'needs clientSecretName' : `has no use for clientSecretName ${clientSecretName}`}`,
    ],
    [new Set(named).size === named.length, `frontends ${named.join(', ')} have a name or address twice`],
    [
      !isGoogle || reauthentication === 'none',
      `issuer ${issuer.issuer} cannot be signed out of: reauthentication must be none, not ${reauthentication ?? 'left out'}`,
    ],
    [
      !(reauthentication === 'logout' && endpoints !== undefined && endpoints.endSession === undefined),
      'reauthentication logout needs endpoints.endSession, and endpoints have none',
    ],
    [
      logoutHint !== 'refresh_token' || issuer.profile === 'keycloak',
      `logoutHint refresh_token is for profile keycloak, not ${issuer.profile}`,
    ],
    [
      renewal.length === 0 || !isWithoutRefreshTokens,
      `${renewal.join(', ')} needs offline_access in scope, and scope is ${browser.scope}`,
    ],
  ];
  return rules
    .filter(([holds]) => !holds)
    .map(([, problem]) => `has a contradiction in browser of ${alias}: ${problem}`);
}
