import { describe, expect, it } from '@jest/globals';
import { bootstrapState } from './bootstrap-state.ts';

const ACCOUNT = '111122223333';
const STAGING = {
  app: 'cloakroom',
  name: 'staging',
  region: 'eu-central-1',
  accountId: ACCOUNT,
  state: { kind: 's3', bucket: 'acme-state', region: 'eu-central-1' },
} as const;

const ABSENT: Readonly<Record<string, string>> = {
  'bucket-encryption': 'ServerSideEncryptionConfigurationNotFoundError',
  'public-access-block': 'NoSuchPublicAccessBlockConfiguration',
  'bucket-ownership-controls': 'OwnershipControlsNotFoundError',
  'bucket-policy': 'NoSuchBucketPolicy',
  'bucket-lifecycle-configuration': 'NoSuchLifecycleConfiguration',
};

/** What an operation sets, as it is read again. */
function asRead(operation: string, value: string): string {
  if (operation === 'bucket-policy') return JSON.stringify({ Policy: value });
  const wrapped: Readonly<Record<string, string>> = {
    'bucket-encryption': 'ServerSideEncryptionConfiguration',
    'public-access-block': 'PublicAccessBlockConfiguration',
    'bucket-ownership-controls': 'OwnershipControls',
  };
  const name = wrapped[operation];
  return name === undefined ? value : `{"${name}":${value}}`;
}

