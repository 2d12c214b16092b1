import type { User } from './user.ts';

/** One sign-in at the provider, as a verified access token tells it. */
export interface Login {
  readonly user: User;
  /**
   * 128 bits, base64url: stays the same across token refreshes, and is the id of the bearer session.
   */
  readonly loginId: string;
  readonly clientId: string;
  /** Epoch seconds of the sign-in. */
  readonly authTime: number;
  /** Space-separated, as in the token. */
  readonly scope: string;
  readonly groups: readonly string[];
  readonly acr?: string;
  readonly amr?: readonly string[];
}
