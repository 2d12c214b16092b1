import type { Environment } from '../environments/environment.ts';
import { ENVIRONMENTS } from '../environments/index.ts';
import { withBrowser } from './browser-environment.ts';
import { CERTIFICATE_ARN } from './domain-environment.ts';

const { dev, prod } = ENVIRONMENTS;
const browser = withBrowser(dev);
const HOSTED_ZONE = { name: 'api.example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ' };
const OTHER_ACCOUNT = '210987654321';

const sessions = (changes: Partial<Environment['sessions']>) => ({ ...dev, sessions: { ...dev.sessions, ...changes } });
const domain = (changes: object, environment: Environment = prod) => ({ ...environment, domain: changes });
const cookie = (changes: Partial<Environment['cookie']>, environment: Environment = browser) => ({
  ...environment,
  cookie: { ...environment.cookie, ...changes },
});
const issuers = (changes: object) => ({ ...dev, issuers: [{ ...dev.issuers[0], ...changes }] });

/** A kind of contradiction, a configuration that has it, and all that is said of that. */
export type Contradiction = readonly [kind: string, environment: unknown, problem: string];

/** In single fields, sessions, addresses and cookies. */
export const CONTRADICTIONS: readonly Contradiction[] = [
  [
    'a field that there is not',
    { ...dev, logLevle: 'INFO' },
    'logLevle: is no field here: look for its name and its place in docs/configuration.md',
  ],
  [
    'a field that is missing',
    { ...dev, cookie: undefined },
    'cookie: is missing: docs/configuration.md says what it is',
  ],
  [
    'a field inside another that is missing',
    { ...dev, throttle: { ...dev.throttle, burst: undefined } },
    'throttle.burst: is missing: it must be a number',
  ],
  [
    'a value that is not to choose',
    { ...dev, logLevel: 'TRACE' },
    'logLevel: must be "DEBUG" or "INFO" or "WARN" or "ERROR", and is "TRACE"',
  ],
  ['a number as text', sessions({ maxPerUser: '10' as never }), 'sessions.maxPerUser: must be a number, and is "10"'],
  ['a number that is too low', sessions({ maxPerUser: 0 }), 'sessions.maxPerUser: must be at least 1, and is 0'],
  [
    'a region that is none',
    { ...dev, region: 'frankfurt' },
    'region: must be an AWS region, such as eu-central-1 (it is "frankfurt")',
  ],
  [
    'a region where nothing was tried',
    { ...dev, region: 'cn-north-1' },
    'region: cn-north-1 is in a partition of AWS where Cloakroom was never tried: choose a region of the partition "aws". What would have to be tried first stands in docs/regions.md of Cloakroom',
  ],
  [
    'a value of Terraform',
    { ...dev, publicUrl: 'https://${var.host}' },
    'no value may hold "${" or "%{", since Terraform would read them: write the value itself',
  ],
  [
    'an address that is no web address',
    { ...dev, publicUrl: 'https://api.example.com/' },
    'publicUrl: must not end with a slash (it is "https://api.example.com/")',
  ],
  [
    'a touch that is too rare for bearers',
    sessions({ bearerIdleSeconds: 1200 }),
    'sessions.touchIntervalSeconds is 300 and must be at most a sixth of bearerIdleSeconds, which is 1200: a session in use would expire. Lower the one or raise the other',
  ],
  [
    'a touch that is too rare for tickets',
    sessions({ ticketIdleSeconds: 1200 }),
    'sessions.touchIntervalSeconds is 300 and must be at most a sixth of ticketIdleSeconds, which is 1200: a session in use would expire. Lower the one or raise the other',
  ],
  [
    'a lifetime that is said twice',
    sessions({ absoluteSeconds: 3600, ttlHours: 2 }),
    'sessions.absoluteSeconds 3600 and sessions.ttlHours 2 say the same: leave one of them out',
  ],
  [
    'a role over users of nobody',
    issuers({ roles: [{ claim: 'groups', value: 'a', administers: ['nobody'] }] }),
    'issuers: has a role for no such alias',
  ],
  [
    'a service that is no client',
    issuers({ services: [{ clientId: 'nobody' }] }),
    'issuers: has a service that is none of its clientIds',
  ],
  [
    'an origin with a pattern',
    { ...dev, allowedOrigins: ['https://*.example.com'] },
    'allowedOrigins.0: must be an exact origin, without a path or a pattern (it is "https://*.example.com")',
  ],
  [
    'a domain with neither zone nor certificate',
    domain({ name: 'api.example.com' }),
    'domain: has neither, and needs exactly one: certificateArn, of a certificate that is issued, or hostedZoneId, where one is made and validated',
  ],
  [
    'a domain with both',
    domain({ ...HOSTED_ZONE, certificateArn: CERTIFICATE_ARN }),
    'domain: has both, and needs exactly one: certificateArn, of a certificate that is issued, or hostedZoneId, where one is made and validated',
  ],
  [
    'a certificate of another region',
    domain({ name: 'api.example.com', certificateArn: CERTIFICATE_ARN.replace('eu-central-1', 'us-east-1') }),
    'domain.certificateArn is of us-east-1, and the API in eu-central-1: API Gateway takes certificates of its own region alone. Have one issued there, or say hostedZoneId instead',
  ],
  [
    'a certificate of another account',
    domain({ name: 'api.example.com', certificateArn: CERTIFICATE_ARN.replace('123456789012', OTHER_ACCOUNT) }),
    'domain.certificateArn is of the account 210987654321, and not of accountId 123456789012: take a certificate of that account, or say hostedZoneId instead',
  ],
  [
    'mutual TLS beside an open door',
    domain({ ...HOSTED_ZONE, mutualTls: { truststoreUri: 's3://b-ucket/ca.pem' }, defaultEndpoint: 'on' }),
    "domain: mutualTls does not go with defaultEndpoint 'on': whoever has no certificate would come by API Gateway's own address. Leave one of them out",
  ],
  [
    'a domain and another address',
    { ...domain(HOSTED_ZONE), publicUrl: 'https://other.example.com' },
    'publicUrl https://other.example.com is not https://api.example.com, where domain.name has clients come: leave publicUrl out',
  ],
  [
    'browsers without an address to come back to',
    { ...browser, publicUrl: undefined },
    'publicUrl is missing: providers send browsers back there, to <publicUrl>/auth/callback/<alias>. Say it, or a domain',
  ],
  [
    'a page that may not call the API',
    { ...browser, allowedOrigins: ['https://other.dev.example.com'] },
    'frontends of cognito: https://app.dev.example.com is none of allowedOrigins https://other.dev.example.com: add it there',
  ],
  [
    'a page on another site',
    { ...browser, publicUrl: 'https://api.example.org' },
    "frontends of cognito: https://app.dev.example.com is another site than publicUrl https://api.example.org, so browsers would not send it a cookie with cookie.sameSite Lax: give the API a domain beside the page's, or say None",
  ],
  [
    'a page beside an address of API Gateway',
    { ...browser, publicUrl: 'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com' },
    "frontends of cognito: https://app.dev.example.com is another site than publicUrl https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com (each address of API Gateway is a site of its own: the Public Suffix List has them), so browsers would not send it a cookie with cookie.sameSite Lax: give the API a domain beside the page's, or say None",
  ],
  [
    'a secure cookie without its prefix',
    cookie({ name: 'sid' }),
    'cookie.name sid does not go with cookie.secure true: __Host- is for secure cookies, and they need it',
  ],
  [
    'a cookie for another site that is not secure',
    cookie({ name: 'sid', sameSite: 'None', secure: false }),
    'cookie.sameSite None does not go with cookie.secure false: browsers take such a cookie from https: alone',
  ],
  [
    'a name of a secret that AWS would not take',
    withBrowser(dev, { clientSecretName: 'My Secret' }),
    'clientSecretName My Secret must be 1 to 64 of a-z, 0-9 and -, and begin with a letter',
  ],
  [
    'an address without TLS',
    { ...dev, publicUrl: 'http://api.example.com' },
    'publicUrl: http://api.example.com is not https: on AWS everything is reached by https:',
  ],
  [
    'an address of this machine',
    { ...dev, endpointUrls: { sqs: 'https://localhost:4566' } },
    'endpointUrls.sqs: https://localhost:4566 is this machine, which AWS cannot reach: name the host that it is on',
  ],
  [
    'a cookie of this machine',
    { ...dev, cookie: { ...dev.cookie, name: 'sid', secure: false } },
    'cookie.secure: false is for this machine alone: leave it true',
  ],
];
