import type { HeldRole } from '@cloakroom/core';
import { keptClaims } from '../model/new-session.ts';
import type { Session } from '../model/session.ts';
import type { TicketState } from '../model/ticket-state.ts';

/** What the provider says now that the person may do. */
export interface Rights {
  readonly scope: string;
  readonly groups: readonly string[];
  readonly roles?: readonly HeldRole[];
}

export type TicketSession = Session & { readonly ticket: TicketState };

/** What the provider has confirmed. */
export interface Confirmation {
  /** How long until the provider is asked again; see `recheckInterval`. */
  readonly recheckSeconds: number;
  /** Undefined where they stay. */
  readonly rights?: Rights | undefined;
}

/** The session of a ticket after the provider has confirmed it now. */
export function confirmedTicket(
  session: TicketSession,
  { recheckSeconds, rights }: Confirmation,
  now: number,
): TicketSession {
  const { recheckDueAt: _, ...state } = session.ticket;
  return { ...withRights(session, rights), ticket: { ...state, recheckAt: now + recheckSeconds, renewedAt: now } };
}

/** Whoever has lost a group or a role at the provider has lost it here by the next recheck. */
function withRights(session: Session, rights: Rights | undefined): Session {
  if (rights === undefined) return session;
  const { acr, amr, roles: _, ...rest } = session;
  const { roles } = rights;
  const proof = { ...(acr === undefined ? {} : { acr }), ...(amr === undefined ? {} : { amr }) };
  return { ...rest, ...proof, ...keptClaims({ ...rights, ...proof }), ...(roles === undefined ? {} : { roles }) };
}

/** The attributes that {@link confirmedTicket} changes. */
export function confirmedAttributes({ ticket, scope, groups, roles }: TicketSession) {
  const { recheckAt, renewedAt } = ticket;
  return { recheck_at: recheckAt, recheck_due_at: undefined, renewed_at: renewedAt, scope, groups, roles };
}
