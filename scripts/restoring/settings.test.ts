import { describe, expect, it } from '@jest/globals';
import { differencesOf, readSettings } from './settings.ts';

interface Answers {
  readonly [command: string]: unknown;
}

const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/1';
const ORIGINAL: Answers = {
  DescribeTableCommand: {
    Table: {
      TableArn: 'arn:aws:dynamodb:eu-central-1:123456789012:table/app-prod-sessions',
      KeySchema: [{ AttributeName: 'user_key', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'user_key', AttributeType: 'S' }],
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: KEY },
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      DeletionProtectionEnabled: true,
    },
  },
  DescribeTimeToLiveCommand: { TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' } },
  DescribeContinuousBackupsCommand: {
    ContinuousBackupsDescription: {
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: 35 },
    },
  },
  ListTagsOfResourceCommand: { Tags: [{ Key: 'environment', Value: 'prod' }] },
  GetResourcePolicyCommand: { Policy: '{"Statement":[{"Sid":"Auditors"}]}' },
};

function settingsBy(answers: Answers) {
  const send = async (command: { constructor: { name: string } }) => answers[command.constructor.name];
  return readSettings({ send } as never, 'app-prod-sessions');
}

/** The original with another answer to one command. */
async function differing(command: string, answer: unknown) {
  return differencesOf(await settingsBy(ORIGINAL), await settingsBy({ ...ORIGINAL, [command]: answer }));
}

const { Table } = ORIGINAL.DescribeTableCommand as { Table: object };

describe('the settings of a table', () => {
  it('are the same in another order, and when they are about to be', async () => {
    const arriving = { TimeToLiveDescription: { AttributeName: 'ttl', TimeToLiveStatus: 'ENABLING' } };
    expect(await differing('DescribeTimeToLiveCommand', arriving)).toEqual([]);
  });

  it.each<[string, object]>([
    ['billing mode', { BillingModeSummary: undefined }],
    ['encryption', { SSEDescription: undefined }],
    ['encryption', { SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: 'another' } }],
    ['stream', { StreamSpecification: undefined }],
    ['stream', { StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } }],
    ['deletion protection', { DeletionProtectionEnabled: false }],
    ['table class', { TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' } }],
    ['key schema', { KeySchema: [] }],
    ['indexes', { GlobalSecondaryIndexes: [{ IndexName: 'by-id' }] }],
  ])('differ in one: %s (%#)', async (name, change) => {
    expect(await differing('DescribeTableCommand', { Table: { ...Table, ...change } })).toEqual([
      expect.stringMatching(new RegExp(`^${name}: .* before, .* now$`)),
    ]);
  });

  it('differ in what a restore leaves behind', async () => {
    expect(
      await differing('DescribeTimeToLiveCommand', { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } }),
    ).toEqual(['time to live: {"attribute":"ttl","status":"ENABLED"} before, {"status":"DISABLED"} now']);
    expect(await differing('ListTagsOfResourceCommand', { Tags: [] })).toEqual([
      'tags: {"environment":"prod"} before, {} now',
    ]);
    expect(await differing('GetResourcePolicyCommand', { Policy: '{"Statement":[]}' })).toEqual([
      'policy: [{"Sid":"Auditors"}] before, [] now',
    ]);
    const recovery = { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' } };
    expect(await differing('DescribeContinuousBackupsCommand', { ContinuousBackupsDescription: recovery })).toEqual([
      expect.stringContaining('point-in-time recovery: '),
    ]);
  });
});
