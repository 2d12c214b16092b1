import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aRequest, type Fixture, START, storeFixture } from '../store-fixture.ts';
import { aWebSession, endByApp, type WebFixture } from '../web-session-fixture.ts';
import { webKey } from './item-key.ts';
import { type ItemChange, readFollowUp, readSessionChange } from './session-change.ts';
import { getRawItem, keyItem } from './table.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
beforeEach(() => fixture.reset());

const itemOf = ({ user, id }: Pick<WebFixture, 'user' | 'id'>) => fixture.raw(user, `SESSION#${id}`);

function change(name: ItemChange['name'], image: ItemChange['after'], isByTtl = false): ItemChange {
  const item = image?.item?.S ?? '';
  return name === 'REMOVE'
    ? { name, item, before: image, isByTtl }
    : { name, item, before: image, after: image, isByTtl };
}

describe('the change of a session of a web app', () => {
  it('is a beginning, after which it is adopted', async () => {
    const { user, id, hash } = await aWebSession(fixture);
    const began = change('INSERT', await itemOf({ user, id }));
    expect(readSessionChange(began)).toEqual({ user, id, what: 'created', at: START, kind: 'web' });
    expect(readFollowUp(began)).toEqual({ user, id, what: 'adopt' });
    const own = change('INSERT', await getRawItem(fixture.table, webKey(hash)));
    expect([readSessionChange(own), readFollowUp(own)]).toEqual([undefined, undefined]);
  });

  it('means nothing when it is a use, or an ending that is done', async () => {
    const web = await aWebSession(fixture);
    const used = change('MODIFY', await itemOf(web));
    expect([readSessionChange(used), readFollowUp(used)]).toEqual([undefined, undefined]);
    await fixture.store.revoke(web);
    const marker = change('INSERT', await fixture.raw(web.user, `ENDED#${web.id}`));
    expect(readSessionChange(marker)).toMatchObject({ what: 'revoked', kind: 'web' });
    expect(readFollowUp(marker)).toBeUndefined();
  });

  it('is the word of its app that it is over, which is no end yet but is to be finished', async () => {
    const web = await aWebSession(fixture);
    await endByApp(fixture, web, 'logout');
    const ended = change('MODIFY', await itemOf(web));
    expect(readSessionChange(ended)).toBeUndefined();
    expect(readFollowUp(ended)).toEqual({
      user: web.user,
      id: web.id,
      what: 'finish',
      end: { reason: 'logout', at: START },
    });
    expect(readFollowUp(change('INSERT', await itemOf(web)))).toMatchObject({ what: 'finish' });
    expect(readFollowUp(change('REMOVE', await itemOf(web)))).toBeUndefined();
  });

  it('is told by TTL for the reason and at the time of its app, where nobody has finished it', async () => {
    const web = await aWebSession(fixture);
    fixture.state.nowSeconds += 60;
    await endByApp(fixture, web, 'evicted');
    const collected = change('REMOVE', await itemOf(web), true);
    expect(readSessionChange(collected)).toMatchObject({ what: 'evicted', at: START + 60, kind: 'web' });
  });

  it('is an error where it is not understood', async () => {
    const web = await aWebSession(fixture, { entry: { web_hash: 'x' } });
    const malformed = change('INSERT', await itemOf(web));
    expect(() => readFollowUp(malformed)).toThrow('web_hash');
    expect(() => readSessionChange(malformed)).toThrow('web_hash');
    const Key = { ...keyItem({ user_key: 'U#Main#x', item: 'SESSION#x' }), web_hash: { S: 'x' } };
    expect(() => readFollowUp(change('INSERT', Key))).toThrow('user_key');
  });
});

describe('the change of a session of another kind', () => {
  it('is to be finished where an app has ended it, and is nobody’s to adopt', async () => {
    const { session } = await fixture.store.create(aRequest());
    expect(readFollowUp(change('INSERT', await itemOf(session)))).toBeUndefined();
    await endByApp(fixture, session, 'evicted');
    const ended = change('MODIFY', await itemOf(session));
    expect(readFollowUp(ended)).toEqual({
      user: session.user,
      id: session.id,
      what: 'finish',
      end: { reason: 'evicted', at: START },
    });
  });
});
