import { isObject } from '@cloakroom/core';
import { StoredItemError } from '../model/errors.ts';
import type { SessionAddress } from '../model/session-id.ts';
import { type ItemKey, tokensKey } from '../table/item-key.ts';

/** What the provider gave for a session. Never shown to anybody but the provider. */
export interface ProviderTokens {
  readonly accessToken?: string;
  readonly idToken?: string;
  readonly refreshToken?: string;
}

/** Tokens as the table has them. */
export interface TokenItem extends ItemKey {
  /** The data key under the KMS key: a `CiphertextBlob`. */
  readonly data_key: Uint8Array;
  readonly nonce: Uint8Array;
  /** The tokens under the data key, with the tag of GCM at the end. */
  readonly sealed: Uint8Array;
}

/** Whether the item is there for the claims alone, or for nothing: the provider gave no tokens to keep, or they are spent. */
export function isWithoutTokens(item: Readonly<Record<string, unknown>>): boolean {
  return [item.data_key, item.nonce, item.sealed].every((part) => part === undefined);
}

/** @throws StoredItemError */
export function parseTokenItem({ user, id }: SessionAddress, item: Readonly<Record<string, unknown>>): TokenItem {
  const bytes = (field: 'data_key' | 'nonce' | 'sealed') => {
    const value = item[field];
    if (!(value instanceof Uint8Array)) throw malformed(field);
    return value;
  };
  return { ...tokensKey(user, id), data_key: bytes('data_key'), nonce: bytes('nonce'), sealed: bytes('sealed') };
}

export function formatTokens({ accessToken, idToken, refreshToken }: ProviderTokens): string {
  return JSON.stringify({ accessToken, idToken, refreshToken });
}

/** Takes what {@link formatTokens} made. @throws StoredItemError, which quotes nothing of it */
export function parseTokens(text: string): ProviderTokens {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed('sealed');
  }
  if (!isObject(value)) throw malformed('sealed');
  const { accessToken, idToken, refreshToken } = value;
  return {
    ...(typeof accessToken === 'string' ? { accessToken } : {}),
    ...(typeof idToken === 'string' ? { idToken } : {}),
    ...(typeof refreshToken === 'string' ? { refreshToken } : {}),
  };
}

export function malformed(field: string, cause?: unknown): StoredItemError {
  return new StoredItemError('PROVIDER_TOKENS', field, { cause });
}
