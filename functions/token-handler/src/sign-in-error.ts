import { KeysUnavailableError, TokenInvalidError } from '@cloakroom/auth';
import { ProviderError, type ProviderFailure } from '@cloakroom/auth/oidc';
import { CreationRefusedError, SessionLimitError, SignInClosedError } from '@cloakroom/sessions';

/** What a frontend may be told in `error`. A closed list: nothing that a provider or a person wrote gets there. */
export type SignInErrorCode =
  /** The person has cancelled. */
  | 'SIGN_IN_CANCELLED'
  /** There is nothing known of the sign-in: it took too long, or began in another browser. */
  | 'SIGN_IN_LOST'
  /** It was to go without asking the person, and cannot. */
  | 'INTERACTION_REQUIRED'
  /** The provider does not make the person sign in again. */
  | 'REAUTHENTICATION_REQUIRED'
  /** Somebody else has come back. */
  | 'OTHER_USER'
  /** Nobody is let in anew for now. */
  | 'SIGN_IN_CLOSED'
  | 'SESSION_LIMIT'
  | 'TOO_MANY_SIGN_INS'
  | 'PROVIDER_UNAVAILABLE'
  | 'PROVIDER_REFUSED'
  /** Something went wrong here. */
  | 'SERVICE_UNAVAILABLE';

const OF_PROVIDER: Readonly<Record<ProviderFailure, SignInErrorCode>> = {
  cancelled: 'SIGN_IN_CANCELLED',
  interaction_required: 'INTERACTION_REQUIRED',
  unavailable: 'PROVIDER_UNAVAILABLE',
  refused: 'PROVIDER_REFUSED',
  ended: 'PROVIDER_REFUSED',
};

export function errorCodeOf(error: unknown): SignInErrorCode {
  if (error instanceof ProviderError) return OF_PROVIDER[error.failure];
  if (error instanceof TokenInvalidError) return 'PROVIDER_REFUSED';
  if (error instanceof KeysUnavailableError) return 'PROVIDER_UNAVAILABLE';
  if (error instanceof SignInClosedError) return 'SIGN_IN_CLOSED';
  if (error instanceof SessionLimitError) return 'SESSION_LIMIT';
  return error instanceof CreationRefusedError ? 'TOO_MANY_SIGN_INS' : 'SERVICE_UNAVAILABLE';
}
