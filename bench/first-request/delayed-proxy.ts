import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/**
 * A port of this machine in front of another, as far away as a round trip says: what a client sends arrives so much later, and what
 * it sends first, after a connection is there, two round trips later, because it would have waited for the first of them. Answers go
 * back at once: who waits for one cannot tell.
 */
export async function startDelayedProxy(port: number, roundTripMs: number): Promise<number> {
  const server = createServer((client) => {
    const target = connect(port, '127.0.0.1').setNoDelay();
    client.setNoDelay();
    target.pipe(client);
    delay(client, target, roundTripMs);
    for (const socket of [client, target])
      socket.on('error', () => client.destroy()).on('close', () => target.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function delay(client: Socket, target: Socket, roundTripMs: number): void {
  let roundTrips = 2;
  client.on('data', (chunk) => {
    const dueMs = performance.now() + roundTrips * roundTripMs;
    roundTrips = 1;
    // Timers are whole milliseconds, and late. It is this process that turns, and only while something is under way.
    const sendWhenDue = () => (performance.now() < dueMs ? setImmediate(sendWhenDue) : target.write(chunk));
    sendWhenDue();
  });
}
