import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a token endpoint does with a request: answers it, or breaks the connection once it has read it. */
export type TokenAnswer =
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  | 'closes';

export interface TokenEndpoint {
  readonly url: string;
  /** What was posted, by turn. */
  readonly posted: { readonly form: URLSearchParams; readonly authorization: string | undefined }[];
  /** The next answers, by turn; the last one goes on. */
  answers(...next: readonly TokenAnswer[]): void;
  stop(): Promise<void>;
}

/** A token endpoint that says what a test tells it. */
export async function startTokenEndpoint(): Promise<TokenEndpoint> {
  const posted: TokenEndpoint['posted'] = [];
  let turns: TokenAnswer[] = [];
  const server = createServer(async (request, response) => {
    posted.push({ form: new URLSearchParams(await text(request)), authorization: request.headers.authorization });
    const turn = turns.length > 1 ? turns.shift() : turns[0];
    if (turn === undefined || turn === 'closes') {
      request.socket.destroy();
      return;
    }
    const { status, body, headers } = turn;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    posted,
    answers(...next) {
      turns = [...next];
      posted.length = 0;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
