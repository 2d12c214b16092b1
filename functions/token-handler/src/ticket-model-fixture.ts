import type { TicketCookie } from '@cloakroom/sessions';
import { GRACE_SECONDS, type Mood, type Outcome, type RefreshWorld, type Rotation } from './refresh-fixture.ts';

const SECRET_GRACE = 30;
const POSTPONED_BY = 300;
const REST = 5;

/** What a ticket is by the rules. Seconds; secrets are told by their number. */
export interface TicketState {
  /** Why it has ended. */
  ended: string | undefined;
  secret: number;
  previous: number | undefined;
  /** When the secret was first used; undefined: not yet, or it has followed none. */
  confirmedAt: number | undefined;
  recheckAt: number;
  dueAt: number | undefined;
  renewedAt: number | undefined;
  hasTokens: boolean;
  /** Somebody had the lease, and died. */
  isAbandoned: boolean;
  failedAt: number | undefined;
  /** The provider has ended it, and nobody has heard of it. */
  isOver: boolean;
}

interface Request {
  readonly secret: number;
  readonly mood: Mood;
}

/** What the rules say of a ticket: no table, no transaction, nothing that can fail. */
export class TicketModel {
  now: number;
  readonly rotation: Rotation;
  readonly interval: number;
  state: TicketState;

  constructor(now: number, rotation: Rotation, expiresIn: number | undefined) {
    this.now = now;
    this.rotation = rotation;
    this.interval = Math.min(3600, Math.floor((expiresIn ?? 7200) / 2));
    this.state = {
      ended: undefined,
      secret: 0,
      previous: undefined,
      confirmedAt: undefined,
      recheckAt: now + this.interval,
      dueAt: undefined,
      renewedAt: undefined,
      hasTokens: true,
      isAbandoned: false,
      failedAt: undefined,
      isOver: false,
    };
  }

  match(secret: number, state = this.state): 'current' | 'previous' | 'reuse' {
    const { secret: current, previous, confirmedAt } = state;
    if (secret === current) return 'current';
    const isValid = confirmedAt === undefined || this.now < confirmedAt + SECRET_GRACE;
    return secret === previous && isValid ? 'previous' : 'reuse';
  }

  use(secret: number, isWritten: boolean): Outcome {
    const { ended, recheckAt } = this.state;
    if (ended !== undefined || this.match(secret) === 'reuse' || this.now >= recheckAt) return 'refused';
    if (isWritten) this.confirm(secret);
    return 'in';
  }

  refresh({ secret, mood }: Request): Outcome {
    const { state } = this;
    if (state.ended !== undefined) return state.ended;
    const match = this.match(secret);
    if (match === 'reuse') return this.end('reuse_detected');
    this.confirm(secret);
    const isRecent = state.renewedAt !== undefined && this.now < state.renewedAt + SECRET_GRACE;
    if (isRecent && this.now < state.recheckAt) return 'in';
    if (!state.hasTokens || (state.isAbandoned && this.rotation === 'strict')) return this.giveUp();
    state.isAbandoned = false;
    if (state.failedAt !== undefined && this.now < state.failedAt + REST) return 'PROVIDER_UNAVAILABLE';
    if (mood === 'has ended it' || (state.isOver && mood !== 'is down')) return this.end('expired');
    return mood === 'answers' ? this.renew(match) : this.postpone(mood);
  }

  /** In the name of a stranger. */
  strangers(what: 'refresh' | 'use'): Outcome {
    return what === 'use' ? 'refused' : 'UNAUTHORIZED';
  }

  revoke(): void {
    if (this.state.ended === undefined) this.end('revoked');
  }

  private confirm(secret: number): void {
    const { state } = this;
    const isNew = state.previous !== undefined && state.confirmedAt === undefined;
    if (isNew && secret === state.secret) state.confirmedAt = this.now;
  }

  private renew(match: 'current' | 'previous'): Outcome {
    const { state } = this;
    const isSettled =
      state.previous === undefined || (state.confirmedAt !== undefined && this.now >= state.confirmedAt + SECRET_GRACE);
    Object.assign(state, { recheckAt: this.now + this.interval, dueAt: undefined, renewedAt: this.now });
    if (match === 'current' && isSettled)
      Object.assign(state, { previous: state.secret, secret: state.secret + 1, confirmedAt: undefined });
    return 'in';
  }

  private postpone(mood: Mood): Outcome {
    const { state } = this;
    const { dueAt = state.recheckAt } = state;
    const later = Math.min(this.now + POSTPONED_BY, dueAt + GRACE_SECONDS);
    if (later > state.recheckAt) Object.assign(state, { recheckAt: later, dueAt });
    state.failedAt = this.now;
    if (mood === 'loses its answer' && this.rotation === 'strict') state.hasTokens = false;
    return 'PROVIDER_UNAVAILABLE';
  }

  private giveUp(): Outcome {
    Object.assign(this.state, { hasTokens: false, isAbandoned: false });
    return 'RECHECK_REQUIRED';
  }

  private end(reason: string): Outcome {
    this.state.ended = reason;
    return reason;
  }
}

/** Somebody who has a cookie of the ticket, and which secret that is. */
export interface Hand {
  secret: number;
  cookie: TicketCookie;
}

/** One ticket in the real table. */
export interface Real {
  readonly world: RefreshWorld;
  readonly hands: [Hand, ...Hand[]];
}

/** What a ticket is to those who have its cookies. Of one that has ended, there is nothing but why. */
export function told({ hands }: Pick<Real, 'hands'>, model: TicketModel, state = model.state): object {
  const { ended, confirmedAt, recheckAt, dueAt, renewedAt } = state;
  if (ended !== undefined) return { ended };
  return { matches: hands.map(({ secret }) => model.match(secret, state)), confirmedAt, recheckAt, dueAt, renewedAt };
}

/** The same, by the table. */
export async function foundIn({ world, hands }: Real): Promise<object> {
  const { session, ended, match } = await world.look(hands[0].cookie);
  if (session?.ticket === undefined) return { ended };
  const { recheckAt, recheckDueAt: dueAt, renewedAt, rotation } = session.ticket;
  const confirmedAt = rotation !== undefined && 'confirmedAt' in rotation ? rotation.confirmedAt : undefined;
  return { matches: hands.map(({ cookie }) => match(cookie)), confirmedAt, recheckAt, dueAt, renewedAt };
}
