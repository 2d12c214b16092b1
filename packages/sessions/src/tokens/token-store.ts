import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { sdkItems } from '@cloakroom/aws/dynamodb';
import { publicUserKey } from '@cloakroom/core';
import type { SessionAddress } from '../model/session-id.ts';
import { tokensKey } from '../table/item-key.ts';
import { getItem, type SessionTable } from '../table/table.ts';
import { endLease, type Lease, type LeaseEnd, type Leasing, takeLease } from './lease.ts';
import { seal, unseal } from './seal.ts';
import {
  formatTokens,
  isWithoutTokens,
  malformed,
  type ProviderTokens,
  parseTokenItem,
  parseTokens,
  type TokenItem,
} from './token-item.ts';

/**
 * The provider's tokens of sessions, at rest under a KMS data key each. The table alone opens none of them, and neither does the key
 * with another session's item: user and session are part of what is encrypted.
 */
export interface TokenStore {
  /** The item for `openTicket` to put. One GenerateDataKey. @throws the errors of AWS */
  seal(address: SessionAddress, tokens: ProviderTokens): Promise<TokenItem>;
  /**
   * Undefined when there are none, or the session has ended. One GetItem, and one Decrypt.
   *
   * @throws StoredItemError when the item is not as it was sealed; the errors of AWS
   */
  get(address: SessionAddress): Promise<ProviderTokens | undefined>;
  /** Whoever is to refresh the tokens takes them so; see `Lease`. One UpdateItem, and one Decrypt. @throws as `get` */
  lease(address: SessionAddress): Promise<TokenLeasing>;
  /** Gives the lease back where there are no new tokens. One UpdateItem. */
  release(lease: Lease, end: LeaseEnd): Promise<void>;
}

/** See `Leasing`. */
export type TokenLeasing =
  | Extract<Leasing, { outcome: 'held' | 'none' }>
  | (Omit<Extract<Leasing, { outcome: 'taken' }>, 'item'> & { readonly tokens: ProviderTokens });

export interface TokenStoreOptions extends Pick<SessionTable, 'dynamodb' | 'table' | 'nowMs'> {
  readonly kms: Pick<KMSClient, 'send'>;
  /** Id or ARN of the KMS key. */
  readonly keyId: string;
}

export function createTokenStore({ kms, keyId, ...options }: TokenStoreOptions): TokenStore {
  const table = { ...options, items: sdkItems(options.dynamodb) };
  return {
    async seal(address, tokens) {
      const context = contextOf(address);
      const { Plaintext, CiphertextBlob } = await kms.send(
        new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: context }),
      );
      if (Plaintext === undefined || CiphertextBlob === undefined) throw new Error('KMS answered without a data key');
      const sealed = wiping(Plaintext, (key) => seal(formatTokens(tokens), key, JSON.stringify(context)));
      return { ...tokensKey(address.user, address.id), data_key: CiphertextBlob, ...sealed };
    },
    async get(address) {
      const stored = await getItem(table, tokensKey(address.user, address.id));
      if (stored === undefined || isWithoutTokens(stored)) return undefined;
      return unsealed(address, parseTokenItem(address, stored));
    },
    async lease(address) {
      const leasing = await takeLease(table, address);
      if (leasing.outcome !== 'taken') return leasing;
      const { item, ...taken } = leasing;
      try {
        return { ...taken, tokens: await unsealed(address, item) };
      } catch (error) {
        // The provider was not asked: nobody shall have to find it abandoned, unless it was before.
        if (!taken.isAbandoned) await endLease(table, taken.lease, 'unused').catch(() => undefined);
        throw error;
      }
    },
    release: (lease, end) => endLease(table, lease, end),
  };

  async function unsealed(address: SessionAddress, item: TokenItem): Promise<ProviderTokens> {
    const context = contextOf(address);
    const key = await decrypt(kms, { KeyId: keyId, CiphertextBlob: item.data_key, EncryptionContext: context });
    return parseTokens(wiping(key, () => open(item, key, JSON.stringify(context))));
  }
}

/** Stands in CloudTrail in the clear, so it names the user as session pages do. The order is that of the AAD. */
function contextOf({ user, id }: SessionAddress) {
  return { purpose: 'provider-tokens', user: publicUserKey(user), session: id };
}

/** @throws StoredItemError when KMS did not make it for this key and context */
async function decrypt(kms: TokenStoreOptions['kms'], input: DecryptCommand['input']): Promise<Uint8Array> {
  try {
    const { Plaintext } = await kms.send(new DecryptCommand(input));
    if (Plaintext !== undefined) return Plaintext;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'InvalidCiphertextException')) throw error;
    throw malformed('data_key', error);
  }
  throw new Error('KMS answered without a data key');
}

/** @throws StoredItemError */
function open(item: TokenItem, key: Uint8Array, context: string): string {
  try {
    return unseal(item, key, context);
  } catch (error) {
    throw malformed('sealed', error);
  }
}

/** Nothing that is freed is wiped by itself: a plain key is in memory for no longer than it is used. */
function wiping<T>(key: Uint8Array, use: (key: Uint8Array) => T): T {
  try {
    return use(key);
  } finally {
    key.fill(0);
  }
}
