import { randomUUID } from 'node:crypto';
import { Agent, type RequestOptions, request } from 'node:http';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as sdk from '@aws-sdk/client-dynamodb';
import type { SentCommand } from './sent-command.ts';

const ON_ITEMS = /^((Batch|Transact)?(Get|Write|Put|Update|Delete)Items?|Query|Scan)Command$/;

/** How often the SDK sends a request again. */
const AGAIN = 2;

/** DynamoDB Local wants a signature, and checks none. */
const authorization =
  'AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00';

/**
 * Has a client of the SDK send what is done to items in the plainest way, past its middleware, which costs a test four fifths
 * of what it spends on a request. Answers and errors are as the SDK has them. What the SDK adds on the way (signatures, waits,
 * times) is for the tests of those who wire it.
 *
 * @param endpoint of a DynamoDB Local
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
 */
export function sendPlainly(client: DynamoDBClient, endpoint: string): DynamoDBClient {
  const { hostname: host, port } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true });
  const original = client.send.bind(client) as (command: SentCommand) => Promise<unknown>;
  const send = (command: SentCommand): Promise<unknown> => {
    const { name } = command.constructor;
    if (!ON_ITEMS.test(name)) return original(command);
    const headers = {
      authorization,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${name.replace('Command', '')}`,
    };
    // One that is sent again is done once, as with the SDK.
    const token = name === 'TransactWriteItemsCommand' ? { ClientRequestToken: randomUUID() } : {};
    return sendJson({ agent, host, port, method: 'POST', headers }, { ...token, ...command.input });
  };
  return Object.assign(client, { send });
}

async function sendJson(options: RequestOptions, input: object): Promise<unknown> {
  const body = JSON.stringify(input, bytesAsText);
  let [status, text] = await post(options, body);
  // DynamoDB Local stumbles now and then on a busy machine.
  for (let again = 0; status >= 500 && again < AGAIN; again += 1) [status, text] = await post(options, body);
  const answer = JSON.parse(text, text.includes('"B":"') ? textAsBytes : undefined) as Answer;
  const $metadata = { httpStatusCode: status, attempts: 1, totalRetryDelay: 0 };
  if (status === 200) return { ...answer, $metadata };
  throw errorOf(answer, $metadata);
}

/** A connection that the server has just closed for its age is replaced, as Node's documentation tells clients to. */
function post(options: RequestOptions, body: string): Promise<[status: number, text: string]> {
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve([response.statusCode ?? 0, text]));
      response.on('error', reject);
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (sent.reusedSocket && error.code === 'ECONNRESET') resolve(post(options, body));
      else reject(error);
    });
    sent.end(body);
  });
}

/** For `JSON.stringify`: bytes go as base64. A Buffer has made an object of itself before it comes here. */
function bytesAsText(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const original = this[key];
  return ArrayBuffer.isView(original) ? Buffer.from(original as Uint8Array).toString('base64') : value;
}

function textAsBytes(key: string, value: unknown): unknown {
  return key === 'B' && typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value;
}

interface Answer {
  readonly __type?: string;
  readonly message?: string;
  readonly Message?: string;
}

/** The SDK's class of that name, where it has one. */
function errorOf({ __type = '', message, Message, ...fields }: Answer, $metadata: object): Error {
  const name = __type.split('#').at(-1) ?? '';
  const details = { ...fields, message: message ?? Message ?? name, $metadata };
  const Exception = (sdk as unknown as Readonly<Record<string, ErrorClass | undefined>>)[name];
  if (Exception !== undefined) return new Exception(details);
  return new sdk.DynamoDBServiceException({ ...details, name, $fault: 'client' });
}

type ErrorClass = new (details: object) => Error;
