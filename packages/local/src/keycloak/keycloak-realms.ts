/** A person whom a realm is made with. Their password is their name. */
interface Person {
  readonly username: string;
  /** The `sub` of their tokens: the same after every start, so that what was stored for them stays theirs. */
  readonly id: string;
  readonly realmRoles?: readonly string[];
}

export interface KeycloakRealm {
  readonly realm: string;
  readonly people: readonly Person[];
}

/** The people of the product itself, one of them an administrator. */
export const MAIN_REALM: KeycloakRealm = {
  realm: 'cloakroom',
  people: [
    { username: 'alice', id: 'a11ce000-0000-4000-8000-000000000001' },
    { username: 'bob', id: 'b0b00000-0000-4000-8000-000000000001' },
    { username: 'admin', id: 'ad310000-0000-4000-8000-000000000001', realmRoles: ['cloakroom-admin'] },
  ],
};

/** A second issuer. Its alice is somebody else. */
export const PARTNERS_REALM: KeycloakRealm = {
  realm: 'partners',
  people: [
    { username: 'alice', id: 'a11ce000-0000-4000-8000-000000000002' },
    { username: 'carol', id: 'ca201000-0000-4000-8000-000000000002' },
  ],
};

/** The clients of each realm. */
export const KEYCLOAK_CLIENTS = {
  /** Public, with PKCE: a page or an app. */
  web: { id: 'cloakroom-web' },
  /** Confidential: a server. Its access tokens are signed with ES256. */
  server: { id: 'cloakroom-server', secret: 'local-only' },
  /** Confidential: the token handler, in front of browsers. */
  browser: { id: 'cloakroom-browser', secret: 'local-only' },
  /** A program that calls with a token of its own. */
  service: { id: 'cloakroom-service', secret: 'local-only' },
} as const;

/** Nothing of ours listens there; any port and path of this machine will do (RFC 8252 §7.3). */
const REDIRECT_URIS = ['http://127.0.0.1/*', 'http://localhost/*'];

/** Where the token handler of a local stack is, for the alias of each realm. */
const CALLBACKS = ['http://127.0.0.1/auth/callback/keycloak', 'http://127.0.0.1/auth/callback/partners'];
const LEFT = 'http://127.0.0.1/auth/left';

/**
 * Keycloak's own choice, and the one for ES256: it would make that one only when the first token is signed with it, and whoever
 * has just read the key set would not know it yet.
 */
const KEYS = [
  { name: 'rsa', providerId: 'rsa-generated', config: { priority: ['100'], algorithm: ['RS256'] } },
  {
    name: 'rsa for encryption',
    providerId: 'rsa-enc-generated',
    config: { priority: ['100'], algorithm: ['RSA-OAEP'] },
  },
  { name: 'ec', providerId: 'ecdsa-generated', config: { priority: ['100'], ecdsaEllipticCurveKey: ['P-256'] } },
  { name: 'hmac', providerId: 'hmac-generated', config: { priority: ['100'], algorithm: ['HS512'] } },
  { name: 'aes', providerId: 'aes-generated', config: { priority: ['100'] } },
];

/**
 * A realm with its people and clients, as Keycloak's admin API takes it. Keycloak tells the API when sessions of theirs are over.
 *
 * @param api its origin
 * @see https://www.keycloak.org/docs-api/latest/rest-api/index.html#RealmRepresentation
 */
export function realmRepresentation({ realm, people }: KeycloakRealm, api: string): object {
  const { web, server, browser, service } = KEYCLOAK_CLIENTS;
  const told = {
    'backchannel.logout.url': `${api}/auth/backchannel-logout`,
    'backchannel.logout.session.required': 'true',
  };
  return {
    realm,
    enabled: true,
    sslRequired: 'none',
    components: { 'org.keycloak.keys.KeyProvider': KEYS },
    roles: { realm: [{ name: 'cloakroom-admin', description: 'Administers the sessions of the realm' }] },
    users: people.map(({ username, id, realmRoles = [] }) => ({
      id,
      username,
      enabled: true,
      email: `${username}@${realm}.example`,
      emailVerified: true,
      firstName: username,
      lastName: realm,
      credentials: [{ type: 'password', value: username, temporary: false }],
      realmRoles: [`default-roles-${realm}`, ...realmRoles],
    })),
    clients: [
      client(web, { publicClient: true, attributes: { 'pkce.code.challenge.method': 'S256', ...told } }),
      client(server, { attributes: { 'access.token.signed.response.alg': 'ES256', ...told } }),
      client(browser, {
        redirectUris: CALLBACKS,
        attributes: { 'pkce.code.challenge.method': 'S256', 'post.logout.redirect.uris': LEFT, ...told },
      }),
      client(service, { standardFlowEnabled: false, serviceAccountsEnabled: true }),
    ],
  };
}

interface ClientFields {
  readonly publicClient?: boolean;
  readonly redirectUris?: readonly string[];
  readonly standardFlowEnabled?: boolean;
  readonly serviceAccountsEnabled?: boolean;
  readonly attributes?: Readonly<Record<string, string>>;
}

function client({ id, secret }: { readonly id: string; readonly secret?: string }, fields: ClientFields): object {
  const { attributes, ...rest } = fields;
  return {
    clientId: id,
    ...(secret === undefined ? {} : { secret }),
    publicClient: false,
    // Else Keycloak would leave it to the browser to tell the API, in a frame that its cookie does not reach.
    frontchannelLogout: false,
    redirectUris: REDIRECT_URIS,
    ...rest,
    attributes: { 'post.logout.redirect.uris': '+', ...attributes },
    protocolMappers: [
      {
        // Keycloak's access tokens are for `account`; this makes them ours too.
        name: 'audience',
        protocol: 'openid-connect',
        protocolMapper: 'oidc-audience-mapper',
        config: { 'included.custom.audience': 'cloakroom-api', 'access.token.claim': 'true' },
      },
    ],
  };
}
