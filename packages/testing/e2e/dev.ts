import { afterAll } from '@jest/globals';
import { endAllDevs } from './run-dev.ts';

export { environmentForUsers } from '../src/environment-for-users.ts';
export { type Dev, freePorts, type SharedDev, startDev } from './run-dev.ts';
export { controlledDev, sharedDev } from './shared-dev.ts';

// Whatever fails in between, nothing that a test file has started outlives it.
afterAll(endAllDevs);

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every form
  readonly body: any;
}

/** One request; the body is read as JSON where it is JSON. */
export async function request(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  try {
    return { status: response.status, headers: response.headers, body: JSON.parse(text) };
  } catch {
    return { status: response.status, headers: response.headers, body: text };
  }
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` };
}

/** A POST of JSON with a bearer token. */
export function post(url: string, token: string, body: unknown = {}): Promise<Answer> {
  const headers = { ...bearer(token), 'content-type': 'application/json' };
  return request(url, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
}

export function get(url: string, token?: string): Promise<Answer> {
  return request(url, token === undefined ? {} : { headers: bearer(token) });
}

/** Polls until `probe` gives a value; fails with `what` after `withinMs`. */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined>, withinMs = 45_000): Promise<T> {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() > giveUpAt) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
