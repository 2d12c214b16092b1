import { publicUserKey, userKey } from '@cloakroom/core';
import { testKms } from '@cloakroom/testing';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SessionAddress } from '../model/session-id.ts';
import { addressOf, type Fixture, newUser, storeFixture, UNKNOWN_ID } from '../store-fixture.ts';
import type { ProviderTokens } from './token-item.ts';
import { createTokenStore } from './token-store.ts';

const KEY_ARN = 'arn:aws:kms:eu-central-1:000000000000:key/tokens';
const OTHER_ID = 'BBBBBBBBBBBBBBBBBBBBBB';
const TOKENS = { accessToken: 'an-access-token', idToken: 'an-id-token', refreshToken: 'a-refresh-token' };
let fixture: Fixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => fixture.reset());

function aStore() {
  const test = testKms();
  const { table } = fixture;
  return {
    ...test,
    tokens: createTokenStore({ ...table, kms: test.kms, keyId: KEY_ARN }),
  };
}

const anAddress = () => addressOf({ user: newUser(), id: UNKNOWN_ID });
const sortKey = ({ id }: SessionAddress) => `PROVIDER_TOKENS#${id}`;

/** With the tokens of an address in the table. */
async function stored(tokens: ProviderTokens = TOKENS, address = anAddress()) {
  const store = aStore();
  const { user_key: _, item, ...fields } = await store.tokens.seal(address, tokens);
  await fixture.put(address.user, item, fields);
  return { ...store, address, fields };
}

describe("the provider's tokens", () => {
  it.each<ProviderTokens>([TOKENS, { refreshToken: 'ü'.repeat(5000) }, {}])('come back as they were', async (given) => {
    const { tokens, address } = await stored(given);
    expect(await tokens.get(address)).toEqual(given);
  });

  it('cost one data key to keep and one Decrypt to read, bound to purpose, user and session', async () => {
    const { tokens, address, sent, fields } = await stored();
    await tokens.get(address);
    const EncryptionContext = { purpose: 'provider-tokens', user: publicUserKey(address.user), session: address.id };
    expect(sent).toEqual([
      { operation: 'GenerateDataKey', input: { KeyId: KEY_ARN, KeySpec: 'AES_256', EncryptionContext } },
      { operation: 'Decrypt', input: { KeyId: KEY_ARN, CiphertextBlob: fields.data_key, EncryptionContext } },
    ]);
  });

  it('stand nowhere in the table, and neither does their key', async () => {
    const { address, plainKeys } = await stored();
    const item = JSON.stringify(await fixture.raw(address.user, sortKey(address)), (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    expect(item).toContain(userKey(address.user));
    for (const token of Object.values(TOKENS)) expect(item).not.toContain(token);
    expect(plainKeys).toHaveLength(1);
  });

  it('leave no plain key in memory', async () => {
    const { tokens, address, plainKeys } = await stored();
    await tokens.get(address);
    await fixture.put(address.user, sortKey(address), { ...(await aStore().tokens.seal(address, {})) });
    await expect(tokens.get(address)).rejects.toThrow();
    expect(plainKeys.map((key) => Buffer.from(key))).toEqual([Buffer.alloc(32), Buffer.alloc(32)]);
  });

  it('are sealed anew each time', async () => {
    const { tokens } = aStore();
    const address = anAddress();
    const [one, other] = [await tokens.seal(address, TOKENS), await tokens.seal(address, TOKENS)];
    for (const field of ['data_key', 'nonce', 'sealed'] as const) {
      expect(Buffer.from(one[field])).not.toEqual(Buffer.from(other[field]));
    }
  });

  it('are none where there is no item', async () => {
    const { tokens, sent } = aStore();
    expect(await tokens.get(anAddress())).toBeUndefined();
    expect(sent).toEqual([]);
  });
});

describe('what the table holds', () => {
  it.each<[string, (address: SessionAddress) => SessionAddress]>([
    ['session', ({ user }) => ({ user, id: OTHER_ID })],
    ['user', ({ id }) => ({ user: newUser(), id })],
  ])('opens nothing when it is put under another %s', async (_, moved) => {
    const { tokens, address, fields } = await stored();
    const other = moved(address);
    await fixture.put(other.user, sortKey(other), fields);
    await expect(tokens.get(other)).rejects.toMatchObject({ code: 'STORED_ITEM_MALFORMED', field: 'data_key' });
  });

  it('opens nothing with the data key of another session', async () => {
    const { tokens, address, fields } = await stored();
    const other = await tokens.seal({ ...address, id: OTHER_ID }, {});
    await fixture.put(address.user, sortKey(address), { ...fields, data_key: other.data_key });
    await expect(tokens.get(address)).rejects.toMatchObject({ field: 'data_key' });
    const same = await tokens.seal(address, {});
    await fixture.put(address.user, sortKey(address), { ...fields, data_key: same.data_key });
    await expect(tokens.get(address)).rejects.toMatchObject({ field: 'sealed' });
  });

  it.each(['nonce', 'sealed', 'data_key'] as const)('opens nothing when one bit of %s differs', async (field) => {
    const { tokens, address, fields } = await stored();
    for (const at of [0, fields[field].length - 1]) {
      const changed = Uint8Array.from(fields[field], (byte, index) => (index === at ? byte ^ 1 : byte));
      await fixture.put(address.user, sortKey(address), { ...fields, [field]: changed });
      await expect(tokens.get(address)).rejects.toMatchObject({ code: 'STORED_ITEM_MALFORMED' });
    }
  });

  it.each([
    { sealed: new Uint8Array(3) },
    { sealed: 'text' },
    { nonce: undefined },
    { nonce: new Uint8Array(1) },
    { data_key: 7 },
  ])('is an error that tells no content when it is none of ours: %j', async (spoilt) => {
    const { tokens, address, fields } = await stored();
    await fixture.put(address.user, sortKey(address), { ...fields, ...spoilt });
    const failure = await tokens.get(address).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'STORED_ITEM_MALFORMED', item: 'PROVIDER_TOKENS' });
    expect(String(failure)).not.toContain('token-');
  });

  it('is not taken for spoilt when KMS refuses us', async () => {
    const { address } = await stored();
    const refused = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    const { dynamodb, table, nowMs } = fixture.table;
    const kms = { send: async () => Promise.reject(refused) };
    const tokens = createTokenStore({ dynamodb, table, nowMs, kms, keyId: KEY_ARN });
    await expect(tokens.get(address)).rejects.toBe(refused);
    await expect(tokens.seal(address, TOKENS)).rejects.toBe(refused);
  });
});
