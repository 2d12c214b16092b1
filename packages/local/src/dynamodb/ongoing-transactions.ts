import * as v from 'valibot';

/**
 * Why DynamoDB refuses a request that meets a transaction. `reasons` are those of a cancelled transaction, one for each of its
 * items: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CancellationReason.html
 */
export interface ConflictRefusal {
  readonly code: 'TransactionConflictException' | 'TransactionCanceledException' | 'TransactionInProgressException';
  readonly message: string;
  readonly reasons?: readonly { readonly Code: string; readonly Message?: string }[];
}

/** What became of a request that wants to begin: it is refused, or it is under way until `end` is told whether it succeeded. */
export type Beginning = { readonly refusal: ConflictRefusal } | { readonly end: (hasSucceeded: boolean) => void };

/** The names of a table's key attributes; undefined for a table that is not known, whose requests are never refused. */
export type KeysOf = (table: string) => readonly string[] | undefined;

const SINGLE_WRITES: ReadonlySet<string> = new Set(['DeleteItem', 'PutItem', 'UpdateItem']);
const MAX_TOKENS = 10_000;
const ON_ITEM = 'Transaction is ongoing for the item';

const attributes = v.record(v.string(), v.unknown());
const itemSchema = v.object({ TableName: v.string(), Item: v.optional(attributes), Key: v.optional(attributes) });
const transactionSchema = v.object({
  TransactItems: v.array(v.record(v.string(), itemSchema)),
  ClientRequestToken: v.optional(v.string()),
});
const batchSchema = v.object({
  RequestItems: v.record(v.string(), v.array(v.record(v.string(), v.omit(itemSchema, ['TableName'])))),
});
type ItemRequest = v.InferOutput<typeof itemSchema>;

