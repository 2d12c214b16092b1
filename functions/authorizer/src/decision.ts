import type { Caller } from '@cloakroom/core';

/** Why a valid credential does not get in. */
export type DenialReason = 'session_required' | 'session_expired' | 'session_ended';

/** What the authorizer has decided about a valid credential. */
export type Decision =
  | { readonly outcome: 'allowed'; readonly caller: Caller }
  | { readonly outcome: 'denied'; readonly reason: DenialReason };
