import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { expect, it } from '@jest/globals';
import { sendPlainly } from './plain-dynamodb.ts';
import { createTestTable, testDynamoDb } from './tables.ts';

const plain = testDynamoDb();
const endpoint = process.env.CLOAKROOM_TEST_DYNAMODB ?? '';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const sdk = new DynamoDBClient({ endpoint, region: 'eu-central-1', credentials });

const BYTES = new Uint8Array([0, 1, 254, 255]);
const key = (item: string) => ({ user_key: { S: 'ä"\n' }, item: { S: item } });
const KIND = { L: [{ M: { B: { S: 'of this name' } } }, { BOOL: true }, { NULL: true }, { SS: ['a', 'b'] }] };
const ABSENT = { ConditionExpression: 'attribute_not_exists(user_key)' };
const OLD = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

/** What either of the SDK's errors may hold. */
type Refusal = Pick<ConditionalCheckFailedException, 'Item' | 'message' | '$fault' | '$metadata'> &
  Pick<TransactionCanceledException, 'CancellationReasons'> & { readonly name: string };

type Send = (command: object) => Promise<unknown>;

/** What became of it: without what tells one request from another. */
async function outcomeOf(send: Send, command: object): Promise<unknown> {
  try {
    const { $metadata, ...answer } = (await send(command)) as { $metadata: { httpStatusCode: number } };
    return { ...answer, status: $metadata.httpStatusCode };
  } catch (error) {
    const { name, message, $fault, $metadata, CancellationReasons, Item } = error as Refusal;
    const kinds = [ConditionalCheckFailedException, TransactionCanceledException, Error];
    const is = kinds.map((kind) => error instanceof kind);
    return { name, message, $fault, status: $metadata.httpStatusCode, CancellationReasons, Item, is };
  }
}

it('answers every operation on items, done or refused, as the SDK does', async () => {
  const outcomes = await Promise.all(
    [plain, sdk].map(async (client) => {
      const TableName = await createTestTable(client, 'sessions');
      const at = (item: string) => ({ TableName, Key: key(item) });
      const put = { TableName, Item: { ...key('a'), bytes: { B: Buffer.from(BYTES) }, KIND, count: { N: '7' } } };
      const all = {
        TableName,
        KeyConditionExpression: 'user_key = :k',
        ExpressionAttributeValues: { ':k': key('').user_key },
      };
      const commands = [
        new PutItemCommand(put),
        new PutItemCommand({ ...put, ...ABSENT, ...OLD }),
        new GetItemCommand({ ...at('a'), ConsistentRead: true }),
        new GetItemCommand(at('none')),
        new UpdateItemCommand({
          ...at('a'),
          UpdateExpression: 'SET bytes = :b',
          ExpressionAttributeValues: { ':b': { B: new Uint8Array(1) } },
          ReturnValues: 'ALL_NEW',
        }),
        new UpdateItemCommand({ ...at('a'), UpdateExpression: 'SET' }),
        new TransactWriteItemsCommand({ TransactItems: [{ Put: { ...put, ...ABSENT, ...OLD } }, { Delete: at('b') }] }),
        new TransactWriteItemsCommand({ TransactItems: [{ Put: { ...put, Item: key('b') } }] }),
        new TransactGetItemsCommand({ TransactItems: [{ Get: at('a') }, { Get: at('b') }] }),
        new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ DeleteRequest: { Key: key('b') } }] } }),
        new QueryCommand({ ...all, Limit: 1 }),
        new ScanCommand({ TableName }),
        new DeleteItemCommand({ ...at('a'), ReturnValues: 'ALL_OLD' }),
        new GetItemCommand({ TableName: randomUUID().replaceAll(/./g, 'n'), Key: key('a') }),
      ];
      const told: unknown[] = [];
      for (const command of commands) told.push(await outcomeOf(client.send.bind(client) as Send, command));
      return told;
    }),
  );
  const [plainly = [], bySdk = []] = outcomes;
  expect(plainly).toEqual(bySdk);
  expect(plainly[1]).toMatchObject({ name: 'ConditionalCheckFailedException', is: [true, false, true] });
  expect(plainly[2]).toMatchObject({ status: 200, Item: { bytes: { B: BYTES }, KIND } });
  expect(plainly[6]).toMatchObject({
    is: [false, true, true],
    CancellationReasons: [{ Item: { bytes: { B: new Uint8Array(1) } } }, { Code: 'None' }],
  });
});

it.each([
  { failures: 2, outcome: { status: 200, Item: {} } },
  { failures: 3, outcome: { status: 500, name: 'InternalServerError' } },
])(
  'sends a request again as the SDK does, the same each time: after $failures failures',
  async ({ failures, outcome }) => {
    const seen: unknown[] = [];
    const server = createServer(async (request, response) => {
      seen.push(await json(request));
      const isFailure = seen.length <= failures;
      response.writeHead(isFailure ? 500 : 200);
      response.end(JSON.stringify(isFailure ? { __type: 'x#InternalServerError', message: 'busy' } : { Item: {} }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const client = sendPlainly(new DynamoDBClient({ region: 'eu-central-1' }), `http://127.0.0.1:${port}`);
    const command = new TransactWriteItemsCommand({ TransactItems: [] });
    expect(await outcomeOf(client.send.bind(client) as Send, command)).toMatchObject(outcome);
    expect(seen).toEqual(Array(3).fill({ ClientRequestToken: expect.any(String), TransactItems: [] }));
    expect(seen[1]).toEqual(seen[0]);
    server.closeAllConnections();
    server.close();
  },
);
