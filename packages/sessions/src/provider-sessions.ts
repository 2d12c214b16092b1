import type { ProviderLogout } from '@cloakroom/core';
import { endProviderSession } from './operations/end-provider-session.ts';
import { type SessionStoreOptions, sessionTableOf } from './session-store.ts';

/** The sessions that people have at providers. They stand apart from `SessionStore`, since one function alone is told of them. */
export interface ProviderSessions {
  /** Ends what a provider says is over there; returns how many sessions. Repeating it changes nothing. @throws see `endProviderSession` */
  end(logout: ProviderLogout): Promise<number>;
}

export function createProviderSessions(options: SessionStoreOptions): ProviderSessions {
  const table = sessionTableOf(options);
  return { end: (logout) => endProviderSession(table, logout) };
}
