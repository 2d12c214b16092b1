import {
  BatchGetItemCommand,
  type ConsumedCapacity,
  type DynamoDBClient,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';

/** A request that went to DynamoDB, and what it consumes. */
interface MeteredRequest {
  readonly name: string;
  /** Read or write units, as the service has counted them; not where DynamoDB Local counts otherwise than AWS. */
  capacityUnits?: number;
  /** Of a strongly consistent BatchGetItem, how many items it asks for: each costs a unit for every 4 KB, and one if it is not there. */
  readonly reads?: number;
  /** Of a transaction, how many writes and checks it consists of: each costs two write units for every KB of its item. */
  readonly writes?: number;
  /** Of a request that failed, the name of its error. It consumes too, but the service does not say how much. */
  error?: string;
}

/** Requests that consume one unit, and a transaction of so many writes and checks: most of what is sent. */
export const METERED = {
  get: { name: 'GetItemCommand', capacityUnits: 1 },
  query: { name: 'QueryCommand', capacityUnits: 1 },
  put: { name: 'PutItemCommand', capacityUnits: 1 },
  update: { name: 'UpdateItemCommand', capacityUnits: 1 },
  batchGet: (reads: number) => ({ name: 'BatchGetItemCommand', reads }),
  transaction: (writes: number) => ({ name: 'TransactWriteItemsCommand', writes }),
} as const;

/**
 * The client, asking the service about each request what it has consumed.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export function meteredDynamoDb(real: Pick<DynamoDBClient, 'send'>) {
  const requests: MeteredRequest[] = [];
  const underWay: Promise<unknown>[] = [];
  const meter = async (command: Parameters<DynamoDBClient['send']>[0]) => {
    const parts = partsOf(command);
    const request: MeteredRequest = { name: command.constructor.name, ...parts };
    requests.push(request);
    Object.assign(command.input, { ReturnConsumedCapacity: 'TOTAL' });
    try {
      const answer = (await real.send(command)) as Answer;
      if (parts === undefined) request.capacityUnits = unitsOf(answer);
      return answer;
    } catch (error) {
      request.error = error instanceof Error ? error.name : String(error);
      throw error;
    }
  };
  const send = (command: Parameters<typeof meter>[0]) => {
    const work = meter(command);
    underWay.push(work.catch(() => undefined));
    return work;
  };
  return {
    dynamodb: { send } as unknown as Pick<DynamoDBClient, 'send'>,
    /** What was sent since the last look, in that order. Waits for what nobody else waits for any more. */
    async takeRequests(): Promise<readonly Readonly<MeteredRequest>[]> {
      await Promise.all(underWay.splice(0));
      return requests.splice(0);
    },
  };
}

/** Of a request that DynamoDB Local counts otherwise than AWS, what it consists of: it takes items that are not there for free. */
function partsOf(command: object): Pick<MeteredRequest, 'reads' | 'writes'> | undefined {
  if (command instanceof BatchGetItemCommand) {
    const tables = Object.values(command.input.RequestItems ?? {});
    return { reads: tables.reduce((sum, { Keys = [] }) => sum + Keys.length, 0) };
  }
  return command instanceof TransactWriteItemsCommand
    ? { writes: command.input.TransactItems?.length ?? 0 }
    : undefined;
}

interface Answer {
  /** A list when a request may reach several tables. */
  readonly ConsumedCapacity?: ConsumedCapacity | readonly ConsumedCapacity[];
}

function unitsOf({ ConsumedCapacity = [] }: Answer): number {
  const tables = [ConsumedCapacity].flat();
  return tables.length === 0
    ? Number.NaN
    : tables.reduce((sum, { CapacityUnits = Number.NaN }) => sum + CapacityUnits, 0);
}
