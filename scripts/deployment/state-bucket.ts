import { type BucketSetting, bucketSettings } from './bucket-settings.ts';
import type { Identity } from './identity.ts';
import { readAws, type Tools } from './tools.ts';

/** Where a state is to be kept, and in whose account. */
export interface StateBucket extends Pick<Identity, 'account' | 'partition'> {
  readonly bucket: string;
  readonly region: string;
}

/**
 * Makes the bucket of a state, or sets what is missing of one that is there. Says of each thing whether it was so already.
 *
 * @throws Error when the bucket is another account's, or in another region
 */
export function ensureStateBucket(place: StateBucket, tools: Pick<Tools, 'read' | 'say'>): void {
  const { bucket, partition } = place;
  if (isThere(place, tools)) {
    assertRegion(place, tools);
    tools.say(`${bucket} was there`);
  } else {
    make(place, tools);
    tools.say(`${bucket} made in ${place.region}`);
  }
  for (const setting of bucketSettings(`arn:${partition}:s3:::${bucket}`)) ensureSetting(place, setting, tools);
}

function isThere(place: StateBucket, tools: Pick<Tools, 'read'>): boolean {
  try {
    s3(place, tools, 'head-bucket');
    return true;
  } catch (error) {
    if (codeOf(error) === '404') return false;
    if (codeOf(error) !== '403') throw error;
    throw new Error(
      `the bucket ${place.bucket} is there, and not of account ${place.account}, or you may not look at it (s3:ListBucket): names of buckets are unique among all accounts, so choose another in state.bucket`,
      { cause: error },
    );
  }
}

/** S3 tells no region for us-east-1, and an old name for eu-west-1. */
function assertRegion(place: StateBucket, tools: Pick<Tools, 'read'>): void {
  const told = s3(place, tools, 'get-bucket-location').LocationConstraint;
  const region = told === 'EU' ? 'eu-west-1' : (told ?? 'us-east-1');
  if (region !== place.region) {
    throw new Error(
      `the bucket ${place.bucket} is in ${String(region)}, and state.region says ${place.region}: set that to ${String(region)}, or choose another bucket`,
    );
  }
}

function make({ bucket, region }: StateBucket, tools: Pick<Tools, 'read'>): void {
  // AWS refuses the name of its first region here.
  const where =
    region === 'us-east-1' ? [] : ['--create-bucket-configuration', JSON.stringify({ LocationConstraint: region })];
  const ownership = ['--object-ownership', 'BucketOwnerEnforced'];
  try {
    readAws(tools, region, ['s3api', 'create-bucket', '--bucket', bucket, ...ownership, ...where]);
  } catch (error) {
    if (codeOf(error) !== 'BucketAlreadyExists') throw error;
    throw new Error(`the name ${bucket} is taken by another account: choose another in state.bucket`, { cause: error });
  }
}

function ensureSetting(place: StateBucket, setting: BucketSetting, tools: Pick<Tools, 'read' | 'say'>): void {
  const { what, operation, absent, note } = setting;
  const answer = readSetting(place, `get-${operation}`, absent, tools);
  if (setting.holds(answer)) {
    tools.say(`${what}: it was so${note === undefined ? '' : `, ${note(answer)}`}`);
    return;
  }
  const [option, value] = setting.mended(answer);
  s3(place, tools, `put-${operation}`, [option, JSON.stringify(value)]);
  tools.say(`${what}: set`);
}

function readSetting(
  place: StateBucket,
  operation: string,
  absent: string | undefined,
  tools: Pick<Tools, 'read'>,
): Readonly<Record<string, unknown>> {
  try {
    return s3(place, tools, operation);
  } catch (error) {
    if (absent !== undefined && codeOf(error) === absent) return {};
    throw error;
  }
}

/** Asks S3 of the bucket, and only if it is of this account. */
function s3(
  { bucket, region, account }: StateBucket,
  tools: Pick<Tools, 'read'>,
  operation: string,
  options: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  const args = ['s3api', operation, '--bucket', bucket, '--expected-bucket-owner', account, ...options];
  return (readAws(tools, region, args) ?? {}) as Readonly<Record<string, unknown>>;
}

/** The code in the AWS CLI's message: `An error occurred (NoSuchBucketPolicy) when calling …`. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? /An error occurred \((\w+)\)/.exec(error.message)?.[1] : undefined;
}
