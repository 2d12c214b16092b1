export { CloakroomStoreError, type StoreErrorCode } from './errors.ts';
export { CloakroomStore, type KoaContext, type KoaRequest } from './koa-store.ts';
export type {
  CloakroomStoreOptions,
  GivenClient,
  ProviderClaims,
  StoreLogger,
  StoreMetric,
} from './options.ts';
