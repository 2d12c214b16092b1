import { CloakroomError } from '@cloakroom/core';

/** Why a credential was refused, one stable word per cause. For the log alone: every caller gets the same 401. */
export type TokenInvalidReason =
  // how the credential arrived
  | 'credential_missing'
  | 'credential_malformed'
  | 'credential_twice'
  | 'ticket_not_accepted'
  // the compact form
  | 'too_long'
  | 'not_canonical'
  | 'header_malformed'
  | 'payload_malformed'
  // who signed it, and how
  | 'issuer_unknown'
  | 'algorithm_refused'
  | 'key_unknown'
  | 'signature_wrong'
  // when
  | 'expired'
  | 'not_yet_valid'
  | 'issued_in_future'
  | 'auth_time_missing'
  | 'auth_time_in_future'
  // what kind of token it is, and for whom
  | 'type_refused'
  | 'not_access_token'
  | 'sender_constrained'
  | 'client_refused'
  | 'audience_refused'
  | 'bearer_refused'
  | 'login_claim_missing'
  | 'service_refused'
  // of ID tokens
  | 'nonce_wrong'
  | 'not_of_this_client'
  | 'access_token_wrong'
  | 'not_of_this_session'
  // of logout tokens
  | 'not_logout_token'
  | 'session_not_named'
  // a claim without its documented form
  | 'claim_malformed';

/** Where a token was refused: names alone, never a value of the token. */
interface Refusal {
  /** The claim that decided. */
  readonly claim?: string | undefined;
  /** Alias of the issuer, where the token names one of ours. */
  readonly issuer?: string | undefined;
}

/** The credential is not a valid access token. Answered as 401. The message never holds any part of the token. */
export class TokenInvalidError extends CloakroomError {
  override readonly name = 'TokenInvalidError';
  readonly code = 'TOKEN_INVALID';
  readonly reason: TokenInvalidReason;
  readonly claim: string | undefined;
  readonly issuer: string | undefined;

  constructor(reason: TokenInvalidReason, { claim, issuer }: Refusal = {}) {
    super(`token refused: ${[reason, claim, issuer].filter((part) => part !== undefined).join(', ')}`);
    this.reason = reason;
    this.claim = claim;
    this.issuer = issuer;
  }
}

/** Why no key set can answer: there is none that may be trusted, or the token may be signed with a key that is newer than it. */
export type KeysUnavailableReason = 'none_usable' | 'older_than_token';

const KEYS_UNAVAILABLE: Readonly<Record<KeysUnavailableReason, string>> = {
  none_usable: 'no usable key set of issuer',
  older_than_token: 'no key set as new as the token of issuer',
};

/**
 * No key set of the issuer could be read, the last one is too old to trust, or it may lack a new key and the provider cannot be
 * asked. Answered as 503: retrying later may help.
 */
export class KeysUnavailableError extends CloakroomError {
  override readonly name = 'KeysUnavailableError';
  readonly code = 'KEYS_UNAVAILABLE';
  readonly reason: KeysUnavailableReason;
  /** Alias of the issuer. */
  readonly issuer: string;
  readonly retryAfterSeconds: number;

  constructor(reason: KeysUnavailableReason, issuer: string, retryAfterSeconds: number) {
    super(`${KEYS_UNAVAILABLE[reason]} ${issuer}`);
    this.reason = reason;
    this.issuer = issuer;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Why a key set could not be read. */
export type KeySetUnreadableReason =
  | 'not_https'
  | 'request_failed'
  | 'status'
  | 'too_large'
  | 'malformed'
  | 'no_usable_key';

/** One attempt to read a key set failed. The last good set stays in use. */
export class KeySetUnreadableError extends CloakroomError {
  override readonly name = 'KeySetUnreadableError';
  readonly code = 'KEY_SET_UNREADABLE';
  readonly reason: KeySetUnreadableReason;

  constructor(reason: KeySetUnreadableReason, detail: string, options?: ErrorOptions) {
    super(`key set unreadable: ${detail}`, options);
    this.reason = reason;
  }
}

/** The key of cursors is not in the table yet: `refresh-keys` has not run since the table was made. Answered as 503. */
export class CursorKeyMissingError extends CloakroomError {
  override readonly name = 'CursorKeyMissingError';
  readonly code = 'CURSOR_KEY_MISSING';

  constructor() {
    super('there is no key for cursors yet: refresh-keys makes it');
  }
}