/**
 * What DynamoDB Local does not do: it runs transactions that meet one after the other, and refuses none. DynamoDB refuses
 *
 * - `PutItem`, `UpdateItem`, `DeleteItem` of an item of an ongoing `TransactWriteItems` (`TransactionConflictException`);
 * - `TransactWriteItems` with an item of another one (`TransactionCanceledException`, `TransactionConflict` in that item's place);
 * - `TransactGetItems` with an item that is being written, by a transaction or by a single request;
 * - a client request token whose transaction is under way (`TransactionInProgressException`).
 *
 * A token whose transaction is done is answered as the first time, and meets nobody.
 * Single reads go on, and a single write never stands in a transaction's way. Of `BatchWriteItem` AWS says only that each of its
 * writes is isolated like a single one: here it is refused whole.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export class OngoingTransactions {
  private readonly keysOf: KeysOf;
  private readonly inTransactions = new Set<string>();
  private readonly inWrites = new Map<string, number>();
  /** Client request tokens, and whether their transaction is done. The oldest are forgotten, as AWS does after ten minutes. */
  private readonly tokens = new Map<string, 'ongoing' | 'done'>();

  constructor(keysOf: KeysOf) {
    this.keysOf = keysOf;
  }

  /** To be called when a request arrives, with the name of its operation. A malformed one is for DynamoDB Local to refuse. */
  begin(operation: string, input: unknown): Beginning {
    if (operation === 'TransactWriteItems') return this.beginTransaction(input);
    if (operation === 'TransactGetItems') return this.beginReads(input);
    if (operation === 'BatchWriteItem') return this.beginWrites(batchWrites(input));
    return SINGLE_WRITES.has(operation) ? this.beginWrites(singleWrite(input)) : NOTHING_HELD;
  }

  private beginTransaction(input: unknown): Beginning {
    const transaction = v.safeParse(transactionSchema, input);
    if (!transaction.success) return NOTHING_HELD;
    const { TransactItems, ClientRequestToken: token } = transaction.output;
    const repeated = token === undefined ? undefined : this.tokens.get(token);
    if (repeated !== undefined) return repeated === 'done' ? NOTHING_HELD : { refusal: IN_PROGRESS };
    const keys = TransactItems.map((item) => this.keyOf(Object.values(item)[0]));
    const conflicts = keys.map((key) => key !== undefined && this.inTransactions.has(key));
    if (conflicts.includes(true)) return { refusal: cancelled(conflicts) };
    // An item that stands twice in one transaction is DynamoDB Local's to refuse.
    const held = new Set(keys.filter((key) => key !== undefined));
    for (const key of held) this.inTransactions.add(key);
    if (token !== undefined) this.tokens.set(token, 'ongoing');
    return {
      end: (hasSucceeded) => {
        for (const key of held) this.inTransactions.delete(key);
        if (token !== undefined) this.endToken(token, hasSucceeded);
      },
    };
  }

  private endToken(token: string, hasSucceeded: boolean): void {
    this.tokens.delete(token);
    if (hasSucceeded) this.tokens.set(token, 'done');
    const [oldest] = this.tokens.keys();
    if (oldest !== undefined && this.tokens.size > MAX_TOKENS) this.tokens.delete(oldest);
  }

  private beginReads(input: unknown): Beginning {
    const reads = v.safeParse(transactionSchema, input);
    if (!reads.success) return NOTHING_HELD;
    const keys = reads.output.TransactItems.map((item) => this.keyOf(Object.values(item)[0]));
    const isWritten = (key: string) => this.inTransactions.has(key) || this.inWrites.has(key);
    const conflicts = keys.map((key) => key !== undefined && isWritten(key));
    return conflicts.includes(true) ? { refusal: cancelled(conflicts) } : NOTHING_HELD;
  }

  private beginWrites(requests: readonly ItemRequest[]): Beginning {
    const keys = requests.map((request) => this.keyOf(request)).filter((key) => key !== undefined);
    if (keys.some((key) => this.inTransactions.has(key))) return { refusal: CONFLICT };
    for (const key of keys) this.inWrites.set(key, (this.inWrites.get(key) ?? 0) + 1);
    return {
      end: () => {
        for (const key of keys) this.endWrite(key);
      },
    };
  }

  private endWrite(key: string): void {
    const left = (this.inWrites.get(key) ?? 0) - 1;
    if (left > 0) this.inWrites.set(key, left);
    else this.inWrites.delete(key);
  }

  /** One text for each item of a table, whatever else the request holds. A table may be named by its ARN. */
  private keyOf(request: ItemRequest | undefined): string | undefined {
    if (request === undefined) return undefined;
    const table = request.TableName.replace(/^arn:.*:table\//, '');
    const fields = request.Key ?? request.Item ?? {};
    const names = this.keysOf(table);
    return names === undefined ? undefined : JSON.stringify([table, ...names.map((name) => fields[name])]);
  }
}

const NOTHING_HELD: Beginning = { end: () => undefined };
const CONFLICT: ConflictRefusal = { code: 'TransactionConflictException', message: ON_ITEM };
const IN_PROGRESS: ConflictRefusal = {
  code: 'TransactionInProgressException',
  message: 'The transaction with the given request token is already in progress.',
};

function cancelled(conflicts: readonly boolean[]): ConflictRefusal {
  const reasons = conflicts.map((is) => (is ? { Code: 'TransactionConflict', Message: ON_ITEM } : { Code: 'None' }));
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return { code: 'TransactionCanceledException', message, reasons };
}

function singleWrite(input: unknown): readonly ItemRequest[] {
  const request = v.safeParse(itemSchema, input);
  return request.success ? [request.output] : [];
}

function batchWrites(input: unknown): readonly ItemRequest[] {
  const batch = v.safeParse(batchSchema, input);
  if (!batch.success) return [];
  return Object.entries(batch.output.RequestItems).flatMap(([TableName, requests]) =>
    requests.flatMap((request) => Object.values(request).map((of) => ({ ...of, TableName }))),
  );
}
