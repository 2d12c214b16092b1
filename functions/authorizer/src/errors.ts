import { CloakroomError } from '@cloakroom/core';

/**
 * The authorizer could not decide. API Gateway answers 500, whatever went wrong. The message is fixed: one that happened
 * to be `Unauthorized` would be answered as 401.
 */
export class AuthorizerFailedError extends CloakroomError {
  override readonly name = 'AuthorizerFailedError';
  readonly code = 'AUTHORIZER_FAILED';

  constructor(options: ErrorOptions) {
    super('the authorizer could not decide', options);
  }
}
