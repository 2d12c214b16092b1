import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { errorCode } from './error-code.ts';
import { PortInUseError } from './errors.ts';

/**
 * How long a server here keeps a connection that is idle, in milliseconds. Node's five seconds pass on a busy machine while the
 * next request already waits to be read, and its client sees the connection closed.
 */
export const KEEP_ALIVE_MS = 60_000;

/**
 * Makes a server listen, and resolves when it does.
 *
 * @throws PortInUseError when something else has the port; other errors of the system as they are
 */
export function listen(
  server: Server,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: unknown) => {
      reject(errorCode(error) === 'EADDRINUSE' ? new PortInUseError(port, { cause: error }) : error);
    });
    server.listen({ port, host }, () => resolve());
  });
}

/** Whether nothing listens on a port of 127.0.0.1 at the moment. */
export async function isPortFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await listen(server, { port, host: '127.0.0.1' });
  } catch (error) {
    if (error instanceof PortInUseError) return false;
    throw error;
  }
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return true;
}

/**
 * A TCP port on 127.0.0.1 that nothing listens on at the moment. It is none of those that systems give to outgoing
 * connections or to servers without a wish (Linux: from 32768), so that nobody else is given it before it is used.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_768);
    if (await isPortFree(port)) return port;
  }
}
