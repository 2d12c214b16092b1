import { hasOwnDomain } from '../environments/has-own-domain.ts';
import { ALARMS, thresholdField } from '../stacks/alarms/index.ts';
import { fits, matches, oneOf, type Rule, rule, wholeFrom } from './validation.ts';

/** How a field of an environment becomes a variable of the module. */
export interface VariableSpec {
  /** Of Terraform. A list stands for the whole list wherever it is used. */
  readonly type: 'bool' | 'list(string)' | 'map(string)' | 'number' | 'string';
  readonly description: string;
  readonly rules?: readonly Rule[] | ((value: unknown) => readonly Rule[]);
  /** What stands for the variable while the stack is synthesized; `${var.<name>}` where nothing is said. */
  readonly placeholder?: (value: unknown, reference: string) => unknown;
  /** Expressions for what the stack makes of the placeholder. */
  readonly derived?: (reference: string) => Readonly<Record<string, string>>;
  /** What the variable is, where that is not what the environment has. */
  readonly fromField?: (value: unknown) => unknown;
}

const whole = (description: string, least = 1, most?: number): VariableSpec => ({
  type: 'number',
  description,
  rules: [wholeFrom(least, most)],
});
const text = (description: string, ...rules: readonly Rule[]): VariableSpec => ({ type: 'string', description, rules });
const idOf = (prefix: string) => matches(RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `an id, ${prefix}-…`);
const https = matches(/^https:\/\/[^/?#@]+(\/[^?#]*[^/?#])?$/, 'an https URL without a slash at the end');
const prefix = matches(/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/, '2 to 20 of a-z, 0-9 and -, and begin with a letter');
const touches = (field: string) =>
  rule(`VALUE <= var.${field} / 6`, `at most a sixth of ${field}: a session in use would expire`);

const isOwnDomain = (value: unknown) => hasOwnDomain({ publicUrl: String(value) });
/** As `hasOwnDomain` has it: whether API Gateway's own address is off is decided. */
const ofAws = fits(/^https:\/\/[^/]+\.(amazonaws\.com|amazonaws\.com\.cn|cloudfront\.net)(\/|$)/);

const isWebPage = `${fits(/^https:\/\/[a-z0-9.-]+(:[0-9]+)?$/, 'origin')} && !${fits(/^https:\/\/(localhost|127[.])/, 'origin')}`;
const isApp = `${fits(/^[a-z][a-z0-9+.-]*:\/\/[^/?#@*]+$/, 'origin')} && !${fits(/^https?:/, 'origin')}`;

const DATA = { partition: 'data-partition', account: 'data-account' };

interface Subnet {
  readonly availabilityZone: string;
  readonly cidrBlock: string;
}

/** When an alarm fires, by the path of its threshold. */
const thresholds = Object.fromEntries(
  ALARMS.map(({ id, figure, when }) => [
    `alarms.thresholds.${thresholdField(id)}`,
    {
      type: 'number',
      description: `The alarm ${id} fires ${when} this: ${figure}.`,
      rules: [rule('VALUE >= 0', 'a number from 0')],
    } as const,
  ]),
);

/** By the path of the field. A variable has its name in Terraform's way: `sessions.maxPerUser` is `sessions_max_per_user`. */
export const VARIABLES: Readonly<Record<string, VariableSpec>> = {
  ...thresholds,
  'alarms.notify': {
    type: 'list(string)',
    description: 'Who is told by alarms: e-mail addresses, which have to confirm, and https: URLs.',
    rules: [
      rule(
        `alltrue([for one in VALUE : ${fits(/^([^\s@]+@[^\s@]+\.[^\s@]+|https:\/\/[^\s#@]+)$/, 'one')}])`,
        'e-mail addresses and https: URLs',
      ),
    ],
    // One resource for each: `withRecipients` makes them.
    placeholder: () => [],
  },
  'alarms.runbooksUrl': text('Where the runbooks are published, for the link in what alarms tell.'),
  app: text(
    'What every name in AWS begins with. Another one is another installation; never change it on one that runs.',
    prefix,
  ),
  name: text('The environment: the second part of every name in AWS. Never change it on one that runs.', prefix),
  permissionsBoundary: text(
    'A policy that bounds what every role of the module may do.',
    matches(/^arn:aws:iam::(aws|\d{12}):policy\/[\w+=,.@/-]+$/, 'the ARN of a policy'),
  ),
  allowedOrigins: {
    type: 'list(string)',
    description: 'Exact origins of the web pages that call the API with credentials.',
    rules: [
      rule('length(VALUE) > 0', 'a list of at least one origin'),
      rule(
        `alltrue([for origin in VALUE : (${isWebPage}) || (${isApp})])`,
        'exact origins, such as https://app.example.com: no path, no pattern, not http',
      ),
    ],
  },
  publicUrl: {
    ...text('Where clients reach the API.'),
    rules: (value) => [https, isOwnDomain(value) ? rule(`!${ofAws}`, 'a domain of your own') : rule(ofAws, 'of AWS')],
    // What the stack asks of it is whether it is a domain of one's own.
    placeholder: (value) => (isOwnDomain(value) ? 'https://public-url.invalid' : 'https://public-url.amazonaws.com'),
  },
  'domain.name': text(
    'The domain under which clients reach the API.',
    matches(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/, 'a host name in lower case'),
  ),
  'domain.certificateArn': text(
    "The certificate of the domain: one that is issued already, in the API's region.",
    matches(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\//, 'the ARN of a certificate of ACM'),
  ),
  'domain.hostedZoneId': text(
    'The hosted zone of the domain in Route 53.',
    matches(/^[A-Z0-9]{1,32}$/, 'the id of a hosted zone, Z…'),
  ),
  'domain.mutualTls.truststoreUri': text(
    "The certificates of those who sign clients' certificates.",
    matches(/^s3:\/\/[a-z0-9][a-z0-9.-]+\/.+$/, 's3://<bucket>/<key>'),
  ),
  'domain.mutualTls.truststoreVersion': text('The version of that object in S3.'),
  'sessions.bootstrap': text(
    'The switch for an incident: off lets nobody in who has no session yet.',
    oneOf('on', 'off'),
  ),
  'sessions.maxPerUser': whole('How many active sessions a person may have.'),
  'sessions.limitPolicy': text(
    'What happens to a sign-in past that: the oldest session makes room, or the sign-in is refused.',
    oneOf('evict-oldest', 'deny'),
  ),
  'sessions.maxCreationsPerHour': whole('How many new bearer sessions a person may open in an hour.'),
  'sessions.bootstrapMaxAuthAgeSeconds': whole(
    'How fresh a sign-in must be to open a further session beside an active one.',
  ),
  'sessions.bearerIdleSeconds': whole('A bearer session that is not used for so long has expired.'),
  'sessions.ticketIdleSeconds': whole("The same, of a browser's ticket."),
  'sessions.absoluteSeconds': whole('So long after its creation a session has expired, used or not.'),
  'sessions.ttlHours': whole('So many hours after its creation a session has expired, used or not.', 1, 999_999),
  'sessions.loginMaxLifetimeSeconds': whole(
    "How long an ended sign-in is remembered as ended: at least the validity of the provider's refresh tokens.",
  ),
  'sessions.touchIntervalSeconds': {
    ...whole('How often, at most, the use of a session is written down.'),
    rules: [wholeFrom(1), touches('sessions_bearer_idle_seconds'), touches('sessions_ticket_idle_seconds')],
  },
  'cookie.persistent': {
    type: 'bool',
    description: 'Whether the cookie of tickets outlives the browser, up to the end of the session.',
  },
  keysMaxAgeSeconds: whole('How old the last good key set of an issuer may be.'),
  eventsRetentionDays: whole('How long events are kept.'),
  logRetentionDays: {
    type: 'number',
    description: 'How long logs are kept, in days.',
    rules: [oneOf(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 3653)],
  },
  logLevel: text('What functions log.', oneOf('DEBUG', 'INFO', 'WARN', 'ERROR')),
  authorizerLogSampling: {
    type: 'number',
    description: "How many of the authorizer's lines about allowed requests are written: 1 for all, 0 for none.",
    rules: [rule('VALUE >= 0 && VALUE <= 1', 'a number from 0 to 1')],
  },
  'throttle.ratePerSecond': whole('Requests in a second, to all routes together.'),
  'throttle.burst': whole('Requests at once, to all routes together.'),
  'throttle.publicRoute.ratePerSecond': whole('Requests in a second, to each route that anybody may reach.'),
  'throttle.publicRoute.burst': whole('Requests at once, to each route that anybody may reach.'),
  'endpointUrls.dynamodb': text('Where DynamoDB is reached, instead of at its regional name.', https),
  'endpointUrls.sqs': text('Where SQS is reached, instead of at its regional name.', https),
  'endpointUrls.sts': text('Where STS is reached, instead of at its regional name.', https),
  dataRoleArn: {
    ...text(
      'A role that the functions assume for every call to AWS, perhaps of another account. It is not made here.',
      matches(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'the ARN of a role'),
    ),
    placeholder: () => `arn:${DATA.partition}:iam::${DATA.account}:role/data`,
    // Policies name its account.
    derived: (reference) => ({
      [DATA.partition]: `\${split(":", ${reference})[1]}`,
      [DATA.account]: `\${split(":", ${reference})[4]}`,
    }),
  },
  'protection.deletionProtection': { type: 'bool', description: 'Whether AWS refuses to delete the tables.' },
  'network.cidrBlock': text('The range of the VPC, /16 to /28.', rule('can(cidrnetmask(VALUE))', 'an IPv4 range')),
  'network.subnets': {
    type: 'map(string)',
    description: 'The ranges of the subnets, by their zone. The zones are fixed, and so is the region with them.',
    placeholder: (value, reference) =>
      (value as readonly Subnet[]).map(({ availabilityZone }) => ({
        availabilityZone,
        cidrBlock: `\${${reference}["${availabilityZone}"]}`,
      })),
    fromField: (value) =>
      Object.fromEntries((value as readonly Subnet[]).map((subnet) => [subnet.availabilityZone, subnet.cidrBlock])),
    rules: (value) => [
      rule(
        `toset(keys(VALUE)) == toset(${JSON.stringify((value as readonly Subnet[]).map(({ availabilityZone }) => availabilityZone))})`,
        `of these zones: ${(value as readonly Subnet[]).map(({ availabilityZone }) => availabilityZone).join(', ')}`,
      ),
      rule('alltrue([for range in values(VALUE) : can(cidrnetmask(range))])', 'IPv4 ranges by zone'),
    ],
  },
  'network.vpcId': text('The VPC of the functions that need no internet.', idOf('vpc')),
  'network.subnetIds': {
    type: 'list(string)',
    description: 'The subnets of those functions, in two zones at least.',
    rules: [rule('length(VALUE) >= 2', 'two subnets at least')],
  },
  'network.routeTableIds': { type: 'list(string)', description: 'The route tables of all these subnets.' },
  'network.endpoints.dynamodbPrefixListId': text('The prefix list of DynamoDB in the region.', idOf('pl')),
  'network.endpoints.sqsSecurityGroupId': text('The security group of the endpoint of SQS.', idOf('sg')),
  'network.endpoints.stsSecurityGroupId': text('The security group of the endpoint of STS.', idOf('sg')),
};

/** `var.x` for a path. */
export function variableName(path: string): string {
  return path.replaceAll('.', '_').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
