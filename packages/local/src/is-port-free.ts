import { createServer } from 'node:net';
import { PortInUseError } from './errors.ts';
import { listen } from './listen.ts';

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
