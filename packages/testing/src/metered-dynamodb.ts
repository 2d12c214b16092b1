import type { ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** A request that went to DynamoDB, and what it consumes. */
interface MeteredRequest {
  readonly name: string;
  /** Read or write units, as the service has counted them; not of a transaction, which DynamoDB Local counts otherwise than AWS. */
  readonly capacityUnits?: number;
  /** Of a transaction, how many writes and checks it consists of: each costs two write units for every KB of its item. */
  readonly writes?: number;
}

/**
 * The client, asking the service about each request what it has consumed. A failed request consumes too, but tells nothing:
 * it is not in the list.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export function meteredDynamoDb(real: Pick<DynamoDBClient, 'send'>) {
  const requests: MeteredRequest[] = [];
  const send = async (command: Parameters<DynamoDBClient['send']>[0]) => {
    const { name } = command.constructor;
    const { TransactItems } = command.input as { TransactItems?: readonly unknown[] };
    Object.assign(command.input, { ReturnConsumedCapacity: 'TOTAL' });
    const answer = (await real.send(command)) as { ConsumedCapacity?: ConsumedCapacity };
    const capacityUnits = answer.ConsumedCapacity?.CapacityUnits ?? Number.NaN;
    requests.push(TransactItems === undefined ? { name, capacityUnits } : { name, writes: TransactItems.length });
    return answer;
  };
  return {
    dynamodb: { send } as unknown as Pick<DynamoDBClient, 'send'>,
    /** What was sent since the last look. */
    takeRequests: (): readonly MeteredRequest[] => requests.splice(0),
  };
}
