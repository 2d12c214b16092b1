import type { BrowserClient } from '@cloakroom/auth/oidc';
import type { ProviderTokens } from '@cloakroom/sessions';

/** Of what the provider gave, what is kept. The ID token only where signing out there takes it. */
export function keptTokens(
  { logoutHint }: Pick<BrowserClient, 'logoutHint'>,
  { refreshToken, idToken }: ProviderTokens,
): ProviderTokens {
  const isIdTokenKept = idToken !== undefined && (logoutHint === 'id_token' || logoutHint === 'sid');
  return {
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(isIdTokenKept ? { idToken } : {}),
  };
}
