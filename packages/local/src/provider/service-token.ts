import { type OidcClient, requestServiceToken } from './oidc-client.ts';
import { reachProvider } from './reach-provider.ts';

/**
 * An access token of a local provider's service client.
 *
 * @throws ProviderRefusedError when the provider gives none
 * @throws Error when the provider is not running
 */
export function serviceToken(client: OidcClient): Promise<string> {
  return reachProvider(client.issuer, () => requestServiceToken(client));
}
