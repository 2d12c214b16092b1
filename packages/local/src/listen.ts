import type { Server } from 'node:net';
import { errorCode } from './error-code.ts';
import { PortInUseError } from './errors.ts';

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
