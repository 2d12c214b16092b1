import type { Server } from 'node:net';
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
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortInUseError(port, { cause: error }) : error);
    });
    server.listen({ port, host }, () => resolve());
  });
}
