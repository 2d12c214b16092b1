import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { type ConflictRefusal, OngoingTransactions } from '@cloakroom/local/ongoing-transactions';
import type { SentCommand } from './sent-command.ts';
import { KEYS } from './tables.ts';

/** What DynamoDB refuses because it meets a transaction, and DynamoDB Local does not; see {@link OngoingTransactions}. */
export interface TransactionConflicts {
  /**
   * To be called when a command arrives; what it returns, when its answer has left, with whether it has succeeded.
   *
   * @throws the SDK's error when the command is refused
   */
  begin(command: SentCommand): (hasSucceeded: boolean) => void;
}

/** For tables made by `createTestTable`. */
export function transactionConflicts(): TransactionConflicts {
  const transactions = new OngoingTransactions((table) =>
    table.startsWith('sessions-') ? KEYS.sessions : table.startsWith('events-') ? KEYS.events : undefined,
  );
  return {
    begin({ constructor: { name }, input }) {
      const beginning = transactions.begin(name.replace(/Command$/, ''), input);
      if ('refusal' in beginning) throw errorOf(beginning.refusal);
      return beginning.end;
    },
  };
}

function errorOf({ code, message, reasons }: ConflictRefusal): Error {
  const details = { message, $metadata: {} };
  if (code === 'TransactionConflictException') return new TransactionConflictException(details);
  return new TransactionCanceledException({
    ...details,
    CancellationReasons: reasons?.map((reason) => ({ ...reason })),
  });
}
