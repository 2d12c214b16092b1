import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  type AttributeValue,
  GetItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { testDynamoDb } from '@cloakroom/testing';
import express from 'express';
import session from 'express-session';
import { CloakroomStore } from './index.ts';

type Client = ReturnType<typeof testDynamoDb>;
type Item = Readonly<Record<string, AttributeValue>>;
type StoreOptions = ConstructorParameters<typeof CloakroomStore>[0];
type Command = Parameters<Client['send']>[0];

/** Request units of DynamoDB. */
interface Units {
  read: number;
  write: number;
}

/**
 * A client that counts what its requests consume, as the service says of each. Of transactions, which DynamoDB Local counts otherwise
 * than AWS, it counts two write units for every KB of an item, before or after, whichever is larger.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export function countedClient(real: Client) {
  const units: Units = { read: 0, write: 0 };

  async function sizesOf(items: readonly TransactWriteItem[]): Promise<number[]> {
    const sizes: number[] = [];
    for (const item of items) {
      const { TableName, Key } = Object.values(item)[0] as { TableName: string; Key: Record<string, AttributeValue> };
      const { Item: found } = await real.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
      sizes.push(found === undefined ? 0 : itemBytes(found));
    }
    return sizes;
  }

  async function transact(command: TransactWriteItemsCommand): Promise<unknown> {
    const items = command.input.TransactItems ?? [];
    const before = await sizesOf(items);
    const answer = await real.send(command);
    for (const [index, after] of (await sizesOf(items)).entries()) {
      units.write += 2 * Math.max(1, Math.ceil(Math.max(after, before[index] ?? 0) / 1024));
    }
    return answer;
  }

  async function send(command: Command): Promise<unknown> {
    if (command instanceof TransactWriteItemsCommand) return transact(command);
    Object.assign(command.input, { ReturnConsumedCapacity: 'TOTAL' });
    const answer = await (real.send(command) as Promise<{ ConsumedCapacity?: { CapacityUnits?: number } }>);
    const isWrite = command.constructor.name === 'UpdateItemCommand';
    units[isWrite ? 'write' : 'read'] += answer.ConsumedCapacity?.CapacityUnits ?? Number.NaN;
    return answer;
  }

  return {
    client: { send },
    /** What was consumed since the last look. */
    takeUnits(): Units {
      const taken = { ...units };
      Object.assign(units, { read: 0, write: 0 });
      return taken;
    },
  };
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
function itemBytes(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes({ S, N, M }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  if (M !== undefined) return 3 + Object.keys(M).length + itemBytes(M);
  throw new Error('an attribute of a kind that was not expected');
}

/** An app with this store, and one browser. */
export interface CountedApp {
  /** Sends a request with the cookie, and keeps the one that comes back. @throws Error when it is not answered with 200 */
  ask(path: string): Promise<void>;
  stop(): Promise<void>;
}

/** @param bytes what its sessions hold */
export async function startCountedApp(options: StoreOptions, bytes: number): Promise<CountedApp> {
  const server = createApp(options, bytes).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let cookie: string | undefined;
  return {
    async ask(path) {
      const answer = await fetch(origin + path, { headers: cookie === undefined ? {} : { cookie } });
      // The library holds back the end of an answer until the session is saved.
      const said = await answer.text();
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${said}`);
      cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function createApp(options: StoreOptions, bytes: number): express.Express {
  const app = express();
  const store = new CloakroomStore(options);
  app.use(session({ store, secret: 'of the test', resave: false, saveUninitialized: false }));
  app.get('/', (_request, response) => void response.sendStatus(200));
  app.get('/anonymous', (request, response) => {
    Object.assign(request.session, { cart: 'x'.repeat(bytes) });
    response.sendStatus(200);
  });
  app.get('/sign-in', (request, response, next) => {
    request.session.regenerate((failure) => {
      if (failure) return next(failure);
      Object.assign(request.session, { userId: 'ada', cart: 'x'.repeat(bytes), views: 0 });
      request.session.save((error) => (error ? next(error) : response.sendStatus(200)));
    });
  });
  app.get('/change', (request, response) => {
    Object.assign(request.session, { views: 1 });
    response.sendStatus(200);
  });
  app.get('/sign-out', (request, response, next) => {
    request.session.destroy((error) => (error ? next(error) : response.sendStatus(200)));
  });
  return app;
}
