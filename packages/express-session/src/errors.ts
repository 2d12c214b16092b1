export type StoreErrorCode =
  /** An option is wrong, or there is no region. */
  | 'CONFIGURATION'
  /** The provider's session that `sidOf` names has been ended. */
  | 'LOGIN_ENDED'
  /** `userOf` or `sidOf` gave what can be no user and no session. */
  | 'OWNER_INVALID'
  /** Fastify: the store's plugin is not registered. */
  | 'PLUGIN_MISSING'
  | 'SCAN_LIMIT'
  | 'SCAN_OFF'
  /** The user has as many sessions as allowed, and the policy is to refuse one more. */
  | 'SESSION_LIMIT'
  /** Something in it has no JSON. */
  | 'SESSION_NOT_JSON'
  | 'SESSION_TOO_LARGE'
  /** Others changed the same person's sessions again and again. */
  | 'STORE_CONTENDED'
  /** DynamoDB, or the credentials: `cause` tells. No session is lost by it. */
  | 'STORE_UNAVAILABLE';

/**
 * Whatever goes wrong in the store. `code` is stable, and never one that a session library takes for "no session", as express-session
 * does `ENOENT`: a failure signs nobody out. Nothing of a session is in it.
 */
export class CloakroomStoreError extends Error {
  override readonly name = 'CloakroomStoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
