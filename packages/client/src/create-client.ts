import type { Client, ClientOptions } from './client.ts';
import { openClient } from './open-client.ts';
import { surroundings } from './surroundings.ts';

/**
 * The client of this page or worker. Make one, and use it everywhere.
 *
 * @throws TypeError `apiUrl` is no address
 */
export function createClient(options: ClientOptions): Client {
  return openClient(options, surroundings());
}
