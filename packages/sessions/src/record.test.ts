import { jsonText } from '@cloakroom/core';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { expiresAt } from './model/lifetime.ts';
import { addressOf, aRecord, DAY, type Fixture, HOUR, newUser, POLICY, START, storeFixture } from './store-fixture.ts';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await storeFixture();
});

describe('the lifetime of a record', () => {
  it('is as long as an administrator says, its data included', async () => {
    const { store, state } = fixture;
    const { session, data } = await aRecord(fixture);
    const absoluteExpiresAt = START + 60 * DAY;
    const changed = await store.setLifetime({ ...addressOf(session), absoluteExpiresAt });
    expect(expiresAt(changed)).toBe(absoluteExpiresAt);
    state.nowSeconds = absoluteExpiresAt - 1;
    expect(await store.require(addressOf(session))).toEqual(changed);
    await store.replaceData({ ...addressOf(session), version: data.version, value: jsonText({}) });
    expect(expiresAt(await store.require(addressOf(session)))).toBe(absoluteExpiresAt);
  });

  it('is not made longer by a later end where it has an idle time of its own', async () => {
    const { session } = await aRecord(fixture);
    await fixture.store.setLifetime({ ...addressOf(session), idleSeconds: HOUR });
    const changed = await fixture.store.setLifetime({ ...addressOf(session), absoluteExpiresAt: START + 60 * DAY });
    expect(expiresAt(changed)).toBe(START + HOUR + 300);
    expect(await fixture.store.require(addressOf(session))).toEqual(changed);
  });
});

describe('records that have expired', () => {
  const user = newUser();
  const make = (absoluteSeconds: number) => {
    const policy = { ...POLICY, absoluteSeconds };
    return fixture.store.createRecord({ user, clientId: 'batch', client: { ip: '', userAgent: '' }, policy });
  };
  const sessions = async () => (await fixture.store.getUser(user)).sessions;

  it('end when new ones are made, so that no number of short-lived ones piles up', async () => {
    for (let count = 0; count < 40; count += 1) await make(60);
    fixture.state.nowSeconds += 60;
    await make(60);
    const last = await make(60);
    expect(await sessions()).toHaveLength(2);
    expect(await sessions()).toContainEqual(last.session);
    const ended = Object.values(await fixture.items(user)).filter(({ reason }) => reason === 'expired');
    expect(ended).toHaveLength(40);
    expect(await fixture.store.revokeAll({ user })).toBe(2);
  });
});
