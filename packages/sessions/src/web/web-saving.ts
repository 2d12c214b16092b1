import { changeOwner } from './change-owner.ts';
import { createWeb } from './create-web.ts';
import { endItem } from './end-web.ts';
import { shortenEntry, touchEntry } from './entry.ts';
import { inParts, type KeyChanges } from './key-changes.ts';
import { nameOfKey } from './key-names.ts';
import type { KeyWrite, PlanCase, Use, WebPlan } from './plan.ts';
import { readWeb } from './read-web.ts';
import { UNKNOWN_TEXT, type WebChange, type WebOutcome, type WebSession } from './web-session.ts';
import type { WebTable } from './web-table.ts';
import { webUpdate } from './web-update.ts';
import { writeItem } from './write-item.ts';

const ENDED: WebOutcome = { outcome: 'ended' };
const NO_KEYS: ReadonlyMap<string, string> = new Map();

/** Decides what there is to write. */
type Planner = (plan: PlanCase) => WebPlan;

/**
 * One change of a session, which may take several attempts. Each is planned by what is known by then; it fails if that has changed,
 * and the next one reads it. So an answer that was lost, or a write that had been done in part, is done to its end.
 */
export class WebSaving {
  private readonly table: WebTable;
  private readonly hash: string;
  private readonly change: WebChange;
  private readonly planner: Planner;
  /** Undefined: as far as is known, there is no such item yet. */
  private known: WebSession | undefined;
  private isStale = false;
  private isWritten = false;
  private conflicts = 0;
  private readonly withoutItem = new Set<string>();

  constructor(table: WebTable, { hash, change, planner }: { hash: string; change: WebChange; planner: Planner }) {
    this.table = table;
    this.hash = hash;
    this.change = change;
    this.planner = planner;
    this.known = change.before;
  }

  /** Undefined when others were in the way. */
  async attempt(): Promise<WebOutcome | undefined> {
    if (this.isStale && (await this.read()) === 'over') return ENDED;
    this.isStale = true; // unless it succeeds, somebody else has been there
    const known = this.known ?? (await this.create());
    if (known === undefined) return undefined;
    const { before, content } = this.change;
    const plan = this.planner({ before, known, content });
    if (plan.do === 'ended') return ENDED;
    return plan.do === 'own' ? this.pass(known, plan) : this.keep(known, plan);
  }

  /** The item as it is by now. What was handed out once is never made again. */
  async read(): Promise<'over' | 'read'> {
    const stored = await readWeb(this.table, this.hash);
    if (stored === undefined && this.change.before !== undefined) return 'over';
    if (stored !== undefined && stored.state !== 'active') return 'over';
    this.known = stored?.session;
    return 'read';
  }

  /** One of a user begins as nobody's, and empty: whoever dies before it is theirs leaves nothing of theirs. */
  private async create(): Promise<WebSession | undefined> {
    const { content } = this.change;
    const keys = content.owner === undefined ? content.keys : NO_KEYS;
    const made = await createWeb(this.table, { hash: this.hash, content, keys });
    if (typeof made === 'string') return undefined;
    this.isWritten = true;
    return made;
  }

  private async pass(known: WebSession, plan: WebPlan & { do: 'own' }): Promise<WebOutcome | undefined> {
    const [first = plan.keys, ...rest] = partsOf(plan.keys);
    const { table, withoutItem } = this;
    const changed = await changeOwner({ table, known, plan, keys: first, withoutItem });
    if (changed.outcome === 'entry_over') return this.endForGood(known);
    if (changed.outcome === 'refused') return ENDED;
    if (changed.outcome === 'lost_race') {
      for (const id of changed.withoutItem) this.withoutItem.add(id);
      return undefined;
    }
    this.isWritten = true;
    const passed = this.saved({ ...known, owned: changed.owned }, plan.use);
    if (rest.length === 0) return passed;
    // The other parts are written as to any session of theirs.
    return this.keep(passed.session, { do: 'keep', keys: plan.keys, use: undefined });
  }

  private async keep(known: WebSession, { keys, use }: WebPlan & { do: 'keep' }): Promise<WebOutcome | undefined> {
    const touched = await this.touchFirst(known, use);
    if (touched === 'over') return this.endForGood(known);
    if (touched === 'lost_race') return undefined;
    const parts = partsOf(keys);
    for (const [at, part] of parts.entries()) {
      const isLast = at === parts.length - 1;
      if (!(await this.write(known, part, isLast ? use : undefined))) return undefined;
    }
    return (await this.shortenLast(known, use)) === 'lost_race' ? undefined : this.saved(known, use);
  }

  private async touchFirst({ owned }: WebSession, use: Use | undefined) {
    return owned === undefined || !use?.isLonger ? 'touched' : touchEntry(this.table, owned, use);
  }

  private async shortenLast({ owned, idleExpiresAtMs }: WebSession, use: Use | undefined) {
    if (owned === undefined || use === undefined || use.isLonger) return 'done';
    const readMs = this.change.before?.idleExpiresAtMs ?? idleExpiresAtMs;
    return shortenEntry(this.table, owned, { readMs, idleExpiresAtMs: use.idleExpiresAtMs });
  }

  /** False: somebody else was there. */
  private async write(known: WebSession, keys: KeyWrite, use: Use | undefined): Promise<boolean> {
    const changes = 'changes' in keys ? keys.changes : undefined;
    if (changes?.size === 0 && use === undefined) return true;
    const isCounted = changes !== undefined && changes.size > 0;
    const written = await writeItem(this.table, {
      ...webUpdate(known, { keys, use }, this.table.nowMs()),
      ...(isCounted ? { ReturnValues: 'UPDATED_OLD' } : {}),
    });
    if (typeof written === 'string') return false;
    this.isWritten = true;
    if (isCounted) this.count(changes, written.old.keys?.M ?? {});
    return true;
  }

  /** Keys that somebody else had changed since they were read, to something else than what is written. */
  private count(changes: KeyChanges, old: Readonly<Record<string, { readonly S?: string | undefined }>>): void {
    for (const [key, text] of changes) {
      const read = this.change.before?.keys.get(key);
      if (read === UNKNOWN_TEXT) continue; // what is found may be one's own
      const name = nameOfKey(key);
      const found = Object.hasOwn(old, name) ? old[name]?.S : undefined;
      if (found !== text && found !== read) this.conflicts += 1;
    }
  }

  /** Of somebody whose entry has ended: so has their session, unless it has just become another's, or nobody's. */
  private async endForGood(known: WebSession): Promise<WebOutcome | undefined> {
    return (await endItem(this.table, known)) === 'ended' ? ENDED : undefined;
  }

  private saved(known: WebSession, use: Use | undefined): WebOutcome & { outcome: 'saved' } {
    const { before, content } = this.change;
    // Whoever saves it as nobody's goes on so, whoever has signed in meanwhile: else they would sign that one out by the next save.
    const isHeldAsNobodys = before !== undefined && before.owned === undefined && content.owner === undefined;
    const session = {
      ...known,
      owned: isHeldAsNobodys ? undefined : known.owned,
      idleExpiresAtMs: use?.idleExpiresAtMs ?? known.idleExpiresAtMs,
      cookie: content.cookie,
      keys: content.keys,
    };
    return { outcome: 'saved', session, isWritten: this.isWritten, conflicts: this.conflicts };
  }
}

/** As many updates as it takes. A whole map is one value, however many keys it has. */
function partsOf(keys: KeyWrite): readonly KeyWrite[] {
  return 'whole' in keys ? [keys] : inParts(keys.changes).map((changes) => ({ changes }));
}
