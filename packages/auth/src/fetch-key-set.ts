import type { IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { epochSeconds, isSecureUrl, type NowMs } from '@cloakroom/core';
import { KeySetUnreadableError } from './errors.ts';
import type { Issuer } from './issuer.ts';
import { type KeySet, MAX_KEY_SET_BYTES, parseKeySet } from './key-set.ts';

const TIMEOUT_MS = 3000;

/**
 * Gets the issuer's key set from the provider.
 *
 * @throws KeySetUnreadableError when there is no usable key set to be had
 */
export type FetchKeySet = (issuer: Issuer) => Promise<KeySet>;

interface FetchKeySetOptions {
  readonly nowMs: NowMs;
  /** For the whole exchange; 3000 by default. */
  readonly timeoutMs?: number;
}

/**
 * Fetches key sets with node:http(s), which loads faster than undici and follows no redirects: only the configured address is
 * asked. Over https, or http on this machine; at most 64 KiB, in at most 3 s.
 */
export function createKeySetFetcher({ nowMs, timeoutMs = TIMEOUT_MS }: FetchKeySetOptions): FetchKeySet {
  return async ({ jwksUri, algorithms }) => {
    const fetchedAt = epochSeconds(nowMs()); // before the request, so that no age is ever understated
    return parseKeySet(await fetchText(jwksUri, timeoutMs), algorithms, fetchedAt);
  };
}

async function fetchText(url: string, timeoutMs: number): Promise<string> {
  if (!isSecureUrl(url)) throw new KeySetUnreadableError('not_https', `${url} is not https`);
  try {
    const response = await get(url, AbortSignal.timeout(timeoutMs));
    if (response.statusCode !== 200) {
      response.destroy();
      throw new KeySetUnreadableError('status', `${url} answered ${response.statusCode}`);
    }
    return await readBounded(response, url);
  } catch (cause) {
    if (cause instanceof KeySetUnreadableError) throw cause;
    throw new KeySetUnreadableError('request_failed', `${url} did not answer`, { cause });
  }
}

function get(url: string, signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    // No agent: a connection used once in ten minutes would be found dead after Lambda froze and thawed the process.
    request(url, { agent: false, headers: { accept: 'application/json' }, signal })
      .on('response', resolve)
      .on('error', reject)
      .end();
  });
}

async function readBounded(response: IncomingMessage, url: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > MAX_KEY_SET_BYTES) {
      throw new KeySetUnreadableError('too_large', `${url} answered more than ${MAX_KEY_SET_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
