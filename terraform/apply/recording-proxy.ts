import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type AwsCall, readCall } from './aws-call.ts';

/** Which calls are meant. */
type CallPattern = (call: AwsCall) => boolean;

/**
 * Stands between Terraform's provider and the emulator, notes every call in the order in which it was answered, and stands
 * in its way where it is told to.
 */
export interface RecordingProxy {
  /** `http://127.0.0.1:<port>`, for every service. */
  readonly url: string;
  /** What was done so far, oldest first. Refused calls are not among it. */
  readonly calls: readonly AwsCall[];
  /** Forgets what was done so far. */
  forget(): void;
  /** Answers every such call as IAM does when the action is not allowed, and does nothing. */
  refuse(pattern: CallPattern): void;
  /** Lets the next such call be done, and never answers it: whoever asked does not learn of it. Resolves once it is done. */
  holdAnswer(pattern: CallPattern): Promise<AwsCall>;
  /** Stands in no call's way any more. */
  letPass(): void;
  /** Has every such call answered by another server than the emulator, for good. `to` makes its address of the path. */
  divert(pattern: CallPattern, to: (path: string) => string): void;
  stop(): Promise<void>;
}

/** @param emulator the address behind the proxy: `http://127.0.0.1:<port>` */
export async function startRecordingProxy(emulator: string): Promise<RecordingProxy> {
  const calls: AwsCall[] = [];
  let refused: CallPattern[] = [];
  const diverted: { pattern: CallPattern; to(path: string): string }[] = [];
  let held: { pattern: CallPattern; resolve(call: AwsCall): void }[] = [];

  async function handle(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = incoming;
    const body = await buffer(incoming);
    const call = readCall({ method, url, headers, body: body.toString() });
    if (refused.some((pattern) => pattern(call))) return refuseAccess(answer, call);
    const elsewhere = diverted.find(({ pattern }) => pattern(call));
    const forwarded = request(elsewhere?.to(url) ?? `${emulator}${url}`, { method, headers });
    forwarded.end(body);
    const [received] = (await once(forwarded, 'response')) as [IncomingMessage];
    const content = await buffer(received);
    const status = received.statusCode ?? 502;
    if (status < 400) calls.push(call);
    const holder = held.find(({ pattern }) => pattern(call));
    if (holder !== undefined) {
      held = held.filter((one) => one !== holder);
      holder.resolve(call);
      return;
    }
    const { 'transfer-encoding': _, ...answered } = received.headers;
    answer.writeHead(status, { ...answered, 'content-length': content.length }).end(content);
  }

  const server = createServer((incoming, answer) => {
    handle(incoming, answer).catch(() => answer.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    forget() {
      calls.length = 0;
    },
    refuse(pattern) {
      refused.push(pattern);
    },
    holdAnswer(pattern) {
      const { promise, resolve } = Promise.withResolvers<AwsCall>();
      held.push({ pattern, resolve });
      return promise;
    },
    letPass() {
      refused = [];
      held = [];
    },
    divert: (pattern, to) => void diverted.push({ pattern, to }),
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** In the words of each protocol at once: the provider reads those of the service that it asked. */
function refuseAccess(answer: ServerResponse, { service, action }: AwsCall): void {
  const message = `User is not authorized to perform: ${service}:${action}`;
  if (service === 'ec2' || service === 'iam' || service === 'sts') {
    const code = service === 'ec2' ? 'UnauthorizedOperation' : 'AccessDenied';
    const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
    const xml =
      service === 'ec2' ? `<Response><Errors>${error}</Errors></Response>` : `<ErrorResponse>${error}</ErrorResponse>`;
    answer.writeHead(403, { 'content-type': 'text/xml' }).end(xml);
    return;
  }
  const json = JSON.stringify({ __type: 'AccessDeniedException', message });
  answer.writeHead(403, { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' }).end(json);
}
