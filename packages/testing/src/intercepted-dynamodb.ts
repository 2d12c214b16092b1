import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SentCommand } from './sent-command.ts';
import { transactionConflicts } from './transaction-conflicts.ts';

/** What happens to a command: it goes on, or whatever is done instead. */
export type Interceptor = (command: SentCommand, goOn: () => Promise<unknown>) => Promise<unknown>;

export interface Interception {
  intercept: Interceptor | undefined;
  /** How long a transaction is ongoing, and so in the way of others, beyond what DynamoDB Local takes for it. */
  holdTransaction: (end: () => void) => Promise<void>;
}

/**
 * A client in front of DynamoDB Local that does what DynamoDB does, and DynamoDB Local does not: what meets a transaction is refused.
 * It keeps what was sent, and does with each command what the interception of the moment says.
 */
export function interceptedDynamoDb(real: DynamoDBClient, interception: Interception) {
  const sent: SentCommand[] = [];
  const conflicts = transactionConflicts();
  const carryOut = async (command: SentCommand) => {
    const end = conflicts.begin(command);
    let hasSucceeded = false;
    try {
      const answer = await real.send(command as Parameters<typeof real.send>[0]);
      hasSucceeded = true;
      return answer;
    } finally {
      await (isTransaction(command) ? interception.holdTransaction(() => end(hasSucceeded)) : end(hasSucceeded));
    }
  };
  const send = async (command: SentCommand) => {
    sent.push(command);
    const goOn = () => carryOut(command);
    return interception.intercept === undefined ? goOn() : interception.intercept(command, goOn);
  };
  return { dynamodb: { send } as unknown as DynamoDBClient, sent };
}

const isTransaction = ({ constructor: { name } }: SentCommand) => name === 'TransactWriteItemsCommand';
