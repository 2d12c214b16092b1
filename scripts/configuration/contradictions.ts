import type { Answers } from './answers.ts';
import { DEFAULT_REGION } from './environment-of.ts';
import { issuerUrlOf, userPoolOf } from './issuer-of.ts';
import { VPC_KINDS, vpcKindOf } from './network-of.ts';

/** Of endpoints that a VPC has. */
const ENDPOINTS = ['dynamodb-prefix-list-id', 'sqs-security-group-id', 'sts-security-group-id'] as const;

/**
 * What no field of an environment could show: options that are missing, or that nothing comes of. A sentence for each, which begins
 * with the options.
 */
export function contradictionsOf(answers: Answers): readonly string[] {
  const { single, repeated } = answers;
  const kind = vpcKindOf(answers);
  const pool = userPoolOf(answers);
  const isOf = (what: string) => `goes with --vpc ${what} alone, and --vpc is ${kind}`;
  const rules: readonly (readonly [boolean, string])[] = [
    [single.account !== undefined, '--account is missing: the twelve digits of the AWS account'],
    [issuerUrlOf(answers) !== undefined, '--user-pool-id is missing, or --issuer for another provider than Cognito'],
    [
      single['user-pool-id'] === undefined || single.issuer === undefined,
      '--user-pool-id and --issuer exclude each other: one provider signs people in',
    ],
    [
      single['user-pool-id'] === undefined || /^[a-z0-9-]+_[A-Za-z0-9]+$/.test(single['user-pool-id']),
      `--user-pool-id: ${single['user-pool-id']} is none, such as ${DEFAULT_REGION}_AbCdEfGhI`,
    ],
    [(repeated['client-id'] ?? []).length > 0, '--client-id is missing: the client whose access tokens are accepted'],
    [
      [...(repeated.frontend ?? []), ...(repeated.origin ?? [])].length > 0,
      '--origin is missing: a web page that calls the API, or --frontend: one where people sign in, too',
    ],
    [
      pool === undefined ||
        (repeated.audience ?? repeated.algorithm ?? single.profile ?? single['login-claim']) === undefined,
      '--audience, --algorithm, --profile and --login-claim are for other providers: those of Cognito are known',
    ],
    [
      /^\d+(\.\d+)?$/.test(single['refresh-token-days'] ?? '30'),
      `--refresh-token-days: ${single['refresh-token-days']} is no number of days`,
    ],
    [
      single.domain !== undefined || (single['hosted-zone-id'] ?? single['certificate-arn']) === undefined,
      '--domain is missing: --hosted-zone-id and --certificate-arn are of one',
    ],
    [
      (repeated.frontend ?? []).length > 0 ||
        (single['browser-client-id'] ?? single['client-secret-name']) === undefined,
      '--frontend is missing: --browser-client-id and --client-secret-name are of the client that signs people in there',
    ],
    [VPC_KINDS.includes(kind), `--vpc: ${kind} is none of ${VPC_KINDS.join(', ')}`],
    [kind !== 'existing' || single['vpc-id'] !== undefined, '--vpc-id is missing: the VPC that exists'],
    [
      kind === 'existing' || (single['vpc-id'] ?? repeated['subnet-id'] ?? repeated['route-table-id']) === undefined,
      `--vpc-id, --subnet-id, --route-table-id: ${isOf('existing')}`,
    ],
    [
      kind === 'existing' || ENDPOINTS.every((option) => single[option] === undefined),
      `${ENDPOINTS.map((option) => `--${option}`).join(', ')}: ${isOf('existing')}`,
    ],
    [kind === 'new' || (single['vpc-cidr'] ?? repeated.zone) === undefined, `--vpc-cidr, --zone: ${isOf('new')}`],
    [(repeated.tag ?? []).every((tag) => tag.includes('=')), '--tag: must be key=value'],
    [(repeated.zone ?? []).length <= 4, '--zone: at most four'],
  ];
  return rules.filter(([holds]) => !holds).map(([, problem]) => problem);
}
