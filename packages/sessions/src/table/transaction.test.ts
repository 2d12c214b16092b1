import { TransactionCanceledException, type TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
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

/** Cancels with these codes, one after the other, and then commits. */
function cancelledWithEach(...all: readonly (readonly string[])[]) {
  const sent: (readonly unknown[] | undefined)[] = [];
  const dynamodb = {
    send: async ({ input }: TransactWriteItemsCommand) => {
      const codes = all[sent.push(input.TransactItems) - 1];
      const CancellationReasons = codes?.map((Code) => ({ Code }));
      if (codes === undefined) return {};
      throw new TransactionCanceledException({ message: 'cancelled', $metadata: {}, CancellationReasons });
    },
  } as unknown as SessionTable['dynamodb'];
  const run = (steps: readonly Step[]) => runTransaction({ dynamodb }, steps);
  return { sent, run };
}

describe('a transaction that ends items of web sessions', () => {
  const webStep = (user_key: string) => {
    const Update = { TableName: 'sessions', UpdateExpression: 'SET a = :a', Key: { user_key: { S: user_key } } };
    return { name: 'ended_web', write: { Update } } as const;
  };
  const [marker, one, two] = [{ name: 'end_marker', write: {} } as const, webStep('WEB#1'), webStep('WEB#2')];

  it('is written without those that are gone, where nothing else is in the way', async () => {
    const { sent, run } = cancelledWithEach(
      ['None', 'ConditionalCheckFailed', 'None'],
      ['None', 'ConditionalCheckFailed'],
    );
    expect(await run([marker, one, two])).toEqual({ committed: true });
    expect(sent).toEqual([[marker.write, one.write, two.write], [marker.write, two.write], [marker.write]]);
  });

  it('is not written where something else is in the way too', async () => {
    const { sent, run } = cancelledWithEach(['ConditionalCheckFailed', 'ConditionalCheckFailed', 'None']);
    expect(await run([marker, one, two])).toEqual({ committed: false, failed: ['end_marker', 'ended_web'] });
    expect(sent).toHaveLength(1);
  });

  it('names each once, and goes on to the next that names it where the first has failed', async () => {
    const again = { ...webStep('WEB#1') };
    const { sent, run } = cancelledWithEach(['None', 'ConditionalCheckFailed']);
    expect(await run([marker, one, again])).toEqual({ committed: true });
    expect(sent).toEqual([
      [marker.write, one.write],
      [marker.write, again.write],
    ]);
  });
});

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
