import type { AppEnd, EndedReason, SessionKind } from './model/session.ts';

/** Times so short that a few steps pass every limit, in seconds. */
export const TIMES = {
  idle: 600,
  ticketIdle: 360,
  webIdle: 500,
  interval: 60,
  fresh: 300,
  absolute: 1500,
  loginMax: 4000,
  margin: 5,
  hour: 3600,
  oneRevocation: 30,
};
export const LIMITS = { sessions: 2, creations: 4 };

/** A sign-in, as the rules see it. */
export interface ModelLogin {
  readonly id: string;
  readonly auth: number;
  /** The session at the provider, of those that are known by it. */
  readonly sid?: string | undefined;
}

interface ModelEnded {
  readonly kind: SessionKind;
  readonly reason: EndedReason;
  readonly ttl: number;
  readonly auth: number;
  readonly sid?: string | undefined;
  readonly isBurnt: boolean;
}

interface ModelSession {
  readonly sid?: string | undefined;
  readonly kind: SessionKind;
  readonly order: number;
  readonly auth: number;
  absolute: number;
  ttl: number;
  seen: number;
  /** How long it may go unused, and until when it may: of a record, forever, unless an administrator says otherwise. */
  idle: number;
  idleUntil: number;
  data: number;
  version: number;
  /** What an app has said of its end. */
  endedByApp?: AppEnd;
}

export interface ModelLifetime {
  readonly idle?: number | undefined;
  readonly absolute?: number | undefined;
}

const IDLE_OF = {
  bearer: TIMES.idle,
  ticket: TIMES.ticketIdle,
  record: Number.POSITIVE_INFINITY,
  web: TIMES.webIdle,
};

/**
 * What the rules of the design say, in as few words as possible: no table, no transaction, nothing that can fail. Here stands what is the
 * same for all sessions of a user.
 */
export class Model {
  now: number;
  notBefore = 0;
  reauthAfter = 0;
  order = 0;
  readonly sessions = new Map<string, ModelSession>();
  readonly ended = new Map<string, ModelEnded>();
  /** Until when each burnt provider session is known as such. */
  readonly burnt = new Map<string, number>();
  /** Whether the item of each web session lets somebody in at its app, or is ended. */
  readonly web = new Map<string, 'active' | 'ended'>();
  /** Whether others hold the mark of a provider session: one that ends moments earlier does then. */
  isRaced = false;
  readonly creations: number[] = [];
  readonly denies: boolean;

  constructor(now: number, denies: boolean) {
    this.now = now;
    this.denies = denies;
  }

  isActive = (id: string): boolean => {
    const session = this.sessions.get(id);
    return (
      session !== undefined &&
      session.endedByApp === undefined &&
      this.now < Math.min(session.idleUntil, session.absolute)
    );
  };

  /** All but records. */
  placeTakers(): string[] {
    return [...this.sessions.keys()].filter((key) => this.isActive(key) && this.kindOf(key) !== 'record');
  }

  /** What an app says of a session is not yet its end: that comes when somebody meets it. */
  endByApp(id: string, reason: AppEnd['reason']): void {
    const session = this.sessions.get(id);
    if (session !== undefined) session.endedByApp = { reason, at: this.now };
    if (session?.kind === 'web') this.web.set(id, 'ended');
  }

  /** Of the same provider session first, then the oldest. */
  makeRoom(active: readonly string[], sid?: string): void {
    const rank = (key: string) =>
      (sid !== undefined && this.sessions.get(key)?.sid === sid ? 0 : 1e9) + this.orderOf(key);
    if (active.length >= LIMITS.sessions) this.end(active.toSorted((a, b) => rank(a) - rank(b))[0] ?? '', 'evicted');
    this.endExpired();
  }

  record(id: string): void {
    this.endExpired();
    this.open({ id, auth: this.now }, 'record', 1);
  }

  open({ id, auth, sid }: ModelLogin, kind: SessionKind, data: number): void {
    this.order += 1;
    const absolute = this.now + TIMES.absolute;
    const ttl = { record: absolute, web: Number.POSITIVE_INFINITY }[kind as string] ?? absolute + TIMES.loginMax;
    const idle = IDLE_OF[kind];
    const session = {
      kind,
      sid,
      order: this.order,
      auth,
      absolute,
      ttl,
      seen: 0,
      idle,
      idleUntil: 0,
      data,
      version: 1,
    };
    this.sessions.set(id, session);
    if (kind === 'web') this.web.set(id, 'active');
    this.use(session);
  }

  /** `isWritten`: whether the use can be written down; the decision does not hang on it. */
  authorize(id: string, isWritten: boolean): string {
    const session = this.sessions.get(id);
    if (session === undefined || !this.isActive(id)) return 'denied';
    const isDue =
      session.kind !== 'record' && session.kind !== 'web' && this.now - session.seen >= this.interval(session);
    if (isDue && isWritten) this.use(session);
    return 'allowed';
  }

