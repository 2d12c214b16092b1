import type { Client } from './client.ts';
import { openClient } from './open-client.ts';
import type { Page } from './page.ts';
import type { Channel, Surroundings } from './surroundings.ts';

export const API = 'https://api.example.com';
export const APP = 'https://app.example.com';
const HOUR_MS = 3_600_000;

/** A request as the API has seen it. */
interface Seen {
  readonly route: string;
  readonly headers: Headers;
  readonly credentials: RequestCredentials | undefined;
  readonly body: string;
}

/** An API that answers as its routes do: `answers` are those to come, by route; then what the ticket is worth. */
export interface FakeApi {
  /** Whether the ticket is good, must be renewed, or there is none. */
  ticket: 'good' | 'due' | 'none';
  readonly seen: Seen[];
  readonly answers: Map<string, (() => Response | Promise<Response>)[]>;
  count(route: string): number;
  fetch: Surroundings['fetch'];
}

export const REFRESH = 'POST /auth/refresh';
export const SESSION = 'GET /auth/session';
export const LOGOUT = 'POST /auth/logout';

export function json(status: number, body: object = {}, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers });
}

export function refusal(status: number, error: { code: string; endedReason?: string }, retryAfter?: number): Response {
  return json(status, { success: false, error }, retryAfter === undefined ? {} : { 'retry-after': `${retryAfter}` });
}

export function sessionOf(userId: string, recheckAt = new Date(Date.now() + HOUR_MS).toISOString()) {
  return { success: true, data: { userId, userKey: `~${userId}`, recheckAt } };
}

export function fakeApi(userId = 'ada'): FakeApi {
  const api: FakeApi = {
    ticket: 'good',
    seen: [],
    answers: new Map(),
    count: (route) => api.seen.filter((request) => request.route === route).length,
    async fetch(input, init) {
      const request = new Request(input, {
        ...init,
        ...(init.body instanceof ReadableStream ? { duplex: 'half' } : {}),
      });
      const { pathname, search } = new URL(request.url);
      const route = `${request.method} ${pathname}${search}`;
      const { credentials } = init;
      const { ticket } = api; // as the request comes; other requests may pass before it is answered
      api.seen.push({ route, headers: request.headers, credentials, body: await request.text() });
      const next = api.answers.get(route)?.shift();
      if (next !== undefined) return next();
      if (route === LOGOUT) return json(200, { data: { logoutUrl: null, providerSessionEnded: true } });
      if (ticket === 'none') return refusal(401, { code: 'UNAUTHORIZED' });
      if (route === REFRESH) api.ticket = 'good';
      if (route === REFRESH || route === SESSION) return json(200, sessionOf(userId));
      return ticket === 'due' ? json(401, { message: 'Unauthorized' }) : json(200, { success: true });
    },
  };
  return api;
}

/** Tabs of one origin: their locks, and their messages. */
export interface Tabs {
  readonly locks: Pick<LockManager, 'request'>;
  openChannel(name: string): Channel;
}

export function tabs(): Tabs {
  const channels = new Map<Channel, string>();
  const held = new Map<string, Promise<unknown>>();
  const request = async (name: string, options: LockOptions, callback: (lock: Lock | null) => unknown) => {
    if (held.has(name) && options.ifAvailable) return callback(null);
    while (held.has(name)) await held.get(name);
    const running = (async () => callback({ name, mode: 'exclusive' }))();
    const isOver = running.then(
      () => held.delete(name),
      () => held.delete(name),
    );
    held.set(name, isOver);
    return running;
  };
  return {
    locks: { request: request as LockManager['request'] },
    openChannel(name) {
      const channel: Channel = {
        onmessage: null,
        postMessage(message) {
          const others = [...channels].filter(([other, its]) => other !== channel && its === name);
          const event = { data: structuredClone(message) } as MessageEvent;
          for (const [other] of others) queueMicrotask(() => other.onmessage?.(event));
        },
      };
      channels.set(channel, name);
      return channel;
    },
  };
}

/** A page that only notes where it is sent. */
export interface FakePage extends Page {
  readonly wentTo: string[];
  show(): void;
  hide(): void;
  restore(): void;
}

export interface FakePageOptions {
  readonly address?: string;
  readonly storage?: Map<string, string> | undefined;
  readonly isRevisited?: boolean;
}

export function fakePage(options: FakePageOptions = {}): FakePage {
  const { address = `${APP}/`, storage = new Map<string, string>(), isRevisited = false } = options;
  let here = new URL(address);
  let isVisible = true;
  const turnTo: (() => void)[] = [];
  const restored: (() => void)[] = [];
  const wentTo: string[] = [];
  const keepsNothing = 'storage' in options && options.storage === undefined;
  return {
    wentTo,
    isRevisited,
    address: () => here,
    goTo: (there) => wentTo.push(there),
    rename(there) {
      here = there;
    },
    isVisible: () => isVisible,
    whenVisible: () => new Promise((resolve) => turnTo.push(resolve)),
    onRestored: (listener) => restored.push(listener),
    storage: keepsNothing
      ? undefined
      : {
          getItem: (key) => storage.get(key) ?? null,
          setItem: (key, value) => storage.set(key, value),
          removeItem: (key) => storage.delete(key),
        },
    show() {
      isVisible = true;
      for (const listener of turnTo.splice(0)) listener();
    },
    hide() {
      isVisible = false;
    },
    restore() {
      for (const listener of restored) listener();
    },
  };
}

/** A client in a page, or in a worker, beside those of the other tabs. */
export function open(around: Partial<Surroundings> & Pick<Surroundings, 'fetch'>): Client {
  const { locks, openChannel } = tabs();
  return openClient({ apiUrl: API }, { nowMs: Date.now, locks, openChannel, page: undefined, ...around });
}
