import { isSameUser, settleAll, type User } from '@cloakroom/core';
import { Interleaver } from '@cloakroom/testing';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newUser, START } from '../store-fixture.ts';
import { toPlain } from '../table/table.ts';
import { ownerOf } from '../web-fixture.ts';
import { type Sight, WebHistory } from '../web-history-fixture.ts';
import { type Lane, newLane, nextStart, type Start } from '../web-lane-fixture.ts';
import { changesBetween } from './key-changes.ts';
import type { WebContent, WebOutcome, WebSession } from './web-session.ts';

/*
 * A session, anonymous or somebody's, that several requests hold at once, as parallel requests of one browser do. They read and save it,
 * use it, sign in and out, end it, and regenerate it as the libraries do; meanwhile it is revoked, alone or with all of its user's. An
 * order of turns decides what happens first, down to each request to DynamoDB Local and each answer. A plain model is told what was
 * acknowledged, and says what may be read.
 */
interface Act {
  readonly do: 'get' | 'set' | 'touch' | 'signIn' | 'signOut' | 'destroy' | 'regenerate' | 'revoke' | 'revokeAll';
  readonly key: 'a' | 'b' | 'c';
  readonly isGone: boolean;
  /** Which of two persons signs in: the one whose the session is, or another. */
  readonly isOther: boolean;
}

interface Scenario {
  readonly isOwned: boolean;
  /** What each of those who hold the session does, one after the other. */
  readonly holders: readonly (readonly Act[])[];
  /** Whose turn it is. */
  readonly picks: readonly number[];
}

const KEYS = ['a', 'b', 'c', 'owner'] as const;

