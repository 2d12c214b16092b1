import type { User } from './user.ts';

/** The claim by which tokens of an issuer tell one sign-in from another. */
export type LoginClaim = 'origin_jti' | 'sid' | 'auth_time';

/** A word in a claim by which the configuration of an issuer makes administrators. */
export interface HeldRole {
  /** As the configuration writes it: a name, or a path. */
  readonly claim: string;
  readonly value: string;
}

/** One sign-in at the provider, as a verified access token tells it. */
export interface Login {
  readonly user: User;
  /**
   * 128 bits, base64url: stays the same across token refreshes, and is the id of the bearer session.
   */
  readonly loginId: string;
  /** By which claim the sign-in is known. */
  readonly claim: LoginClaim;
  /**
   * Of a sign-in that is known by its `sid`: which session at the provider it belongs to. 128 bits, base64url. All clients that
   * the person reached by single sign-on have the same.
   */
  readonly sidHash?: string;
  /**
   * At an issuer that sends us logout tokens: the same session at the provider without its person, since such a token may tell the
   * `sid` alone. In the same form.
   */
  readonly sidKey?: string;
  readonly clientId: string;
  /** Epoch seconds of the sign-in. */
  readonly authTime: number;
  /** Space-separated, as in the token. */
  readonly scope: string;
  readonly groups: readonly string[];
  /** Of the issuer's roles that go by other claims, those that the token has. Absent when it has none. */
  readonly roles?: readonly HeldRole[];
  readonly acr?: string;
  readonly amr?: readonly string[];
}

/** What a verified logout token says: one session at the provider is over, or all that a person has there. */
export type ProviderLogout =
  | {
      readonly what: 'session';
      /** Alias. */
      readonly issuer: string;
      /** See `Login`. */
      readonly sidKey: string;
      /** Whose it is, where the token tells. */
      readonly owner?: SessionOwner;
    }
  | {
      readonly what: 'person';
      readonly user: User;
      /** `iat`, in epoch seconds by the provider's clock. */
      readonly issuedAt: number;
    };

/** A person, and the session that they have at the provider. */
export interface SessionOwner {
  readonly user: User;
  /** See `Login`. */
  readonly sidHash: string;
}
