import { type AttributeValue, BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { type User, userKey } from '@cloakroom/core';
import { type Fixture, newUser, START, storeFixture } from './store-fixture.ts';
import { sessionKey, webHash, webKey } from './table/item-key.ts';
import { toItem } from './table/table.ts';
import type { WebSession, WebSessions } from './web/index.ts';
import { COOKIE, keysOf, newSid, PREFIX, webSessionsOf } from './web-fixture.ts';

const DAY_SECONDS = 86_400;

/** A table with an order of turns of its own. */
export interface Lane {
  readonly fixture: Fixture;
  readonly sessions: WebSessions;
  /** Sessions that are there, and with which nobody has done anything yet. */
  readonly waiting: Start[];
}

/** A session as it is before anything happens, of a user or of nobody. */
export interface Start {
  readonly sid: string;
  readonly user: User;
  readonly owned: WebSession;
  readonly anonymous: WebSession;
}

export async function newLane(): Promise<Lane> {
  const fixture = await storeFixture();
  return { fixture, sessions: webSessionsOf(fixture), waiting: [] };
}

/** So many have their items in one batch write, of 25 items at most. */
const AT_ONCE = 6;

/** Both sessions that a start tells are there; each run takes one of them. */
export async function nextStart({ fixture, waiting }: Lane): Promise<Start> {
  if (waiting.length === 0) {
    const starts = Array.from({ length: AT_ONCE }, newStart);
    const puts = starts.flatMap(itemsOf).map((Item) => ({ PutRequest: { Item } }));
    await fixture.real.send(new BatchWriteItemCommand({ RequestItems: { [fixture.name]: puts } }));
    waiting.push(...starts);
  }
  return waiting.pop() as Start;
}

/** The values say whose they are: nobody's may stand in anybody's session. */
function newStart(): Start {
  const [sid, user] = [newSid(), newUser()];
  const session = (name: string, author: string): WebSession => ({
    hash: webHash(PREFIX, name),
    createdAtMs: START * 1000,
    idleExpiresAtMs: (START + 3600) * 1000,
    absoluteExpiresAtMs: (START + DAY_SECONDS) * 1000,
    cookie: COOKIE,
    keys: keysOf({ a: `${author} 0`, b: `${author} 0` }),
  });
  const owned = { ...session(`${sid} owned`, user.sub), owned: { user, id: sid.replaceAll('-', '').slice(0, 22) } };
  return { sid, user, owned, anonymous: session(`${sid} anonymous`, 'nobody') };
}

function itemsOf({ user, owned, anonymous }: Start): Record<string, AttributeValue>[] {
  const entry = {
    ...sessionKey(user, owned.owned?.id ?? ''),
    web_created_at: START,
    web_last_seen_at: START,
    web_idle_expires_at: START + 3600,
    web_absolute_expires_at: START + DAY_SECONDS,
    web_ip: '',
    web_user_agent: '',
    web_hash: owned.hash,
  };
  return [
    webItem(owned),
    webItem(anonymous),
    toItem(entry),
    toItem({ user_key: userKey(user), item: 'USER', version: 1 }),
  ];
}

function webItem({ hash, owned, keys, ...session }: WebSession): Record<string, AttributeValue> {
  return toItem({
    ...webKey(hash),
    prefix: PREFIX,
    owner: owned && userKey(owned.user),
    id: owned?.id,
    created_at_ms: session.createdAtMs,
    idle_expires_at_ms: session.idleExpiresAtMs,
    absolute_expires_at_ms: session.absoluteExpiresAtMs,
    cookie: session.cookie,
    keys: Object.fromEntries(keys),
    ttl: START + DAY_SECONDS,
  });
}
