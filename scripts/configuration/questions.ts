import type { Answers, Repeated, Single } from './answers.ts';
import { DEFAULT_APP, DEFAULT_REGION, isProduction, stateBucketOf } from './environment-of.ts';
import { profileOf, userPoolOf } from './issuer-of.ts';
import { VPC_KINDS, vpcKindOf } from './network-of.ts';

/** One question to a person. */
export interface Question {
  /** The options that say the same. */
  readonly options: readonly (Single | Repeated | 'production')[];
  readonly text: string;
  /** What an empty line stands for. Empty: nothing. Undefined: a line must come. */
  initial(answers: Answers, name: string): string | undefined;
  /** Whether it is to be asked, after what is known so far. */
  isOpen(answers: Answers): boolean;
  take(answers: Answers, line: string): Answers;
}

const NOTHING = () => '';
const REQUIRED = () => undefined;
const ALWAYS = () => true;
const isOther = (answers: Answers) => userPoolOf(answers) === undefined;
const hasPages = ({ repeated }: Answers) => (repeated.frontend ?? []).length > 0;
const isVpc = (kind: string) => (answers: Answers) => vpcKindOf(answers) === kind;

/** In the order in which they are asked. */
export const QUESTIONS: readonly Question[] = [
  single('app', 'What do all names in AWS begin with?', () => DEFAULT_APP),
  single('region', 'AWS region', () => DEFAULT_REGION),
  single('account', 'AWS account, its twelve digits', REQUIRED),
  {
    options: ['production'],
    text: 'Is it for production, so that its tables are kept from being destroyed? yes or no',
    initial: (answers, name) => (isProduction(name, answers) ? 'yes' : 'no'),
    isOpen: ({ production }) => production === undefined,
    take: (answers, line) => ({ ...answers, production: isYes(line) }),
  },
  single('state-bucket', "Bucket of Terraform's state, which scripts/bootstrap-state makes", stateBucketOf),
  either(
    'Id of the Cognito user pool, or the issuer URL of another provider',
    ['user-pool-id', 'issuer'],
    REQUIRED,
    (line) => (/^[a-z]+:/i.test(line) ? 'issuer' : 'user-pool-id'),
  ),
  list('client-id', 'Clients there whose access tokens are accepted, by their ids', REQUIRED),
  list('audience', 'Identifiers of your API, as access tokens have them in aud', REQUIRED, isOther),
  single('profile', 'Profile of its access tokens: rfc9068, keycloak, okta, entra or plain', profileOf, isOther),
  single('refresh-token-days', 'Days for which its refresh tokens are good', () => '30'),
  list('frontend', 'Pages where people sign in by a cookie, such as https://app.example.com (none: Enter)', NOTHING),
  list('origin', 'Pages that call the API with tokens', REQUIRED, (answers) => !hasPages(answers)),
  single(
    'domain',
    'Domain of the API, such as api.example.com (none: Enter)',
    NOTHING,
    (answers) => !hasPages(answers),
  ),
  single('domain', 'Domain of the API, of the same site as the pages', REQUIRED, hasPages),
  either(
    'Its hosted zone in Route 53, Z…, or the ARN of its certificate',
    ['hosted-zone-id', 'certificate-arn'],
    REQUIRED,
    (line) => (line.startsWith('arn:') ? 'certificate-arn' : 'hosted-zone-id'),
    (answers) => answers.single.domain !== undefined,
  ),
  single('vpc', `VPC of the functions that need no internet: ${VPC_KINDS.join(', ')}`, vpcKindOf),
  list('zone', 'Availability zones of the VPC', () => 'a b', isVpc('new')),
  single('vpc-cidr', 'Range of its addresses', () => '10.20.0.0/20', isVpc('new')),
  single('vpc-id', 'Id of the VPC', REQUIRED, isVpc('existing')),
  list('subnet-id', 'Ids of the subnets of the functions, in two zones at least', REQUIRED, isVpc('existing')),
  list('route-table-id', 'Ids of the route tables of all these subnets', REQUIRED, isVpc('existing')),
  list('notify', 'Who is told by alarms: e-mail addresses, https: URLs (nobody: Enter)', NOTHING),
];

function single(
  option: Single,
  text: string,
  initial: Question['initial'],
  isAsked: (answers: Answers) => boolean = ALWAYS,
): Question {
  return either(text, [option], initial, () => option, isAsked);
}

/** Answered by one of several options: the line tells which. */
function either(
  text: string,
  options: readonly Single[],
  initial: Question['initial'],
  choose: (line: string) => Single,
  isAsked: (answers: Answers) => boolean = ALWAYS,
): Question {
  return {
    options,
    text,
    initial,
    isOpen: (answers) => isAsked(answers) && options.every((option) => answers.single[option] === undefined),
    take: (answers, line) => ({ ...answers, single: { ...answers.single, [choose(line)]: line } }),
  };
}

function list(
  option: Repeated,
  text: string,
  initial: Question['initial'],
  isAsked: (answers: Answers) => boolean = ALWAYS,
): Question {
  return {
    options: [option],
    text: `${text}; several: with spaces between`,
    initial,
    isOpen: (answers) => isAsked(answers) && answers.repeated[option] === undefined,
    take: (answers, line) => ({
      ...answers,
      repeated: { ...answers.repeated, [option]: line.split(/[\s,]+/).filter((one) => one !== '') },
    }),
  };
}

/** @throws Error for anything but yes and no */
function isYes(line: string): boolean {
  if (/^y(es)?$/i.test(line)) return true;
  if (/^no?$/i.test(line)) return false;
  throw new Error(`${line} is neither yes nor no`);
}
