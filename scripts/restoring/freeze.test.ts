import { describe, expect, it } from '@jest/globals';
import { freeze } from './freeze.ts';

const TABLE = {
  TableArn: 'arn:aws:dynamodb:eu-central-1:123456789012:table/app-prod-sessions',
  KeySchema: [
    { AttributeName: 'user_key', KeyType: 'HASH' },
    { AttributeName: 'item', KeyType: 'RANGE' },
  ],
};
const named = (name: string, message = name) => Object.assign(new Error(message), { name });
const TAKEN = () => named('ConditionalCheckFailedException');
const DENIED = () => named('AccessDeniedException', 'not authorized, with an explicit deny in a resource-based policy');

/** A table that answers the probes so, one after the other, the last one for ever. */
async function freezing(...answers: (() => Error)[]) {
  const sent: { name: string; input: Record<string, unknown> }[] = [];
  let waits = 0;
  const probes = () => sent.filter(({ name }) => name === 'UpdateItemCommand');
  const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    sent.push({ name: command.constructor.name, input: command.input });
    if (command.constructor.name === 'DescribeTableCommand') return { Table: TABLE };
    if (command.constructor.name === 'GetResourcePolicyCommand') {
      return { Policy: JSON.stringify({ Statement: [{ Sid: 'Theirs' }, { Sid: 'RestoredElsewhere' }] }) };
    }
    if (command.constructor.name === 'UpdateItemCommand')
      throw (answers[probes().length - 1] ?? answers.at(-1) ?? DENIED)();
    return {};
  };
  const sleep = async () => {
    waits += 1;
  };
  const done = freeze({ dynamodb: { send } as never, sleep, say: () => undefined }, 'app-prod-sessions');
  return { done, sent, probes, waits: () => waits };
}

describe('a table that is to take no writes', () => {
  it('denies them to everybody, and nothing else, beside what its policy had', async () => {
    const { done, sent } = await freezing(DENIED);
    await done;
    const policy = sent.find(({ name }) => name === 'PutResourcePolicyCommand')?.input;
    expect(policy?.ResourceArn).toBe(TABLE.TableArn);
    const { Statement } = JSON.parse(String(policy?.Policy)) as { Statement: { Action?: string[] }[] };
    const deny = expect.objectContaining({ Effect: 'Deny', Principal: '*', Resource: TABLE.TableArn });
    expect(Statement).toEqual([{ Sid: 'Theirs' }, deny]);
    const actions = Statement.flatMap(({ Action = [] }) => Action);
    for (const write of ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'])
      expect(actions).toContain(`dynamodb:${write}`);
    expect(actions.filter((action) => /Get|Query|Scan|Describe|Policy/.test(action))).toEqual([]);
  });

  it('is believed when it has refused five times in a row, by a write that changes nothing', async () => {
    const { done, probes, waits } = await freezing(TAKEN, DENIED, DENIED, TAKEN, DENIED);
    await done;
    expect(probes()).toHaveLength(9);
    expect(waits()).toBe(8);
    expect(probes()[0]?.input).toMatchObject({ ConditionExpression: 'attribute_exists(user_key)' });
  });

  it('is not believed when it goes on taking them', async () => {
    const { done } = await freezing(TAKEN);
    await expect(done).rejects.toThrow('app-prod-sessions still takes writes');
  });

  it('is not believed when it is ourselves who may not write', async () => {
    const { done } = await freezing(() => named('AccessDeniedException', 'no identity-based policy allows the action'));
    await expect(done).rejects.toThrow('no identity-based policy allows');
  });
});
