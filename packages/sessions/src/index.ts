export type { RecordRequest, RecordResult } from './create-record.ts';
export type { CreationResult } from './create-session.ts';
export { assertDataFits, isJsonObject } from './data-limit.ts';
export type { Ending, EndOutcome } from './end-session.ts';
export type { ErasedPage, ErasureRequest } from './erase-user.ts';
export {
  ConflictError,
  CreationRateError,
  CreationRefusedError,
  DataTooLargeError,
  LoginEndedError,
  ScanPositionError,
  SessionEndedError,
  SessionLimitError,
  SessionRequiredError,
  SessionUnknownError,
  SignInTooEarlyError,
  StoredItemError,
  UserNotErasedError,
  VersionStaleError,
} from './errors.ts';
export { getErasure } from './get-erasure.ts';
export { expiresAt, type IdlePolicy, isTouchDue, type SessionStatus, statusOf } from './lifetime.ts';
export type { ListRequest } from './list-sessions.ts';
export type { ClientInfo, CreationPolicy, CreationRequest } from './new-session.ts';
export type { UserSnapshot } from './read-user.ts';
export type { DataChange, DataReplacement } from './replace-data.ts';
export type { SessionRequest } from './require-session.ts';
export type { RevokeAllRequest } from './revoke-all.ts';
export type { RevokeOutcome } from './revoke-session.ts';
export type { ScanRequest, SessionPage } from './scan-sessions.ts';
export type {
  EndedReason,
  EndedSession,
  IdleOverride,
  JsonObject,
  ListedSession,
  Session,
  SessionData,
  SessionKind,
  UnknownSession,
  UserRecord,
} from './session.ts';
export { type ItemChange, readSessionChange, type SessionChange } from './session-change.ts';
export { parsePublicSessionId, publicSessionId, type SessionAddress } from './session-id.ts';
export { ENDED_ATTRIBUTES, SESSION_ATTRIBUTES, USER_ATTRIBUTES } from './session-item.ts';
export { createSessionStore, type SessionStore, type SessionStoreOptions } from './session-store.ts';
export {
  type SessionView,
  type SessionViewing,
  toSessionView,
  toUnknownSessionView,
  type UnknownSessionView,
} from './session-view.ts';
export type { LifetimeChange } from './set-lifetime.ts';
export type { TouchOutcome } from './touch-session.ts';
export { judgeByWatermark, type WatermarkVerdict } from './watermark.ts';
