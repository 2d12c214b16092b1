export { bearerToken } from './bearer.ts';
export { KeySetUnreadableError, KeysUnavailableError, TokenInvalidError, type TokenInvalidReason } from './errors.ts';
export { createKeySetFetcher, type FetchKeySet } from './fetch-key-set.ts';
export { type Issuer, parseIssuers } from './issuers.ts';
export { createKeySets, type KeySets } from './key-sets.ts';
export { createKeyStore, type KeyStore } from './key-store.ts';
export type { Service } from './read-service.ts';
export { administers, type RoleHolder } from './roles.ts';
export { createTokenVerifier, type TokenVerifier, type VerifiedToken } from './verify-token.ts';
