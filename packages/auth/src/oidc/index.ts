export { type BrowserClient, browserClientsOf } from './browser-client.ts';
export {
  type AuthorizationRequest,
  type ClientSecret,
  createOidcClient,
  type Exchanged,
  type LogoutRequest,
  type OidcClient,
  type OidcClientDeps,
} from './oidc-client.ts';
export { ProviderError, type ProviderFailure } from './provider-error.ts';
