import { sdkItems } from '@cloakroom/aws/dynamodb';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Session } from './model/session.ts';
import { aRequest, type Fixture, newUser, storeFixture } from './store-fixture.ts';
import { readErasures } from './table/read-erasures.ts';

let fixture: Fixture;
let session: Session;
/** What DynamoDB was asked, with what it has answered. */
let asked: { readonly input: unknown; readonly answer: unknown }[];

beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(async () => {
  const { store, items, put, state } = fixture;
  const user = newUser();
  ({ session } = await store.create(aRequest({ user })));
  const other = await store.create(aRequest({ user, loginId: 'ended' }));
  await store.revoke(other.session);
  // As if an application's data, or a token, stood in each item.
  for (const [item, fields] of Object.entries(await items(user))) {
    const { user_key: _, item: __, ...rest } = fields as Record<string, unknown>;
    await put(user, item, { ...rest, data: 'hidden', refresh_token: 'hidden' });
  }
  asked = [];
  state.intercept = async ({ input }, goOn) => {
    const answer = await goOn();
    asked.push({ input, answer });
    return answer;
  };
});

describe('a read of what needs no data', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['a session', () => fixture.store.get(session.user, session.id)],
    ['the mark of an end', () => fixture.store.getEnded(session.user, 'ended')],
    ['a user', () => fixture.store.getUser(session.user)],
    [
      'an erasure',
      async () =>
        (await readErasures({ items: sdkItems(fixture.table.dynamodb), table: fixture.name }, [session.user]))(
          session.user,
        ) ?? 'never',
    ],
    ['all sessions', () => fixture.store.scan({ issuers: [session.user.issuer], limit: 100 })],
  ])('asks for the attributes of %s by name, so that IAM can refuse all others', async (_, read) => {
    expect(await read()).toBeDefined();
    expect(asked.length).toBeGreaterThan(0);
    for (const { input } of asked) expect(JSON.stringify(input)).toContain('"ProjectionExpression":"#');
    expect(JSON.stringify(asked)).not.toContain('hidden');
  });

  it('leaves nothing out that a session is made of', async () => {
    expect(await fixture.store.get(session.user, session.id)).toEqual(session);
    expect((await fixture.store.getUser(session.user)).sessions).toEqual([session]);
    expect((await fixture.store.scan({ issuers: ['local'], limit: 1000 })).sessions).toContainEqual(session);
  });
});
