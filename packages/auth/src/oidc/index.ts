export { type BrowserClient, browserClientsOf } from './browser-client.ts';
export type { ClientSecret } from './connection.ts';
export { createOidcClient, type Exchanged, type OidcClient, type OidcClientDeps } from './oidc-client.ts';
export { ProviderError, type ProviderFailure } from './provider-error.ts';
export { providerFetch } from './provider-fetch.ts';
export type { LogoutRequest } from './provider-logout.ts';
export type { AuthorizationRequest } from './redeem-code.ts';
export { createHandInVerifier, type HandedIn, type HandInVerifier } from './verify-hand-in.ts';
export type { ExpectedSession, Refreshed } from './verify-refreshed.ts';
