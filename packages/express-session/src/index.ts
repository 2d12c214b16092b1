export { CloakroomStoreError, type StoreErrorCode } from './errors.ts';
export { CloakroomStore } from './express-store.ts';
export type {
  CloakroomStoreOptions,
  GivenClient,
  ProviderClaims,
  StoreLogger,
  StoreMetric,
} from './options.ts';
