import { CloakroomError } from '@cloakroom/core';
import type { Remedy } from './remedy.ts';
import type { EndedReason } from './session.ts';

/** The rules do not let this sign-in have a session, or not now. Each code is public. */
export abstract class CreationRefusedError extends CloakroomError {
  /** How many active sessions the user had; undefined where nothing was read. For the log. */
  sessionsBefore: number | undefined;
}

/** This sign-in opens nothing any more: its session has ended, or it is too old. What the client must do is in `remedy`. */
export class LoginEndedError extends CreationRefusedError {
  override readonly name = 'LoginEndedError';
  readonly code = 'LOGIN_ENDED';
  readonly remedy: Remedy;

  constructor(remedy: Remedy) {
    super(`this sign-in has ended: ${remedy}`);
    this.remedy = remedy;
  }
}

/** Nobody is let in who has no session yet: an operator has closed sign-in. Trying again does not help until it is open. */
export class SignInClosedError extends CreationRefusedError {
  override readonly name = 'SignInClosedError';
  readonly code = 'SIGN_IN_CLOSED';

  constructor() {
    super('sign-in is closed: only sessions that there are go on');
  }
}

/** The user has as many sessions as allowed, and the policy is to refuse one more. */
export class SessionLimitError extends CreationRefusedError {
  override readonly name = 'SessionLimitError';
  readonly code = 'SESSION_LIMIT';
  readonly limit: number;

  constructor(limit: number) {
    super(`there are already ${limit} sessions: end one first`);
    this.limit = limit;
  }
}

/** Too many new sign-ins of the user within the hour. */
export class CreationRateError extends CreationRefusedError {
  override readonly name = 'CreationRateError';
  readonly code = 'RATE_LIMITED';
  /** By then the oldest sign-in that counts is more than an hour old. */
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('too many new sessions within the hour');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The user has a session elsewhere, and the sign-in is too old to open another. The person must sign in again. */
export class SessionRequiredError extends CreationRefusedError {
  override readonly name = 'SessionRequiredError';
  readonly code = 'SESSION_REQUIRED';

  constructor() {
    super('the sign-in is too old to open another session: sign in again');
  }
}

/**
 * The person signed in a few seconds after all their sessions were ended. Such a sign-in cannot be told from an older one, so it
 * is never accepted. A new sign-in after the given time is.
 */
export class SignInTooEarlyError extends CreationRefusedError {
  override readonly name = 'SignInTooEarlyError';
  readonly code = 'SIGN_IN_TOO_EARLY';
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('this sign-in came too soon after all sessions were ended: sign in again');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Other requests changed the same items until there was no time left. Nothing has changed. Trying again helps. */
export class ConflictError extends CreationRefusedError {
  override readonly name = 'ConflictError';
  readonly code = 'CONFLICT';

  constructor() {
    super('too many changes at the same time: try again');
  }
}

/** Other requests are changing the same items, and this one gives way. Nothing has changed. Trying again helps. */
export class ContendedError extends CreationRefusedError {
  override readonly name = 'ContendedError';
  readonly code = 'CONTENDED';
  readonly retryAfterSeconds = 1;

  constructor() {
    super('too many changes at the same time: try again shortly');
  }
}

/** The data of one session is changed too often. */
export class DataRateError extends CloakroomError {
  override readonly name = 'DataRateError';
  readonly code = 'RATE_LIMITED';
  readonly retryAfterSeconds = 1;

  constructor() {
    super('the data of this session is changed too often');
  }
}

/** The session was found, but has ended. */
export class SessionEndedError extends CloakroomError {
  override readonly name = 'SessionEndedError';
  readonly code = 'SESSION_ENDED';
  readonly reason: EndedReason;

  constructor(reason: EndedReason) {
    super(`the session has ended: ${reason}`);
    this.reason = reason;
  }
}

/** The session is that of a web app, which alone can change it. */
export class WebSessionError extends CloakroomError {
  override readonly name = 'WebSessionError';
  readonly code = 'WEB_SESSION';

  constructor() {
    super('a session of a web app is changed by that app alone; it can be ended here');
  }
}

/** There is no such session, and nothing is known of one that has ended. */
export class SessionUnknownError extends CloakroomError {
  override readonly name = 'SessionUnknownError';
  readonly code = 'NOT_FOUND';

  constructor() {
    super('there is no such session');
  }
}

/** The data was changed since the given version was read: read it again. */
export class VersionStaleError extends CloakroomError {
  override readonly name = 'VersionStaleError';
  readonly code = 'PRECONDITION_FAILED';

  constructor() {
    super('the data has been changed since it was read: read it again');
  }
}

/** The items of a user are to be deleted before the user was marked as erased. This is a mistake of ours. */
export class UserNotErasedError extends CloakroomError {
  override readonly name = 'UserNotErasedError';
  readonly code = 'USER_NOT_ERASED';

  constructor() {
    super('the user has not been marked as erased');
  }
}

/** A position in the list of all sessions is not one that a page gave. */
export class ScanPositionError extends CloakroomError {
  override readonly name = 'ScanPositionError';
  readonly code = 'INVALID_CURSOR';

  constructor() {
    super('the cursor is not one of ours');
  }
}

/** The `data` of a session is too large. */
export class DataTooLargeError extends CloakroomError {
  override readonly name = 'DataTooLargeError';
  readonly code = 'DATA_TOO_LARGE';
  readonly field = 'data';

  constructor(maxBytes: number) {
    super(`data may have ${maxBytes} bytes as JSON`);
  }
}

/** An item of the table is not what we write: never taken for a missing one. `item` is its kind, `field` the first bad attribute. */
export class StoredItemError extends CloakroomError {
  override readonly name = 'StoredItemError';
  readonly code = 'STORED_ITEM_MALFORMED';
  readonly item: string;
  readonly field: string;

  constructor(item: string, field: string, options?: ErrorOptions) {
    super(`a stored ${item} item is malformed: ${field}`, options);
    this.item = item;
    this.field = field;
  }
}