const act: fc.Arbitrary<Act> = fc.record({
  do: fc.oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom<Act['do']>('get', 'set', 'set', 'set', 'touch', 'signIn', 'signIn', 'signOut'),
    },
    { weight: 3, arbitrary: fc.constantFrom<Act['do']>('destroy', 'regenerate', 'revoke', 'revoke', 'revokeAll') },
  ),
  key: fc.constantFrom('a', 'b', 'c'),
  isGone: fc.integer({ min: 0, max: 3 }).map((chance) => chance === 0),
  isOther: fc.boolean(),
});
const scenario: fc.Arbitrary<Scenario> = fc.record({
  isOwned: fc.boolean(),
  holders: fc.array(fc.array(act, { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: 3 }),
  picks: fc.array(fc.nat({ max: 11 }), { minLength: 24, maxLength: 24 }),
});

/** Who holds the session in a request. */
interface Holder {
  /** Undefined once it is over for them. */
  before: WebSession | undefined;
}

class Run {
  private readonly lane: Lane;
  private readonly scenario: Scenario;
  private readonly sid: string;
  /** Of the session that the user has elsewhere, with which nothing is done but that all are revoked. */
  private readonly elsewhere: string | undefined;
  private readonly first: WebSession;
  private readonly users: readonly [User, User];
  private readonly turns: Interleaver;
  private readonly history = new WebHistory(KEYS);
  private readonly wrong: string[] = [];
  /** Ids of entries, by the user whose they are. */
  private readonly ids = new Map<string, User>();
  private readonly regenerated: string[] = [];
  /** Of all sessions of the first user: whether an ending of them has been asked for, and whether one is acknowledged. */
  private revokedAll: 'never' | 'asked' | 'done' = 'never';
  private readonly sights: Sight[] = [];
  private step = 0;
  private texts = 0;

  constructor(lane: Lane, start: Start, chosen: Scenario) {
    this.lane = lane;
    this.scenario = chosen;
    this.sid = `${start.sid} ${chosen.isOwned ? 'owned' : 'anonymous'}`;
    this.elsewhere = chosen.isOwned ? undefined : start.owned.hash;
    this.first = chosen.isOwned ? start.owned : start.anonymous;
    this.users = [start.user, newUser()];
    this.turns = new Interleaver(chosen.picks);
    const shown = seen(this.first);
    const texts = new Map(KEYS.map((key) => [key, shown.get(key)]));
    this.history.wrote(texts, { since: -1, until: -1, isSure: true });
    this.note(this.first);
  }

  /** What went wrong. */
  async play(): Promise<readonly string[]> {
    const { state } = this.lane.fixture;
    const { intercept, holdTransaction } = this.turns;
    const sleep = () => this.turn();
    Object.assign(state, { nowSeconds: START + 600, intercept, holdTransaction, sleep });
    const all = settleAll(this.scenario.holders.map((acts) => this.hold(acts)));
    await this.turns.run();
    await all;
    state.intercept = undefined;
    await this.compare(await this.get());
    // Now all is acknowledged that somebody may have seen before it was.
    return [...this.wrong, ...this.sights.flatMap((sight) => this.history.faultsOf(sight))];
  }

  private turn(): Promise<void> {
    return this.turns.gate(async () => {});
  }

  private async hold(acts: readonly Act[]): Promise<void> {
    const holder: Holder = { before: this.first };
    for (const each of acts) {
      await this.turn();
      if (holder.before !== undefined) await this.does(each, holder, holder.before);
    }
  }

  private async does(each: Act, holder: Holder, before: WebSession): Promise<void> {
    switch (each.do) {
      case 'get':
        holder.before = await this.get();
        return;
      case 'set':
        return this.set(holder, before, { ...before, keys: this.changed(before, each) });
      case 'touch':
        return this.touch(holder, before);
      case 'signIn':
        return this.signIn(each, holder, before);
      case 'signOut':
        return before.owned && this.set(holder, before, { owned: undefined, keys: this.fresh(undefined) });
      case 'destroy':
        holder.before = undefined;
        return this.end('logout').then(() => undefined);
      case 'regenerate':
        return this.regenerate(holder, before);
      default:
        return this.revoke(each.do);
    }
  }

  private async get(): Promise<WebSession | undefined> {
    const since = this.step++;
    const found = await this.lane.sessions.get(this.sid);
    if (found === undefined) return undefined;
    if (this.history.isOver(found.owned?.id, since)) this.wrong.push('read after its end');
    this.sights.push({ texts: seen(found), since, until: this.step++ });
    const authors = ['nobody', found.owned?.user.sub];
    const foreign = [...found.keys.values()].filter((text) => !authors.includes(JSON.parse(text).split(' ')[0]));
    if (foreign.length > 0) this.wrong.push(`shows what is another's: ${foreign}`);
    return found;
  }

  /** Saved by whoever holds it: of themselves, or as whose it is to be. */
  private async set(holder: Holder, before: WebSession, to: Pick<WebSession, 'owned' | 'keys'>): Promise<void> {
    const owner = to.owned === undefined ? undefined : ownerOf(to.owned.user);
    const since = this.step++;
    const outcome = await this.lane.sessions.set({
      sid: this.sid,
      before,
      content: this.content(before, { owner, keys: to.keys }),
    });
    const until = this.step++;
    this.hear(holder, { before, since, until }, outcome);
    if (outcome.outcome === 'ended') return;
    const changes = changesBetween(before.keys, to.keys);
    const isAnother = before.owned?.user.sub !== owner?.user.sub;
    const isWhole = isAnother && before.owned !== undefined;
    this.history.wrote(changes, { since, until, isSure: true });
    if (!isAnother) return;
    // Signing in to what is somebody else's by then takes all of theirs away.
    this.history.wrote(textsIn(to.keys), { since, until, isSure: isWhole });
    this.history.wrote(new Map([['owner', owner?.user.sub]]), { since, until, isSure: true });
    this.history.endedEntry(before.owned?.id, until);
  }

  private async touch(holder: Holder, before: WebSession): Promise<void> {
    const since = this.step++;
    const later = 1500 * (1 + since);
    const content = { ...this.content(before, {}), expiresAtMs: this.first.idleExpiresAtMs + later };
    const outcome = await this.lane.sessions.touch({ sid: this.sid, before, content });
    this.hear(holder, { before, since, until: this.step++ }, outcome);
  }

  /** What an outcome says of the session, and whether it may. */
  private hear(
    holder: Holder,
    { before, since, until }: { readonly before: WebSession; readonly since: number; readonly until: number },
    outcome: WebOutcome,
  ): void {
    const id = before.owned?.id;
    if (outcome.outcome === 'saved') {
      holder.before = outcome.session;
      this.note(outcome.session);
      if (outcome.isWritten && this.history.isOver(id, since)) this.wrong.push('written after its end');
      return;
    }
    holder.before = undefined;
    if (id === undefined) this.history.ended(until);
    else this.history.endedEntry(id, until);
  }

  private signIn({ isOther, key, isGone }: Act, holder: Holder, before: WebSession): Promise<void> {
    const user = this.users[isOther ? 1 : 0];
    const owned = { user, id: '' };
    const isSame = before.owned === undefined || isSameUser(before.owned.user, user);
    const changed = this.changed({ ...before, owned: isSame ? before.owned : owned }, { key, isGone });
    return this.set(holder, before, { owned, keys: isSame ? changed : this.fresh(user) });
  }

  private async end(reason: 'logout' | 'replaced'): Promise<string> {
    const since = this.step++;
    const { outcome } = await this.lane.sessions.end(this.sid, reason);
    if (outcome === 'ended' && this.history.isOver(undefined, since)) this.wrong.push('ended twice');
    this.history.ended(this.step++);
    return outcome;
  }

  /**
   * As the libraries do: the old one is destroyed, and a new one is saved under a new sid, unless somebody else has ended it. It is no new
   * sign-in: an ending of all that the user had, since then or in the same second, has ended it too.
   */
  private async regenerate(holder: Holder, before: WebSession): Promise<void> {
    holder.before = undefined;
    const outcome = await this.end('replaced');
    if (outcome !== 'ended') return;
    const sid = `${this.sid} ${this.step}`;
    const { sessions, fixture } = this.lane;
    const owner = before.owned && { ...ownerOf(before.owned.user), followsMs: fixture.table.nowMs() };
    const content = this.content(before, { owner, keys: this.fresh(before.owned?.user) });
    const saved = await sessions.set({ sid, before: undefined, content });
    if (saved.outcome === 'ended' && this.revokedAll === 'never') this.wrong.push('a new session was ended');
    this.regenerated.push(sid);
  }

  private async revoke(which: 'revoke' | 'revokeAll'): Promise<void> {
    const { store } = this.lane.fixture;
    const [user] = this.users;
    const known = [...this.ids].filter(([, { sub }]) => sub === user.sub).map(([id]) => id);
    const ids = which === 'revoke' ? known.slice(0, 1) : known;
    this.step++;
    if (which === 'revokeAll') {
      if (this.revokedAll === 'never') this.revokedAll = 'asked';
      await store.revokeAll({ user });
      this.revokedAll = 'done';
    } else await settleAll(ids.map((id) => store.revoke({ user, id })));
    for (const id of ids) this.history.endedEntry(id, this.step++);
  }

  /** At rest, entries and items tell the same. */
  private async compare(session: WebSession | undefined): Promise<void> {
    const later = await settleAll(this.regenerated.map((sid) => this.lane.sessions.get(sid)));
    const found = [session, ...later];
    const there = found.flatMap((session) =>
      session?.owned === undefined ? [] : [{ ...session, owned: session.owned }],
    );
    const [user, other] = this.users;
    const isBack = later.some((each) => each?.owned !== undefined && isSameUser(each.owned.user, user));
    if (isBack && this.revokedAll === 'done') this.wrong.push('regenerated past the end of all');
    const isOtherHere = [...this.ids.values()].some((each) => isSameUser(each, other));
    const users = isOtherHere ? [user, other] : [user];
    const items = (await settleAll(users.map((each) => this.lane.fixture.rawItems(each)))).flat().map(toPlain);
    const entries = items.filter(({ item, web_ended_as, web_hash }) => {
      return (
        web_hash !== undefined &&
        String(item).startsWith('SESSION#') &&
        web_ended_as === undefined &&
        web_hash !== this.elsewhere
      );
    });
    const told = entries.map(
      (entry) => `${entry.user_key} ${entry.item} ${entry.web_hash} ${entry.web_idle_expires_at}`,
    );
    const telling = there.map(({ hash, owned, idleExpiresAtMs }) => {
      return `U#local#${owned.user.sub} SESSION#${owned.id} ${hash} ${Math.ceil(idleExpiresAtMs / 1000)}`;
    });
    if (told.toSorted().join() !== telling.toSorted().join()) this.wrong.push(`entries: ${told}; items: ${telling}`);
  }

  private note({ owned }: WebSession): void {
    if (owned !== undefined) this.ids.set(owned.id, owned.user);
  }

  private content(before: WebSession, fields: Partial<WebContent>): WebContent {
    const { keys, cookie = '', idleExpiresAtMs: expiresAtMs } = before;
    return { owner: undefined, keys, cookie, expiresAtMs, slackMs: 0, ...fields };
  }

  private changed(
    { keys, owned }: WebSession,
    { key, isGone }: Pick<Act, 'key' | 'isGone'>,
  ): ReadonlyMap<string, string> {
    const changed = new Map(keys);
    if (isGone) changed.delete(key);
    else changed.set(key, this.text(owned?.user));
    return changed;
  }

  private fresh(user: User | undefined): ReadonlyMap<string, string> {
    return new Map([['a', this.text(user)]]);
  }

  private text(user: User | undefined): string {
    this.texts += 1;
    return JSON.stringify(`${user?.sub ?? 'nobody'} ${this.texts}`);
  }
}

/** What a reading shows, whose it is included. */
function seen({ keys, owned }: WebSession): ReadonlyMap<string, string> {
  return owned === undefined ? keys : new Map([...keys, ['owner', owned.user.sub]]);
}

function textsIn(keys: ReadonlyMap<string, string>): ReadonlyMap<string, string | undefined> {
  return new Map(['a', 'b', 'c'].map((key) => [key, keys.get(key)]));
}

const RUNS = 10_000;
const LANES = 8;

it('undoes nothing and brings nothing back, in 10,000 orders of what happens at the same time', async () => {
  const explore = async () => {
    const lane = await newLane();
    const property = fc.asyncProperty(scenario, async (chosen) => {
      expect(await new Run(lane, await nextStart(lane), chosen).play()).toEqual([]);
    });
    await fc.assert(property, {
      numRuns: Math.ceil(RUNS / LANES),
    });
  };
  await Promise.all(Array.from({ length: LANES }, explore));
}, 900_000);
