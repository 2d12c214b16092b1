import type { Login } from '@cloakroom/core';

/**
 * What a client must do whose sign-in opens nothing any more.
 * - `sign_in`: sign the person in again. A new sign-in is a new login.
 * - `reauthenticate`: have the person prove again who they are (OpenID Connect Core §3.1.2.1, `prompt=login` and `max_age=0`), so
 *   that `auth_time` moves.
 * - `sign_out_at_provider`: end the session at the provider (RP-Initiated Logout), then sign in. Nothing less gives a new `sid`.
 */
export type Remedy = 'sign_in' | 'reauthenticate' | 'sign_out_at_provider';

const AFTER_ITS_END: Readonly<Record<Login['claim'], Remedy>> = {
  origin_jti: 'sign_in',
  sid: 'sign_out_at_provider',
  auth_time: 'reauthenticate',
};

/** What helps a login that has ended. */
export function remedyOf({ claim }: Pick<Login, 'claim'>): Remedy {
  return AFTER_ITS_END[claim];
}

/** What helps a login that came before all were ended, and has not been used. A sign-in without proof may keep its `auth_time`. */
export function remedyAgainstWatermark(login: Pick<Login, 'claim'>): Remedy {
  const remedy = remedyOf(login);
  return remedy === 'sign_in' ? 'reauthenticate' : remedy;
}
