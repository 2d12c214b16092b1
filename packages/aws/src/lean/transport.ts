import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { CONNECTION_TIMEOUT_MS } from '../limits.ts';
import { TimeoutError, UnreadableAnswerError } from './errors.ts';

/** TCP asks then whether the other end of an idle connection is still there. */
const KEEP_ALIVE_MS = 1000;
/** A page of a Query is 1 MB of data, which its JSON makes several times as much at worst. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** What a connection says that was closed at its other end. */
const CLOSED = new Set(['ECONNRESET', 'EPIPE']);

/** A whole answer. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

interface Sent {
  readonly method: 'GET' | 'POST';
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: string;
  /** For one attempt, connecting included. */
  readonly timeoutMs: number;
}

/** The way to one endpoint. */
export interface Transport {
  /**
   * Sends a request once. One that meets a kept connection which was closed meanwhile, as when Lambda has frozen the
   * environment, goes over a new one: the request never began.
   *
   * @throws TimeoutError, UnreadableAnswerError, and what Node says of a failed connection
   */
  send(request: Sent): Promise<Answer>;
}

/** Opens connections when they are needed, and keeps them. */
export function createTransport({ protocol, hostname, port, pathname: path }: URL): Transport {
  const isTls = protocol === 'https:';
  const kept = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS, scheduling: 'lifo' } as const;
  // Loaded when an endpoint is known, and only the one it needs; an ES import of either would load undici as well (Node 24).
  const { Agent, request: open } = process.getBuiltinModule(isTls ? 'node:https' : 'node:http');
  const agent = new Agent(kept);
  const target = { agent, hostname: hostname.replace(/^\[|\]$/g, ''), port, path };

  function once({ method, headers, body, timeoutMs }: Sent, isLast: boolean): Promise<Answer | undefined> {
    return new Promise((resolve, reject) => {
      const request = open({ ...target, method, headers });
      const timer = setTimeout(() => {
        request.destroy(new TimeoutError(`no answer in ${timeoutMs} ms`));
      }, timeoutMs);
      const fail = (error: Error) => {
        clearTimeout(timer);
        reject(readable(error));
      };
      request.once('error', (error: NodeJS.ErrnoException) => {
        if (isLast || !isStale(request, error)) return fail(error);
        clearTimeout(timer);
        resolve(undefined);
      });
      request.once('response', (response: IncomingMessage) => {
        collect(response, fail, (text) => {
          clearTimeout(timer);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        });
      });
      limitConnecting(request);
      request.end(body);
    });
  }

  /** All of them are as old as the one that was closed, or older. */
  function dropIdle(): void {
    for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
  }

  return {
    async send(request) {
      const answer = await once(request, false);
      if (answer !== undefined) return answer;
      dropIdle();
      return (await once(request, true)) as Answer;
    },
  };
}

/** True of a kept connection that ended before anything came back. */
function isStale({ reusedSocket, res }: ClientRequest & { res?: unknown }, { code = '' }: NodeJS.ErrnoException) {
  return reusedSocket && (res === undefined || res === null) && CLOSED.has(code);
}

function limitConnecting(request: ClientRequest): void {
  request.once('socket', (socket: Socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => {
      request.destroy(new TimeoutError(`no connection in ${CONNECTION_TIMEOUT_MS} ms`));
    }, CONNECTION_TIMEOUT_MS);
    socket.once('connect', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
  });
}

/** Nearly every answer is one chunk. */
function collect(response: IncomingMessage, fail: (error: Error) => void, done: (text: string) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes > MAX_ANSWER_BYTES) response.destroy(new UnreadableAnswerError(`more than ${MAX_ANSWER_BYTES} bytes`));
  });
  response.once('error', fail);
  response.once('end', () => done(chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString()));
}

/** What is not HTTP is an answer that nobody can read. */
function readable(error: NodeJS.ErrnoException): Error {
  return error.code?.startsWith('HPE_') ? new UnreadableAnswerError(error.message, { cause: error }) : error;
}