/** The AWS CLI as it answers of one bucket. `settings`: by operation, the answer of its `get-`. */
function fakeS3({ bucket = 'missing', location = '"eu-central-1"', settings = {} as Record<string, string> } = {}) {
  const [calls, said]: [string[][], string[]] = [[], []];
  let state = bucket;
  const fail = (code: string): never => {
    throw new Error(`aws s3api failed: An error occurred (${code}) when calling the operation: no`);
  };
  const read = (_: string, [service, operation = '', ...args]: readonly string[]): string => {
    if (service === 'sts') return JSON.stringify({ Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/ann` });
    calls.push([operation, ...args]);
    if (operation === 'head-bucket') return state === 'missing' ? fail('404') : state === 'theirs' ? fail('403') : '';
    if (operation === 'get-bucket-location') return `{"LocationConstraint":${location}}`;
    if (operation === 'create-bucket') {
      if (bucket === 'missing') state = 'ours';
      return '{}';
    }
    const name = operation.slice(4);
    if (operation.startsWith('get-')) return settings[name] ?? (name in ABSENT ? fail(ABSENT[name] ?? '') : '');
    settings[name] = asRead(name, args[args.indexOf('--expected-bucket-owner') + 3] ?? '');
    return '';
  };
  return { tools: { read, say: (line: string) => void said.push(line) }, calls, said, settings };
}

/** What was set, as the answers of its reads. */
function parsedSettings(settings: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(settings).map(([name, text]) => [name, JSON.parse(text)]));
}

const TLS_ONLY = {
  Sid: 'TlsOnly',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: ['arn:aws:s3:::acme-state', 'arn:aws:s3:::acme-state/*'],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};

describe('scripts/bootstrap-state', () => {
  it('makes the bucket, and sets all that a state wants', () => {
    const { tools, calls, said, settings } = fakeS3();
    bootstrapState(STAGING, tools);
    expect(calls.find(([operation]) => operation === 'create-bucket')).toEqual(
      expect.arrayContaining([
        '--bucket',
        'acme-state',
        '{"LocationConstraint":"eu-central-1"}',
        'BucketOwnerEnforced',
      ]),
    );
    expect(parsedSettings(settings)).toMatchObject({
      'bucket-versioning': { Status: 'Enabled' },
      'bucket-encryption': {
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
      },
      'public-access-block': {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          IgnorePublicAcls: true,
          BlockPublicPolicy: true,
          RestrictPublicBuckets: true,
        },
      },
      'bucket-ownership-controls': { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
      'bucket-policy': { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [TLS_ONLY] }) },
      'bucket-lifecycle-configuration': {
        Rules: [
          {
            Status: 'Enabled',
            NoncurrentVersionExpiration: { NoncurrentDays: 90, NewerNoncurrentVersions: 10 },
            Expiration: { ExpiredObjectDeleteMarker: true },
          },
        ],
      },
    });
    expect(said.slice(1, 3)).toEqual(['acme-state made in eu-central-1', 'versions are kept: set']);
    expect(said.at(-1)).toBe(
      'the state of staging is s3://acme-state/cloakroom/staging/terraform.tfstate; next: scripts/deploy staging',
    );
  });

  it('run again says what was there, and changes nothing', () => {
    const { tools, calls, said } = fakeS3();
    bootstrapState(STAGING, tools);
    calls.splice(0);
    said.splice(0);
    bootstrapState(STAGING, tools);
    expect(calls.filter(([operation = '']) => !/^(get|head)-/.test(operation))).toEqual([]);
    expect(said.slice(1, -1)).toEqual([
      'acme-state was there',
      ...Array(6).fill(expect.stringMatching(/: it was so(, after 90 days)?$/)),
    ]);
  });

  it('asks and sets nothing of a bucket unless it is of this account', () => {
    const { tools, calls } = fakeS3();
    bootstrapState(STAGING, tools);
    for (const call of calls.filter(([operation]) => operation !== 'create-bucket')) {
      expect(call.join(' ')).toContain(`--expected-bucket-owner ${ACCOUNT}`);
    }
  });

  it('names no region to us-east-1, which refuses its own name', () => {
    const { tools, calls } = fakeS3();
    bootstrapState({ ...STAGING, state: { ...STAGING.state, region: 'us-east-1' } }, tools);
    const made = calls.find(([operation]) => operation === 'create-bucket')?.join(' ');
    expect(made).toContain('--region us-east-1');
    expect(made).not.toContain('--create-bucket-configuration');
  });

  describe('of a bucket that is there', () => {
    it('mends what is missing, and keeps what a team has set besides', () => {
      const theirs = { Sid: 'Ours', Effect: 'Deny', Principal: '*', Action: 's3:DeleteBucket', Resource: '*' };
      const key = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'arn:aws:kms:eu-central-1:111122223333:key/1' };
      const rule = { ID: 'logs', Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days: 3 } };
      const { tools, said, settings } = fakeS3({
        bucket: 'ours',
        settings: {
          'bucket-versioning': '{"Status":"Suspended"}',
          'bucket-encryption': JSON.stringify({
            ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: key }] },
          }),
          'public-access-block': '{"PublicAccessBlockConfiguration":{"BlockPublicAcls":true,"IgnorePublicAcls":true}}',
          'bucket-policy': JSON.stringify({
            Policy: JSON.stringify({ Version: '2012-10-17', Statement: [theirs, { ...TLS_ONLY, Action: 's3:Get*' }] }),
          }),
          'bucket-lifecycle-configuration': JSON.stringify({ Rules: [rule] }),
        },
      });
      bootstrapState(STAGING, tools);
      expect(said.filter((line) => line.endsWith(': it was so'))).toEqual(['it is encrypted: it was so']);
      expect(parsedSettings(settings)).toMatchObject({
        'bucket-versioning': { Status: 'Enabled' },
        'bucket-encryption': {
          ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: key }] },
        },
        'public-access-block': { PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } },
        'bucket-policy': { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [theirs, TLS_ONLY] }) },
        'bucket-lifecycle-configuration': { Rules: [rule, { ID: 'replaced-states' }] },
      });
    });

    it('takes a rule of the team for replaced states as it is', () => {
      const rule = { ID: 'ours', Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 7 } };
      const { tools, said, settings } = fakeS3({
        bucket: 'ours',
        settings: { 'bucket-lifecycle-configuration': JSON.stringify({ Rules: [rule] }) },
      });
      bootstrapState(STAGING, tools);
      expect(said).toContain('replaced states go in time: it was so, after 7 days');
      expect(parsedSettings(settings)['bucket-lifecycle-configuration']).toEqual({ Rules: [rule] });
    });

    it('takes no rule for it that is for a part of the bucket alone, or off', () => {
      const goes = { NoncurrentVersionExpiration: { NoncurrentDays: 1 } };
      const rules = [
        { ID: 'logs', Status: 'Enabled', Filter: { Prefix: 'logs/' }, ...goes },
        { ID: 'old', Status: 'Enabled', Prefix: 'logs/', ...goes },
        { ID: 'off', Status: 'Disabled', Filter: { Prefix: '' }, ...goes },
      ];
      const { tools, settings } = fakeS3({
        bucket: 'ours',
        settings: { 'bucket-lifecycle-configuration': JSON.stringify({ Rules: rules }) },
      });
      bootstrapState(STAGING, tools);
      expect(parsedSettings(settings)['bucket-lifecycle-configuration']).toEqual({
        Rules: [...rules, expect.objectContaining({ ID: 'replaced-states', Filter: { Prefix: '' } })],
      });
    });

    it.each([
      ['null', 'us-east-1'],
      ['"EU"', 'eu-west-1'],
    ])('knows that S3 calls %s what is in %s', (location, region) => {
      const { tools, said } = fakeS3({ bucket: 'ours', location });
      bootstrapState({ ...STAGING, state: { ...STAGING.state, region } }, tools);
      expect(said[1]).toBe('acme-state was there');
    });

    it('refuses one in another region, and sets nothing', () => {
      const { tools, settings } = fakeS3({ bucket: 'ours', location: '"eu-west-2"' });
      expect(() => bootstrapState(STAGING, tools)).toThrow(
        'the bucket acme-state is in eu-west-2, and state.region says eu-central-1: set that to eu-west-2, or choose',
      );
      expect(settings).toEqual({});
    });

    it('refuses one of another account, and sets nothing', () => {
      const { tools, calls } = fakeS3({ bucket: 'theirs' });
      expect(() => bootstrapState(STAGING, tools)).toThrow(
        'the bucket acme-state is there, and not of account 111122223333, or you may not look at it',
      );
      expect(calls.map(([operation]) => operation)).toEqual(['head-bucket']);
    });
  });

  it('says that a name is taken when it was taken in between', () => {
    const { tools } = fakeS3();
    const read: typeof tools.read = (program, args) => {
      if (args[1] !== 'create-bucket') return tools.read(program, args);
      throw new Error('aws s3api failed: An error occurred (BucketAlreadyExists) when calling the operation: no');
    };
    expect(() => bootstrapState(STAGING, { ...tools, read })).toThrow(
      'the name acme-state is taken by another account',
    );
  });

  it.each([
    [
      'a state beside the stack',
      { state: { kind: 'local' } },
      'staging keeps its state beside the stack, and needs no',
    ],
    [
      'a bucket that is an example',
      { state: { ...STAGING.state, bucket: 'example-state' } },
      'terraform/environments/staging/environment.ts still holds an example; replace it first: state.bucket',
    ],
    ['another account', { accountId: '999999999999' }, 'staging belongs to account 999999999999'],
  ] as const)('refuses %s, and asks S3 nothing', (_, change, problem) => {
    const { tools, calls } = fakeS3();
    expect(() => bootstrapState({ ...STAGING, ...change }, tools)).toThrow(problem);
    expect(calls).toEqual([]);
  });
});
