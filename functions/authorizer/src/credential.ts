import { bearerToken, TokenInvalidError } from '@cloakroom/auth';
import type { AuthorizerRequest } from './request.ts';

/**
 * The bearer token of the request. Two credentials at once are refused: which of them counts must not be a matter of taste.
 *
 * @throws TokenInvalidError when there is not exactly one credential, or it is no bearer token
 */
export function requireCredential({ authorization, hasTicket }: AuthorizerRequest): string {
  if (hasTicket) throw new TokenInvalidError(authorization === undefined ? 'ticket_not_accepted' : 'credential_twice');
  return bearerToken(authorization);
}
