import type { BrowserClient, Exchanged } from '@cloakroom/auth/oidc';
import type { ProviderTokens } from '@cloakroom/sessions';

/** What is kept of the provider's tokens: one to refresh, and the ID token where its logout asks for it. */
export function keptTokens(
  { logoutHint }: Pick<BrowserClient, 'logoutHint'>,
  { idToken, refreshToken }: Pick<Exchanged, 'idToken' | 'refreshToken'>,
): ProviderTokens {
  const isIdTokenKept = logoutHint === 'id_token' || logoutHint === 'sid';
  return { ...(refreshToken === undefined ? {} : { refreshToken }), ...(isIdTokenKept ? { idToken } : {}) };
}
