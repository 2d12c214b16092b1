import { SERVICE_CLIENT } from './provider-clients.ts';
import { reachProvider } from './reach-provider.ts';
import { ProviderRefusedError } from './sign-in.ts';

/**
 * An access token of the local provider's service client, by its own credentials (RFC 6749 §4.4).
 *
 * @throws ProviderRefusedError when the provider gives none
 * @throws Error when the provider is not running
 */
export function serviceToken(issuer: string): Promise<string> {
  const { id, secret, scope } = SERVICE_CLIENT;
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope });
  return reachProvider(issuer, async () => {
    const response = await fetch(`${issuer}/token`, { method: 'POST', headers: { authorization }, body });
    const answer = (await response.json()) as Readonly<Record<string, unknown>>;
    if (typeof answer.access_token === 'string') return answer.access_token;
    throw new ProviderRefusedError(String(answer.error ?? `status ${response.status} at /token`));
  });
}
