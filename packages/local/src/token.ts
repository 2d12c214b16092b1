export { keycloakClient, keycloakUser } from './keycloak/keycloak-clients.ts';
export { type LocalUser, localToken } from './provider/local-token.ts';
export { builtInService, builtInUser } from './provider/provider-clients.ts';
export { serviceToken } from './provider/service-token.ts';
