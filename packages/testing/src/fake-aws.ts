import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as the endpoint saw it. */
export interface SeenRequest {
  /** From the scope of the signature: `dynamodb`, `sqs`, `sts`. */
  readonly service: string;
  readonly operation: string;
  readonly body: string;
  readonly accessKeyId: string;
  readonly signature: string;
  /** When it was signed, in epoch milliseconds; NaN where it was not. */
  readonly signedAtMs: number;
  /** Tells connections apart. */
  readonly clientPort: number | undefined;
}

/** A whole answer, or what a network does instead: `reset` closes the connection, `hang` says nothing, `cut` closes it amid the answer. */
export type FakeAnswer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string }
  | 'reset'
  | 'hang'
  | 'cut';

export interface FakeAws {
  /** For `AWS_ENDPOINT_URL`. */
  readonly url: string;
  readonly requests: SeenRequest[];
  /** Decides each answer; set it in a test. */
  answer(decide: (request: SeenRequest) => FakeAnswer): void;
  stop(): Promise<void>;
}

/** An AWS endpoint for faults: it reads who signed a request, and answers what the test says. */
export async function startFakeAws(): Promise<FakeAws> {
  const requests: SeenRequest[] = [];
  let decide: (request: SeenRequest) => FakeAnswer = () => 'reset';
  const server = createServer(async (incoming, outgoing) => {
    const request = seen(incoming, await text(incoming));
    requests.push(request);
    send(outgoing, decide(request));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer(next) {
      decide = next;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** ISO 8601's, as in `x-amz-date`. */
const BASIC_TIME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

function seen({ headers, socket }: IncomingMessage, body: string): SeenRequest {
  const [, accessKeyId = '', service = '', signature = ''] =
    /Credential=([^/]+)\/\d+\/[^/]+\/(\w+)\/aws4_request.*Signature=(\w+)/.exec(headers.authorization ?? '') ?? [];
  const target = String(headers['x-amz-target'] ?? '');
  const operation = target.split('.')[1] ?? new URLSearchParams(body).get('Action') ?? '';
  const signedAtMs = Date.parse(String(headers['x-amz-date']).replace(BASIC_TIME, '$1-$2-$3T$4:$5:$6Z'));
  return { service, operation, body, accessKeyId, signature, signedAtMs, clientPort: socket.remotePort };
}

function send(outgoing: ServerResponse, answer: FakeAnswer): void {
  if (answer === 'hang') return;
  if (answer === 'reset') {
    outgoing.destroy();
    return;
  }
  if (answer === 'cut') {
    outgoing.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': 100 });
    outgoing.write('{"Item":{', () => outgoing.destroy());
    return;
  }
  outgoing.writeHead(answer.status, answer.headers);
  outgoing.end(answer.body);
}

/** An error in the form of the service's protocol: JSON for DynamoDB and SQS (which adds its older query code), XML for STS. */
export function fakeAwsError(service: string, code: string, status = 400): FakeAnswer {
  const message = `${code} for the test`;
  if (service === 'sts') {
    const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
    const body = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${error}</ErrorResponse>`;
    return { status, headers: { 'content-type': 'text/xml' }, body };
  }
  const query = service === 'sqs' ? { 'x-amzn-query-error': `${code};Sender` } : undefined;
  const body = JSON.stringify({ __type: `com.amazon.coral.service#${code}`, message });
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0', ...query }, body };
}

/** A successful answer of the few operations that need a body. */
export function fakeAwsSuccess({ service, operation }: SeenRequest): FakeAnswer {
  if (service !== 'sts') return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: '{}' };
  const result =
    '<Arn>arn:aws:sts::000000000000:assumed-role/cloakroom/x</Arn><UserId>x</UserId><Account>000000000000</Account>';
  const body = `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${operation}Result>${result}</${operation}Result></${operation}Response>`;
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}
