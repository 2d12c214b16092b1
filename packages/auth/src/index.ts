export { bearerToken } from './bearer.ts';
export { createVerifier } from './create-verifier.ts';
export { type CursorKey, createCursorKey } from './cursor-key.ts';
export {
  cursorsFrom,
  issuersEnv,
  issuersFrom,
  keySetsFrom,
  keyTableEnv,
  keyTableFrom,
  verifierEnv,
  verifierFrom,
} from './env.ts';
export { KeySetUnreadableError, KeysUnavailableError, TokenInvalidError, type TokenInvalidReason } from './errors.ts';
export { createKeySetFetcher, type FetchKeySet } from './fetch-key-set.ts';
export type { Issuer } from './issuer.ts';
export { parseIssuers } from './issuer.ts';
export type { VerifiedToken } from './judge-token.ts';
export type { KeptKeySets } from './key-sets.ts';
export { createKeyStore, type KeyStore } from './key-store.ts';
export { createLogoutVerifier, type LogoutVerifier } from './logout-token.ts';
export type { Service } from './read-service.ts';
export { createRememberingVerifier } from './remembering-verifier.ts';
export { issuersAdministeredBy, type RoleHolder } from './roles.ts';
export { ROUTES_OF_RIGHT, rightsOfService, routesOfService } from './services.ts';
export { KEY_SET_ATTRIBUTES } from './stored-keys.ts';
export { createTokenVerifier, type TokenVerifier, userOf } from './verify-token.ts';
