import { aRequest, LOGINS, newUser, POLICY, type storeFixture } from './store-fixture.ts';

export type Fixture = Awaited<ReturnType<typeof storeFixture>>;

export const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const CLIENT = { ip: '192.0.2.9', userAgent: 'curl', device: 'printer' };

export const sentBy = ({ sent }: Fixture) => sent.map((command) => command.constructor.name);

export const addressOf = ({ user, id }: { user: Parameters<Fixture['items']>[0]; id: string }) => ({
  user,
  id,
  ...LOGINS,
});

export async function aSession(fixture: Fixture, user = newUser(), data?: { readonly a: number }) {
  const { session } = await fixture.store.create({ ...aRequest({ user, authTime: fixture.state.nowSeconds }), data });
  return session;
}

export function aRecord(fixture: Fixture, user = newUser()) {
  const client = { client: CLIENT, clientId: 'batch' };
  return fixture.store.createRecord({ user, ...client, data: { order: 7 }, policy: POLICY });
}
