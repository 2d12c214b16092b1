export { isLoopbackHost } from './base/loopback-host.ts';
export { type Browser, createBrowser, type Page } from './browser/create-browser.ts';
export { keycloakClient, keycloakUser } from './keycloak/keycloak-clients.ts';
export { localToken } from './provider/local-token.ts';
export { type OidcClient, ProviderRefusedError, REDIRECT_URI, refresh, type Tokens } from './provider/oidc-client.ts';
export { builtInService, builtInUser } from './provider/provider-clients.ts';
export { serviceToken } from './provider/service-token.ts';
export { signIn } from './provider/sign-in.ts';
