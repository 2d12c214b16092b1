import type { Answers } from './answers.ts';
import type { Discovered } from './discover.ts';
import { Call, compact, type Written } from './written.ts';

/** What a provider is known by: its tokens, and the claim that tells its sign-ins apart. docs/providers.md has the reasons. */
interface Kind {
  readonly alias: string;
  readonly profile: string;
  readonly loginClaim?: string;
  readonly page: string;
  matches(issuer: URL): boolean;
}

const KINDS: readonly Kind[] = [
  {
    alias: 'okta',
    profile: 'okta',
    loginClaim: 'auth_time',
    page: 'docs/providers.md#okta',
    matches: ({ hostname }) => /\.(okta|oktapreview|okta-emea)\.com$/.test(hostname),
  },
  {
    alias: 'entra',
    profile: 'entra',
    loginClaim: 'sid',
    page: 'docs/providers.md#microsoft-entra-id',
    matches: ({ hostname }) => hostname === 'login.microsoftonline.com',
  },
  {
    alias: 'auth0',
    profile: 'plain',
    loginClaim: 'sid',
    page: 'docs/providers.md#auth0',
    matches: ({ hostname }) => hostname.endsWith('.auth0.com'),
  },
  {
    alias: 'keycloak',
    profile: 'keycloak',
    loginClaim: 'sid',
    page: 'docs/providers.md#keycloak',
    matches: ({ pathname }) => /\/realms\/[^/]+$/.test(pathname),
  },
];
const ANOTHER: Kind = {
  alias: 'people',
  profile: 'rfc9068',
  page: 'docs/providers.md#another-provider',
  matches: () => true,
};

const COGNITO = /^https:\/\/cognito-idp\.[a-z0-9-]+\.amazonaws\.com\/([a-z0-9-]+_[A-Za-z0-9]+)$/;

/** Of the user pool whose id this is, or whose issuer; undefined for any other provider. */
export function userPoolOf({ single }: Answers): string | undefined {
  return single['user-pool-id'] ?? COGNITO.exec(single.issuer ?? '')?.[1];
}

/** Where the discovery document is, of either. */
export function issuerUrlOf(answers: Answers): string | undefined {
  const { issuer, 'user-pool-id': pool } = answers.single;
  return pool === undefined ? issuer : `https://cognito-idp.${pool.split('_')[0]}.amazonaws.com/${pool}`;
}

/** The page about what to set up there. */
export function pageOf(answers: Answers): string {
  return userPoolOf(answers) === undefined ? kindOf(answers.single.issuer ?? '').page : 'docs/cognito.md';
}

/** What its access tokens are like, as far as its address tells. */
export function profileOf({ single }: Answers): string {
  return kindOf(single.issuer ?? '').profile;
}

/** The issuer as it stands in the environment. */
export function issuerOf(answers: Answers, discovered: Discovered | undefined): Written {
  const { single, repeated } = answers;
  const common = { clientIds: repeated['client-id'] ?? [], browser: browserOf(answers) };
  const userPoolId = userPoolOf(answers);
  if (userPoolId !== undefined) {
    const { clientIds, browser } = common;
    return new Call('cognitoIssuer', compact({ alias: single.alias ?? 'cognito', userPoolId, clientIds, browser }));
  }
  const kind = kindOf(single.issuer ?? '');
  return compact({
    alias: single.alias ?? kind.alias,
    issuer: single.issuer ?? '',
    jwksUri: discovered?.jwksUri ?? '',
    profile: single.profile ?? kind.profile,
    algorithms: repeated.algorithm ?? algorithmsOf(discovered?.algorithms ?? []),
    clientIds: common.clientIds,
    audiences: repeated.audience ?? [],
    loginClaim: single['login-claim'] ?? kind.loginClaim ?? (discovered?.hasSid === true ? 'sid' : 'auth_time'),
    browser: common.browser,
  });
}

/** One is enough to begin with, and what most providers sign with; each more is one more that is accepted. */
function algorithmsOf(offered: readonly string[]): readonly string[] {
  const [first = 'RS256'] = offered.filter((one) => !/^(HS|none)/.test(one));
  return [offered.includes('RS256') ? 'RS256' : first];
}

/** Only where there is a page to sign in at. */
function browserOf({ single, repeated }: Answers): Written | undefined {
  const { frontend: frontends = [], 'client-id': clientIds = [] } = repeated;
  if (frontends.length === 0) return undefined;
  return compact({
    clientId: single['browser-client-id'] ?? clientIds[0] ?? '',
    clientSecretName: single['client-secret-name'],
    frontends: frontends.map((url) => ({ url })),
  });
}

function kindOf(issuer: string): Kind {
  if (!URL.canParse(issuer)) return ANOTHER;
  return KINDS.find(({ matches }) => matches(new URL(issuer))) ?? ANOTHER;
}
