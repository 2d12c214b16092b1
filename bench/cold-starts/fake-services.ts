import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** DynamoDB, SQS and the key set of an issuer, at one address. */
export interface FakeServices {
  readonly url: string;
  stop(): void;
}

export interface FakeServicesSettings {
  readonly keySet: string;
  /** By partition key, the attributes of the one item that is found there, but for its key. Writes succeed, and change nothing. */
  readonly items: Readonly<Record<string, object>>;
}

type Input = Readonly<Record<string, unknown>>;

/** Answers just enough for the first request of each function. Checks no signature. */
export async function startFakeServices({ keySet, items }: FakeServicesSettings): Promise<FakeServices> {
  const answers: Readonly<Record<string, (input: Input) => object>> = {
    GetItem: (input) => {
      const key = input.Key as { readonly user_key: { readonly S: string } };
      const item = items[key.user_key.S];
      return item === undefined ? {} : { Item: { ...key, ...item } };
    },
    Query: () => ({ Items: [], Count: 0, ScannedCount: 0 }),
    BatchGetItem: () => ({ Responses: {}, UnprocessedKeys: {} }),
    SendMessage: ({ MessageBody }) => ({ MessageId: 'message', MD5OfMessageBody: md5(String(MessageBody)) }),
    SendMessageBatch: ({ Entries }) => ({ Successful: (Entries as readonly Entry[]).map(sent), Failed: [] }),
  };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const answer = request.method === 'GET' ? keySet : JSON.stringify(answers[operation]?.(JSON.parse(body)) ?? {});
    const contentType = request.method === 'GET' ? 'application/json' : 'application/x-amz-json-1.0';
    response.writeHead(200, { 'content-type': contentType }).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
}

function sent({ Id, MessageBody }: Entry) {
  return { Id, MessageId: Id, MD5OfMessageBody: md5(MessageBody) };
}

/** The SDK compares it with what it has sent. */
function md5(value: string): string {
  return createHash('md5').update(value).digest('hex');
}
