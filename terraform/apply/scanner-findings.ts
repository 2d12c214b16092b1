import type { Finding } from './scanners.ts';

/** A finding that stays, and why. */
export interface Excuse {
  readonly finding: string;
  /** Of the resources that are excused, whole. */
  readonly address: RegExp;
  /** In the scanner's words, where one finding can be many things. */
  readonly detail?: RegExp;
  readonly reason: string;
}

const ANY_FUNCTION = /^aws_lambda_function\.\w+$/;
/** The rights that Lambda needs of a function inside the VPC. */
const RUNTIME_INSIDE =
  /^aws_iam_role_policy\.(authorizer|create_session|enqueue_event|health|list_events|record_changes|sessions_api|store_event|user_data)_runtime$/;

/** What checkov holds against prod, and why it stays. */
export const CHECKOV_EXCUSES: readonly Excuse[] = [
  {
    finding: 'CKV_AWS_116',
    address: ANY_FUNCTION,
    reason:
      "a function's own dead letters are for asynchronous calls; what comes from a queue or a stream has its dead letters there, and so have failed runs of the schedule",
  },
  {
    finding: 'CKV_AWS_117',
    address: /^aws_lambda_function\.(refresh_keys|token_handler)$/,
    reason: 'they speak to the providers, on the internet',
  },
  {
    finding: 'CKV_AWS_117',
    address: /^aws_lambda_function\.own_\w+$/,
    reason: "what a team's functions speak to is its own; the groups of our VPC let nobody out but to our endpoints",
  },
  {
    finding: 'CKV_AWS_272',
    address: ANY_FUNCTION,
    reason: 'signing anew changes a bundle whose content did not change, and so would publish a version for nothing',
  },
  {
    finding: 'CKV_AWS_290',
    address: RUNTIME_INSIDE,
    reason: 'network interfaces do not exist before they are created; what is allowed here is denied to the own code',
  },
  {
    finding: 'CKV_AWS_309',
    address:
      /^aws_apigatewayv2_route\.((get|head)_(health|ready)|post_auth_bootstrap_session|get_auth_(callback_alias|left|login|session)|post_auth_(logout|refresh))$/,
    reason: 'these are reached without a session; those of /auth judge tokens and tickets in the function',
  },
  {
    finding: 'CKV2_AWS_57',
    address: /^aws_secretsmanager_secret\.\w+$/,
    reason:
      'only the provider can give its client another secret: scripts/secret puts it here, and functions read it when they need it',
  },
  {
    finding: 'CKV2_AWS_64',
    address: /^aws_kms_key\.tables$/,
    reason: 'the default key policy is what is wanted: the account decides by IAM, and the roles are given kms:Decrypt',
  },
];

/** What parliament holds against the policies of prod, and why it stays. */
export const PARLIAMENT_EXCUSES: readonly Excuse[] = [
  {
    finding: 'RESOURCE_STAR',
    address: RUNTIME_INSIDE,
    detail:
      /^\['ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:UnassignPrivateIpAddresses'\]$/,
    reason: 'network interfaces do not exist before they are created; what is allowed here is denied to the own code',
  },
  {
    finding: 'UNKNOWN_CONDITION_FOR_ACTION',
    address: RUNTIME_INSIDE,
    detail: /^Unknown condition lambda:SourceFunctionArn for action ec2:/,
    reason: 'Lambda adds lambda:SourceFunctionArn to every call of the own code, whatever the service',
  },
  {
    finding: 'RESOURCE_MISMATCH',
    address: /^aws_iam_role_policy\.record_changes$/,
    detail: /'dynamodb:ListStreams', 'required_format': '\*'/,
    reason: "AWS's own page on reading a stream has dynamodb:ListStreams on the ARN of the stream",
  },
  {
    finding: 'RESOURCE_STAR',
    address: /^aws_kms_key\.(logs|sign_in)$|^aws_kms_key_policy\.alarms$/,
    reason: 'in the policy of a key, * is that key',
  },
  {
    finding: 'UNKNOWN_CONDITION_FOR_ACTION',
    address: /^aws_kms_key\.logs$/,
    detail: /^Unknown condition kms:EncryptionContext:aws:logs:arn for action kms:Describe/,
    reason: "the statement is AWS's own; a description has no encryption context, so the condition lets none through",
  },
  {
    finding: 'MISMATCHED_TYPE',
    address: /^aws_kms_key\.logs$/,
    detail: /^Type mismatch: ArnEquals requires a value of type Arn but given String$/,
    reason: 'the encryption context is a text that holds an ARN, and AWS compares it so',
  },
];

/** The findings that no excuse covers. */
export function unexcused(findings: readonly Finding[], excuses: readonly Excuse[]): readonly Finding[] {
  return findings.filter((finding) => !excuses.some((excuse) => covers(excuse, finding)));
}

/** The excuses that cover nothing any more. */
export function unneeded(findings: readonly Finding[], excuses: readonly Excuse[]): readonly Excuse[] {
  return excuses.filter((excuse) => !findings.some((finding) => covers(excuse, finding)));
}

function covers({ finding, address, detail }: Excuse, found: Finding): boolean {
  return finding === found.finding && address.test(found.address) && (detail?.test(found.detail) ?? true);
}
