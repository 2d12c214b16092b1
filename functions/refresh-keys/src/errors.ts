import { CloakroomError } from '@cloakroom/core';

/** Some issuers' key sets were not refreshed. The others were; the failed ones keep their last good set. */
export class KeysNotRefreshedError extends CloakroomError {
  override readonly name = 'KeysNotRefreshedError';
  readonly code = 'KEYS_NOT_REFRESHED';
  /** Aliases of the issuers that failed. */
  readonly issuers: readonly string[];

  constructor(issuers: readonly string[], options?: ErrorOptions) {
    super(`key sets were not refreshed: ${issuers.join(', ')}`, options);
    this.issuers = issuers;
  }
}
