import { randomInt } from 'node:crypto';
import { isPortFree } from './is-port-free.ts';

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
