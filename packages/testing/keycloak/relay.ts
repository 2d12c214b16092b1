import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that can be cut. */
export interface Relay {
  /** From now on nobody gets through: connections are refused, and those that there are end. */
  cut(): Promise<void>;
  /** Lets them through again; nothing where they are. */
  mend(): Promise<void>;
}

/** Listens on a port of 127.0.0.1, and hands on what comes to another. */
export async function startRelay({ from, to }: { readonly from: number; readonly to: number }): Promise<Relay> {
  const sockets = new Set<Socket>();
  let server: Server | undefined;

  async function mend(): Promise<void> {
    if (server !== undefined) return;
    server = createServer((incoming) => {
      const outgoing = connect(to, '127.0.0.1');
      for (const [one, other] of [
        [incoming, outgoing],
        [outgoing, incoming],
      ] as const) {
        sockets.add(one);
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      }
    });
    await once(server.listen(from, '127.0.0.1'), 'listening');
  }

  await mend();
  return {
    mend,
    async cut() {
      if (server === undefined) return;
      const closed = once(server, 'close');
      server.close();
      server = undefined;
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
