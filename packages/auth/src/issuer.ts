import { ISSUER_ALIAS, isSecureUrl } from '@cloakroom/core';
import * as v from 'valibot';
import { ALGORITHMS } from './algorithms.ts';
import { browserProblems, browserSchema } from './browser.ts';
import { claimName } from './claim-path.ts';
import { roleSchema } from './roles.ts';
import { serviceIdOf, serviceSchema } from './services.ts';

/** How the aliases begin of people whom a web app knows by itself. No provider stands behind them, and none may be taken for them. */
const OF_WEB_APPS = 'app-';

const url = v.pipe(v.string(), v.check(isSecureUrl, 'must be an https URL, or http on this machine'));
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(255));

/** Claims of the token and not of the sign-in: each refreshed token has others, and would be another sign-in, and a fresh one. */
const OF_THE_TOKEN = ['iat', 'nbf', 'exp', 'jti'];
const claimOfSignIn = v.pipe(
  claimName,
  v.check((claim) => !OF_THE_TOKEN.includes(claim), 'must be a claim of the sign-in: it changes with each token'),
);

/** Names of claims, or paths to them, where this issuer has others than its profile says. */
const claimsSchema = v.strictObject({
  /** Names the client that the token was issued to. */
  client: v.exactOptional(claimName),
  scope: v.exactOptional(claimName),
  groups: v.exactOptional(claimName),
  /** When the person signed in, in epoch seconds; `auth_time` where nothing else is said. */
  authTime: v.exactOptional(claimOfSignIn),
  /** The session at the provider, for a `loginClaim` of `sid`. */
  sid: v.exactOptional(claimOfSignIn),
});

/** One issuer by itself; `parseIssuers` also looks at what is between its fields, and between issuers. */
const issuerSchema = v.strictObject({
  /** Our short name for it, part of every key: never change it. */
  alias: v.pipe(v.string(), v.regex(ISSUER_ALIAS, `must match ${ISSUER_ALIAS.source}`)),
  /** Exactly the `iss` of its tokens. */
  issuer: url,
  /** Where its key set is. Configured, never taken from a token. */
  jwksUri: url,
  /** Which claims make a token an access token of this issuer. */
  profile: v.picklist(['cognito', 'rfc9068', 'keycloak', 'okta', 'entra', 'plain']),
  algorithms: v.pipe(v.array(v.picklist(ALGORITHMS)), v.minLength(1)),
  /** Clients whose tokens are accepted. */
  clientIds: v.pipe(v.array(id), v.minLength(1)),
  /** API identifiers accepted in `aud`. */
  audiences: v.array(id),
  /** The one claim that stays the same as long as a sign-in lasts. */
  loginClaim: v.picklist(['origin_jti', 'sid', 'auth_time', 'none']),
  claims: v.exactOptional(claimsSchema),
  /** Who administers the users of which issuers. Nobody, when absent. */
  roles: v.exactOptional(v.array(roleSchema)),
  /** Those of `clientIds` that are programs of ours: their tokens stand for no person and need no session. */
  services: v.exactOptional(v.array(serviceSchema)),
  /** Whether it tells us by logout tokens when a session there is over (OpenID Connect Back-Channel Logout). */
  backchannelLogout: v.exactOptional(v.boolean()),
  /** How people sign in with a browser. Not at all, when absent. */
  browser: v.exactOptional(browserSchema),
});

/** One OpenID Connect provider, as configured in the file that `ISSUERS_FILE` names. */
export type Issuer = v.InferOutput<typeof issuerSchema>;

const issuersSchema = v.pipe(
  v.array(issuerSchema),
  v.minLength(1, 'needs at least one issuer'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (dataset.typed) for (const message of issuerProblems(dataset.value)) addIssue({ message });
  }),
);

/** @throws Error that names every problem with its path */
export function parseIssuers(value: unknown): readonly Issuer[] {
  const result = v.safeParse(issuersSchema, value);
  if (result.success) return result.output;
  throw new Error(result.issues.map((issue) => `${v.getDotPath(issue) ?? 'value'}: ${issue.message}`).join('; '));
}

/** What is wrong with issuers that are well formed each: between their fields, or with one another. Empty when nothing is. */
function issuerProblems(issuers: readonly Issuer[]): readonly string[] {
  const aliases = issuers.map(({ alias }) => alias);
  const all = (holds: (issuer: Issuer) => boolean) => issuers.every(holds);
  const rules: readonly (readonly [boolean, string])[] = [
    [isDistinct(aliases), 'has an alias twice'],
    [
      !aliases.some(isOfWebApp),
      `has an alias that begins with ${OF_WEB_APPS}: such are of web apps with users of their own`,
    ],
    [isDistinct(issuers.map(({ issuer }) => issuer)), 'has an issuer twice'],
    [all(hasItsAudiences), 'needs audiences for every profile but cognito'],
    [all(tellsAudiencesFromClients), 'has an audience that is a client id: an ID token would pass for an access token'],
    [
      all(({ clientIds, services = [] }) => isWithin(services.map(serviceIdOf), clientIds)),
      'has a service that is none of its clientIds',
    ],
    [all(({ services = [] }) => isDistinct(services.map(serviceIdOf))), 'has a service twice'],
    [all(hasKnownClientsInRoles), 'has a role for a client that is none of its clientIds'],
    [all(keepsServicesFromRoles), 'has a role for a service: services administer nothing'],
    [
      all(({ roles = [] }) => roles.every(({ administers }) => isWithin(administers.filter(isOfProvider), aliases))),
      'has a role for no such alias',
    ],
  ];
  const broken = rules.filter(([holds]) => !holds).map(([, problem]) => problem);
  return [...broken, ...issuers.flatMap((one) => browserProblems(one, (one.services ?? []).map(serviceIdOf)))];
}

function hasItsAudiences({ profile, audiences }: Issuer): boolean {
  return profile === 'cognito' || audiences.length > 0;
}

function tellsAudiencesFromClients({ audiences, clientIds }: Issuer): boolean {
  return !audiences.some((audience) => clientIds.includes(audience));
}

/** A misspelled client would make a role that nobody has. */
function hasKnownClientsInRoles({ clientIds, roles = [] }: Issuer): boolean {
  return roles.every((role) => isWithin(role.clientIds ?? [], clientIds));
}

function keepsServicesFromRoles({ services = [], roles = [] }: Issuer): boolean {
  const clients = services.map(serviceIdOf);
  return !roles.some((role) => role.clientIds?.some((client) => clients.includes(client)));
}

function isOfWebApp(alias: string): boolean {
  return alias.startsWith(OF_WEB_APPS);
}

function isOfProvider(alias: string): boolean {
  return !isOfWebApp(alias);
}

function isWithin(values: readonly string[], allowed: readonly string[]): boolean {
  return values.every((value) => allowed.includes(value));
}

function isDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