  setLifetime(id: string, { idle, absolute }: ModelLifetime): string {
    const session = this.sessions.get(id);
    if (session === undefined || !this.isActive(id)) return this.refuse(id);
    if (session.kind === 'web') return 'WEB_SESSION';
    session.version += 1;
    const afterEnd = session.ttl - session.absolute;
    session.absolute = absolute ?? session.absolute;
    session.ttl = Math.max(session.ttl, session.absolute + afterEnd);
    session.idle = idle ?? session.idle;
    if (idle !== undefined) session.idleUntil = this.now + idle + this.interval(session);
    return 'changed';
  }

  replaceData(id: string, version: number): string {
    const session = this.sessions.get(id);
    if (session === undefined || !this.isActive(id)) return this.refuse(id);
    if (session.kind === 'web') return 'WEB_SESSION';
    if (session.data !== version) return 'PRECONDITION_FAILED';
    session.data += 1;
    if (session.kind === 'record') this.use(session);
    return 'replaced';
  }

  revoke(id: string): string {
    const session = this.sessions.get(id);
    if (session !== undefined && this.isActive(id)) {
      this.burn(session);
      this.end(id, 'revoked');
      return 'ended';
    }
    if (session !== undefined) this.isRaced = false; // its end has outlasted the others
    this.end(id, 'expired');
    const ended = this.ended.get(id);
    if (ended === undefined) return 'unknown';
    if (!ended.isBurnt) this.burn(ended);
    this.ended.set(id, { ...ended, isBurnt: isBurnable(ended) });
    return 'already';
  }

  /** A revocation of which the first write alone was done. */
  beginRevocation(id: string): string {
    const session = this.sessions.get(id);
    const ended = this.ended.get(id);
    if (session !== undefined && !this.isActive(id)) this.end(id, 'expired');
    else if (session !== undefined && !isBurnable(session)) this.end(id, 'revoked');
    else if (session !== undefined) this.burn(session);
    else if (ended !== undefined) this.burn(ended);
    return 'begun';
  }

  burn({ kind, auth, sid }: Pick<ModelSession, 'kind' | 'auth' | 'sid'>): void {
    if (!isBurnable({ kind, sid })) return;
    this.reauthAfter = sid === undefined ? this.now : this.reauthAfter;
    if (sid === undefined) return;
    const [known, until] = [this.burnt.get(sid) ?? 0, Math.max(auth, this.now) + TIMES.loginMax];
    if (this.isRaced && known >= until - TIMES.oneRevocation) return;
    this.burnt.set(sid, Math.max(known, until));
  }

  /** For all but one, at most once a minute. */
  raiseWatermark(except?: string): string {
    const isDue = except === undefined || this.notBefore < this.now + TIMES.margin - 60;
    if (isDue) this.notBefore = Math.max(this.notBefore, this.now + TIMES.margin);
    this.reauthAfter = this.now;
    return 'raised';
  }

  revokeAll(except?: string): string {
    this.raiseWatermark(except);
    const ids = [...this.sessions.keys()].filter((id) => id !== except);
    return String(ids.filter((id) => this.revoke(id) === 'ended').length);
  }

  list(): string {
    this.endExpired();
    return [...this.sessions.keys()].toSorted().join();
  }

  collect(): void {
    for (const [id, { ttl }] of this.sessions) if (ttl <= this.now) this.sessions.delete(id);
    for (const [id, { ttl }] of this.ended) if (ttl <= this.now) this.ended.delete(id);
    for (const [sid, ttl] of this.burnt) if (ttl <= this.now) this.burnt.delete(sid);
  }

  /** What an operation on one session hears of one that is not active: an expired one ends by that. */
  private refuse(id: string): string {
    this.end(id, 'expired');
    return this.ended.has(id) ? 'SESSION_ENDED' : 'NOT_FOUND';
  }

  endExpired(): void {
    for (const id of [...this.sessions.keys()]) if (!this.isActive(id)) this.end(id, 'expired');
  }

  end(id: string, reason: EndedReason): void {
    const session = this.sessions.get(id);
    if (session === undefined) return;
    this.sessions.delete(id);
    if (session.kind === 'web') this.web.set(id, 'ended');
    const { kind, auth, sid, endedByApp } = session;
    const expiredAt = Math.min(session.idleUntil, session.absolute);
    const at = endedByApp?.at ?? (reason === 'expired' ? expiredAt : this.now);
    const isBurnt = reason === 'revoked' && endedByApp === undefined && isBurnable(session);
    this.ended.set(id, {
      kind,
      reason: endedByApp?.reason ?? reason,
      ttl: Math.max(auth, at) + TIMES.loginMax,
      auth,
      sid,
      isBurnt,
    });
  }

  use(session: ModelSession): void {
    session.seen = this.now;
    session.idleUntil = this.now + session.idle + this.interval(session);
  }

  private interval({ idle }: ModelSession): number {
    return Math.min(TIMES.interval, Math.floor(idle / 6));
  }

  private kindOf = (id: string) => this.sessions.get(id)?.kind;
  private orderOf = (id: string) => this.sessions.get(id)?.order ?? 0;
}

/** A record burns nothing, and a web session no more than its app has told. */
function isBurnable({ kind, sid }: { readonly kind: SessionKind; readonly sid?: string | undefined }): boolean {
  return kind !== 'record' && (kind !== 'web' || sid !== undefined);
}
