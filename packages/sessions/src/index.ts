export type { CreationResult } from './create-session.ts';
export type { Ending, EndOutcome } from './end-session.ts';
export {
  ConflictError,
  CreationRateError,
  CreationRefusedError,
  LoginEndedError,
  SessionLimitError,
  SessionRequiredError,
  SignInTooEarlyError,
  StoredItemError,
} from './errors.ts';
export { expiresAt, type IdlePolicy, isTouchDue, type SessionStatus, statusOf } from './lifetime.ts';
export type { ClientInfo, CreationPolicy, CreationRequest } from './new-session.ts';
export type { UserSnapshot } from './read-user.ts';
export type {
  EndedReason,
  EndedSession,
  JsonObject,
  Session,
  SessionData,
  SessionKind,
  UserRecord,
} from './session.ts';
export { parsePublicSessionId, publicSessionId, type SessionAddress } from './session-id.ts';
export { createSessionStore, type SessionStore, type SessionStoreOptions } from './session-store.ts';
export { type SessionView, type SessionViewing, toSessionView } from './session-view.ts';
export type { TouchOutcome } from './touch-session.ts';
export { judgeByWatermark, type WatermarkVerdict } from './watermark.ts';
