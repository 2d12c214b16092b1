import { createPage, type Page } from './page.ts';

/** Messages to the other tabs and workers of this origin. */
export interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

/** What the client needs of where it runs. A worker has no page; old browsers have no locks and no channels. */
export interface Surroundings {
  fetch(input: RequestInfo | URL, init: RequestInit): Promise<Response>;
  nowMs(): number;
  openChannel(name: string): Channel | undefined;
  readonly locks: Pick<LockManager, 'request'> | undefined;
  readonly page: Page | undefined;
}

/** Those of this page or worker. */
export function surroundings(): Surroundings {
  return {
    fetch: (input, init) => globalThis.fetch(input, init),
    nowMs: Date.now,
    openChannel,
    locks: globalThis.navigator?.locks,
    page: globalThis.document === undefined ? undefined : createPage(),
  };
}

function openChannel(name: string): Channel | undefined {
  if (globalThis.BroadcastChannel === undefined) return undefined;
  const channel: BroadcastChannel & { unref?: () => void } = new BroadcastChannel(name);
  channel.unref?.(); // a server that renders pages may end
  return channel;
}
