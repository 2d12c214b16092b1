import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that can be cut, and mended. */
export interface TcpSwitch {
  /** Where clients go, without a slash at the end. */
  readonly url: string;
  /** What is under way breaks, and nobody is let in any more. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

export async function startTcpSwitch(target: string): Promise<TcpSwitch> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const open = (at: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer((incoming) => {
        const outgoing = connect(Number(port), hostname);
        for (const [one, other] of [
          [incoming, outgoing],
          [outgoing, incoming],
        ] as const) {
          sockets.add(one);
          one.once('close', () => sockets.delete(one));
          one.once('error', () => other.destroy());
          one.pipe(other);
        }
      });
      server.once('error', reject).listen(at, '127.0.0.1', () => resolve(server));
    });
  let server = await open(0);
  const at = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${at}`,
    async cut() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    async mend() {
      server = await open(at);
    },
  };
}
