import { CloakroomError } from '@cloakroom/core';

/** Some keys were not refreshed. The others were; of an issuer that failed the last good set stays. */
export class KeysNotRefreshedError extends CloakroomError {
  override readonly name = 'KeysNotRefreshedError';
  readonly code = 'KEYS_NOT_REFRESHED';
  /** Aliases of the issuers that failed, and `~cursor` where the key of cursors could not be made. */
  readonly issuers: readonly string[];

  constructor(issuers: readonly string[], options?: ErrorOptions) {
    super(`keys were not refreshed: ${issuers.join(', ')}`, options);
    this.issuers = issuers;
  }
}
