import type { VerifiedToken } from '@cloakroom/auth';
import type { User } from '@cloakroom/core';

/** Who a token stands for: a person, or a service by the name it has at its issuer. */
export function userOf(token: VerifiedToken): User {
  return token.type === 'login' ? token.login.user : token.service.user;
}
