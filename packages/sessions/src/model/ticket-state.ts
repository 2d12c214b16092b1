/**
 * What the table knows of a ticket: what its cookie must fit, and when the provider must be asked again. Nobody can make the cookie
 * of it. Hashes are SHA-256, base64url; times are epoch seconds.
 */
export interface TicketState {
  /** Of what stays the same as long as the session lives. */
  readonly familyHash: string;
  readonly secretHash: string;
  /** From then on it lets nobody in, until the provider has said again that the person is signed in there. */
  readonly recheckAt: number;
  /** While the provider is down: when it was to be asked first. */
  readonly recheckDueAt?: number;
  /** When the provider last gave new tokens for it. */
  readonly renewedAt?: number;
  /** How the secret came to take the place of the one before. */
  readonly rotation?: TicketRotation;
}

export type TicketRotation = {
  readonly previousHash: string;
  /** The secret is the HMAC of the one before under this: whoever lost the answer with it can be given it again. */
  readonly nonce: string;
} & (
  | { readonly rotatedAt: number }
  /** When the secret was first used: its cookie has arrived. */
  | { readonly confirmedAt: number }
);

/** A ticket of a release that did not recheck is due. */
export const LONG_DUE = 0;
