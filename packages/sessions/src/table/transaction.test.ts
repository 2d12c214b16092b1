import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DependencyUnavailableError } from '@cloakroom/aws';
import { describe, expect, it } from '@jest/globals';
import type { SessionTable } from './table.ts';
import { runTransaction, type Step } from './transaction.ts';

const STEPS: readonly Step[] = [
  { name: 'session', write: {} },
  { name: 'login_not_ended', write: {} },
  { name: 'user', write: {} },
];

function cancelledWith(codes: readonly string[] | undefined) {
  const CancellationReasons = codes?.map((Code) => ({ Code }));
  const error = new TransactionCanceledException({ message: 'cancelled', $metadata: {}, CancellationReasons });
  const dynamodb = {
    send: async () => {
      throw error;
    },
  } as unknown as SessionTable['dynamodb'];
  return { error, run: () => runTransaction({ dynamodb }, STEPS) };
}

describe('a cancelled transaction', () => {
  it.each([
    [['ConditionalCheckFailed', 'None', 'None'], ['session']],
    [['None', 'ConditionalCheckFailed', 'None'], ['login_not_ended']],
    [['None', 'None', 'ConditionalCheckFailed'], ['user']],
    [
      ['ConditionalCheckFailed', 'ConditionalCheckFailed', 'None'],
      ['session', 'login_not_ended'],
    ],
    [['None', 'None', 'TransactionConflict'], []],
    [['TransactionConflict', 'ConditionalCheckFailed', 'None'], ['login_not_ended']],
  ])('for %j names the steps that failed: %j', async (codes, failed) => {
    expect(await cancelledWith(codes).run()).toEqual({ committed: false, failed });
  });

  it.each(['ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'for %s is an outage, not a lost race, even beside a failed condition',
    async (code) => {
      const { error, run } = cancelledWith(['ConditionalCheckFailed', code, 'None']);
      await expect(run()).rejects.toThrow(DependencyUnavailableError);
      await expect(run()).rejects.toMatchObject({ cause: error });
    },
  );

  it.each([
    [['ValidationError', 'None', 'None']],
    [['ItemCollectionSizeLimitExceeded', 'None', 'None']],
    [['SomethingNew', 'None', 'None']],
    [['ConditionalCheckFailed']],
    [undefined],
  ])('for %j is an error as it is', async (codes) => {
    const { error, run } = cancelledWith(codes);
    await expect(run()).rejects.toBe(error);
  });
});
