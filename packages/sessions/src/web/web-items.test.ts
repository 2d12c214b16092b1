import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { StoredItemError } from '../model/errors.ts';
import { type Fixture, sentBy, storeFixture } from '../store-fixture.ts';
import { webHash, webKey } from '../table/item-key.ts';
import { toItem } from '../table/table.ts';
import { newSid, PREFIX, webUserOf } from '../web-fixture.ts';
import type { WebSession } from './web-session.ts';

let fixture: Fixture;
let web: ReturnType<typeof webUserOf>;
let malformed: StoredItemError[];

beforeEach(async () => {
  fixture = await storeFixture();
  malformed = [];
  web = webUserOf(fixture, { onMalformed: (error) => malformed.push(error) });
});

async function put(fields: object): Promise<string> {
  const sid = newSid();
  const Item = toItem({ ...webKey(webHash(PREFIX, sid)), ...fields });
  await fixture.real.send(new PutItemCommand({ TableName: fixture.name, Item }));
  return sid;
}

async function scanned(): Promise<readonly WebSession[]> {
  const pages = [];
  for await (const page of web.sessions.pages()) pages.push(page);
  return pages.flat();
}

const LATER = 9_000_000_000_000;
const WHOLE = { prefix: PREFIX, created_at_ms: 1, idle_expires_at_ms: LATER, absolute_expires_at_ms: LATER, keys: {} };

describe('an item', () => {
  it('without a cookie has none', async () => {
    const session = await web.sessions.get(await put(WHOLE));
    expect(session).toMatchObject({ cookie: undefined, owned: undefined, keys: new Map() });
  });

  it.each([
    ['keys', { ...WHOLE, keys: undefined }],
    ['keys', { ...WHOLE, keys: { a: 1 } }],
    ['cookie', { ...WHOLE, cookie: 1 }],
    ['created_at_ms', { ...WHOLE, created_at_ms: 'x' }],
    ['idle_expires_at_ms', { ...WHOLE, idle_expires_at_ms: -1 }],
    ['absolute_expires_at_ms', { ...WHOLE, absolute_expires_at_ms: undefined }],
    ['owner', { ...WHOLE, id: 'x' }],
    ['owner', { ...WHOLE, owner: 'nobody', id: 'x' }],
    ['id', { ...WHOLE, owner: 'U#local#x' }],
    ['owner', { ...WHOLE, provider_sid_hash: 'x' }],
    ['provider_sid_hash', { ...WHOLE, owner: 'U#local#x', id: 'x', provider_sid_hash: 1 }],
  ])('whose %s is none of ours is an error, and never "no session"', async (field, item) => {
    const sid = await put(item);
    await expect(web.sessions.get(sid)).rejects.toMatchObject({ code: 'STORED_ITEM_MALFORMED', item: 'WEB', field });
    expect(await scanned()).toEqual([]);
    expect(malformed).toMatchObject([{ field }]);
  });

  it('that has expired is no session, is not saved, and is not listed', async () => {
    const { sid, session } = await web.make({ a: 1 });
    fixture.state.nowSeconds += 3599;
    expect(await web.sessions.get(sid)).toEqual(session);
    fixture.state.nowSeconds += 1;
    expect(await web.sessions.get(sid)).toBeUndefined();
    for (const before of [session, undefined]) {
      expect(await web.sessions.set(web.change(sid, before, { a: 2 }))).toEqual({ outcome: 'ended' });
      expect(await web.sessions.touch(web.change(sid, before, {}))).toEqual({ outcome: 'ended' });
    }
    expect(await scanned()).toEqual([]);
  });

  it('lives no longer than its absolute end, however it is used', async () => {
    const { sid, session } = await web.make({}, { expiresAtMs: LATER });
    expect(session.idleExpiresAtMs).toBe(session.absoluteExpiresAtMs);
    fixture.sent.length = 0;
    const touched = await web.sessions.touch(web.change(sid, session, {}, { expiresAtMs: LATER + 1 }));
    expect(touched).toMatchObject({ outcome: 'saved', isWritten: false });
    fixture.state.nowSeconds += 30 * 86_400;
    expect(await web.sessions.get(sid)).toBeUndefined();
  });
});

describe('a use', () => {
  it('is not written down before the session would end by its cookie', async () => {
    const slackMs = 300_000;
    const { sid, session } = await web.make({}, { slackMs });
    const touch = () => web.sessions.touch(web.change(sid, session, {}, { slackMs }));
    fixture.state.nowSeconds += 300;
    expect(await touch()).toMatchObject({ isWritten: false });
    fixture.state.nowSeconds += 1;
    expect(await touch()).toMatchObject({
      isWritten: true,
      session: { idleExpiresAtMs: session.idleExpiresAtMs + 301_000 },
    });
  });

  it('that changes the cookie is written down at once', async () => {
    const { sid, session } = await web.make({ a: 1 });
    expect(await web.sessions.touch(web.change(sid, session, {}, { cookie: '{"long":1}' }))).toMatchObject({
      isWritten: true,
    });
    expect(await web.sessions.get(sid)).toMatchObject({ cookie: '{"long":1}', keys: session.keys });
  });

  it('of an object that was never handed out makes no session, and finds one that is there', async () => {
    expect(await web.sessions.touch(web.change(newSid(), undefined, {}))).toEqual({ outcome: 'ended' });
    const { sid, session } = await web.make({ a: 1 });
    fixture.state.nowSeconds += 60;
    expect(await web.sessions.touch(web.change(sid, undefined, {}))).toMatchObject({ isWritten: true });
    expect(await web.sessions.get(sid)).toMatchObject({ keys: session.keys });
  });

  it('of a user whose entry is gone ends the session', async () => {
    const { sid, session, user } = await web.makeOwned();
    await fixture.remove(user, `SESSION#${session.owned?.id}`);
    fixture.state.nowSeconds += 60;
    expect(await web.sessions.touch(web.change(sid, session, {}))).toEqual({ outcome: 'ended' });
    expect(await web.sessions.get(sid)).toBeUndefined();
  });
});

describe('a scan', () => {
  it('goes on for as many pages as there are, and ends what it finds', async () => {
    const made = await Promise.all(Array.from({ length: 12 }, (_, at) => web.make({ large: 'x'.repeat(150_000), at })));
    const foreign = webUserOf(fixture, { prefix: 'other:' });
    const other = await foreign.make({ a: 1 });
    const { user, sid } = await web.makeOwned({ a: 1 });
    await web.sessions.end(made[0]?.sid ?? '', 'logout');
    fixture.sent.length = 0;
    const found = await scanned();
    expect(sentBy(fixture).length).toBeGreaterThan(1);
    expect(found.map(({ hash }) => hash).toSorted()).toEqual(
      [...made.slice(1).map(({ session }) => session.hash), webHash(PREFIX, sid)].toSorted(),
    );
    for (const session of found) expect(await web.sessions.endScanned(session)).toEqual({ outcome: 'ended' });
    expect(await scanned()).toEqual([]);
    expect(await foreign.sessions.get(other.sid)).toEqual(other.session);
    const [entry] = Object.values(await fixture.items(user)).filter(({ web_hash }) => web_hash !== undefined);
    expect(entry).toMatchObject({ web_ended_as: 'logout' });
  });
});
