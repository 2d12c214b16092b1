export { CloakroomStoreError, type StoreErrorCode } from './errors.ts';
export {
  CloakroomStore,
  type FastifyLike,
  type FastifyRequestLike,
  type StorePlugin,
} from './fastify-store.ts';
export type {
  CloakroomStoreOptions,
  GivenClient,
  ProviderClaims,
  StoreLogger,
  StoreMetric,
} from './options.ts';
