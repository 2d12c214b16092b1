import { isObject } from '@cloakroom/core';

/** Days for which a replaced state can be had back. */
const NONCURRENT_DAYS = 90;
/** So many replaced states are kept, however old they are. */
const NONCURRENT_KEPT = 10;
const SID = 'TlsOnly';
const RULE = 'replaced-states';

type Answer = Readonly<Record<string, unknown>>;

/** One thing that the bucket of a state must have, read by the AWS CLI (`aws s3api get-<operation>`) and set by it (`put-<operation>`). */
export interface BucketSetting {
  /** `versions are kept`, as it is said. */
  readonly what: string;
  readonly operation: string;
  /** The error by which S3 says that nothing is set. */
  readonly absent?: string;
  /** @param answer of the read; empty when nothing is set */
  holds(answer: Answer): boolean;
  /** What is set, where that may be another thing than we would set. */
  note?(answer: Answer): string;
  /** The option that sets it, and keeps what else the answer had. */
  mended(answer: Answer): readonly [option: string, value: object | string];
}

/**
 * A state is the only thing that knows what there is. Encryption is S3's own (SSE-S3), and no key of ours: no secret's value is
 * in the state, and a key that is deleted would take the state with it. A bucket that has a key already keeps it.
 *
 * @param arn of the bucket
 * @see https://developer.hashicorp.com/terraform/language/backend/s3
 */
export function bucketSettings(arn: string): readonly BucketSetting[] {
  return [
    {
      what: 'versions are kept',
      operation: 'bucket-versioning',
      holds: ({ Status }) => Status === 'Enabled',
      mended: () => ['--versioning-configuration', { Status: 'Enabled' }],
    },
    {
      what: 'it is encrypted',
      operation: 'bucket-encryption',
      absent: 'ServerSideEncryptionConfigurationNotFoundError',
      holds: ({ ServerSideEncryptionConfiguration: set }) => listIn(set, 'Rules').length > 0,
      mended: () => [
        '--server-side-encryption-configuration',
        { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
      ],
    },
    {
      what: 'nothing of it is public',
      operation: 'public-access-block',
      absent: 'NoSuchPublicAccessBlockConfiguration',
      holds: ({ PublicAccessBlockConfiguration: set }) =>
        isObject(set) && Object.keys(PRIVATE).every((name) => set[name] === true),
      mended: () => ['--public-access-block-configuration', PRIVATE],
    },
    {
      what: 'its owner owns all objects, and access lists are off',
      operation: 'bucket-ownership-controls',
      absent: 'OwnershipControlsNotFoundError',
      holds: ({ OwnershipControls: set }) =>
        listIn(set, 'Rules').some(({ ObjectOwnership }) => ObjectOwnership === 'BucketOwnerEnforced'),
      mended: () => ['--ownership-controls', { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] }],
    },
    {
      what: 'it is reached by TLS alone',
      operation: 'bucket-policy',
      absent: 'NoSuchBucketPolicy',
      holds: ({ Policy }) => listIn(parsed(Policy), 'Statement').some((statement) => refusesPlainHttp(statement, arn)),
      mended: ({ Policy }) => ['--policy', withTlsOnly(parsed(Policy), arn)],
    },
    {
      what: 'replaced states go in time',
      operation: 'bucket-lifecycle-configuration',
      absent: 'NoSuchLifecycleConfiguration',
      holds: ({ Rules }) => expirationOf(Rules) !== undefined,
      note: ({ Rules }) => `after ${String(expirationOf(Rules)?.NoncurrentDays)} days`,
      mended: ({ Rules }) => [
        '--lifecycle-configuration',
        { Rules: [...asList(Rules).filter(({ ID }) => ID !== RULE), REPLACED_STATES] },
      ],
    },
  ];
}

/** Of replaced objects, by a rule for all of the bucket. */
function expirationOf(rules: unknown): Answer | undefined {
  const forAll = asList(rules).filter(({ Status, Filter, Prefix }) => {
    const narrowed = isObject(Filter) && JSON.stringify(Filter) !== '{"Prefix":""}' && Object.keys(Filter).length > 0;
    return Status === 'Enabled' && !narrowed && !Prefix;
  });
  return forAll.map(({ NoncurrentVersionExpiration: goes }) => goes).find(isObject);
}

const PRIVATE = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };

const REPLACED_STATES = {
  ID: RULE,
  Status: 'Enabled',
  Filter: { Prefix: '' },
  NoncurrentVersionExpiration: { NoncurrentDays: NONCURRENT_DAYS, NewerNoncurrentVersions: NONCURRENT_KEPT },
  // What each lock of the state leaves when it is given back.
  Expiration: { ExpiredObjectDeleteMarker: true },
};

function tlsOnly(arn: string): Answer {
  return {
    Sid: SID,
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}

/** As ours does it, whatever it is called. */
function refusesPlainHttp(statement: Answer, arn: string): boolean {
  const { Sid: _, ...wanted } = tlsOnly(arn);
  return Object.entries(wanted).every(([name, value]) => JSON.stringify(statement[name]) === JSON.stringify(value));
}

/** The policy with ours beside what a team has said. */
function withTlsOnly(policy: unknown, arn: string): object {
  const others = listIn(policy, 'Statement').filter(({ Sid }) => Sid !== SID);
  return { ...(isObject(policy) ? policy : { Version: '2012-10-17' }), Statement: [...others, tlsOnly(arn)] };
}

function parsed(text: unknown): unknown {
  return typeof text === 'string' ? JSON.parse(text) : undefined;
}

function listIn(value: unknown, name: string): readonly Answer[] {
  return isObject(value) ? asList(value[name]) : [];
}

function asList(value: unknown): readonly Answer[] {
  return (Array.isArray(value) ? value : [value]).filter(isObject);
}
