export { type ActiveSessions, createActiveSessions } from './active-sessions.ts';
export {
  absoluteEnv,
  activeSessionsFrom,
  creationEnv,
  creationPolicyFrom,
  followUpsFrom,
  lifetimesFrom,
  providerSessionsFrom,
  sessionEnv,
  sessionStoreFrom,
  sessionsTableEnv,
  ticketStoreFrom,
  tokenStoreFrom,
  tokensEnv,
} from './env.ts';
export type { Flow, FlowReason, NewFlow } from './flows/flow.ts';
export { createFlowStore, type FlowCookie, type FlowEnd, type FlowStore } from './flows/flow-store.ts';
export { createFollowUps, type FollowUps } from './follow-ups.ts';
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
  SignInClosedError,
  SignInTooEarlyError,
  StoredItemError,
  UserNotErasedError,
  VersionStaleError,
  WebSessionError,
} from './model/errors.ts';
export { signedInAt } from './model/judge-exchange.ts';
export { expiresAt, type IdlePolicy, isActive, isTouchDue } from './model/lifetime.ts';
export type { ClientInfo, CreationPolicy, CreationRequest } from './model/new-session.ts';
export { assertDataFits } from './model/new-session.ts';
export type { Exchange, TicketPolicy, TicketRequest } from './model/new-ticket.ts';
export { isRecheckDue, recheckInterval } from './model/recheck.ts';
export {
  currentCookie,
  decideRenewal,
  isUnconfirmed,
  matchTicket,
  rotate,
  type TicketMatch,
} from './model/rotation.ts';
export type {
  AppEnd,
  EndedReason,
  EndedSession,
  IdleOverride,
  ListedSession,
  Session,
  SessionData,
  SessionKind,
  UnknownSession,
  UserRecord,
  UserSnapshot,
} from './model/session.ts';
export { NO_DATA } from './model/session.ts';
export { parsePublicSessionId, publicSessionId, type SessionAddress } from './model/session-id.ts';
export {
  type SessionView,
  type SessionViewing,
  toSessionView,
  toUnknownSessionView,
  type UnknownSessionView,
} from './model/session-view.ts';
export { formatTicket, isOfFamily, parseTicket, type TicketCookie } from './model/ticket.ts';
export type { TicketState } from './model/ticket-state.ts';
export { judgeByWatermark, type WatermarkVerdict } from './model/watermark.ts';
export type { ClosedUser } from './operations/close-restored.ts';
export type { Rights, TicketSession } from './operations/confirmed-ticket.ts';
export type { RecordRequest, RecordResult } from './operations/create-record.ts';
export type { CreationResult } from './operations/create-session.ts';
export type { ErasedPage } from './operations/erase-user.ts';
export type { OpeningRequest, TicketResult } from './operations/open-ticket.ts';
export type { TicketRenewal } from './operations/renew-ticket.ts';
export type { DataChange, DataReplacement } from './operations/replace-data.ts';
export type { SessionRequest } from './operations/require-session.ts';
export type { RevokeAllRequest } from './operations/revoke-all.ts';
export type { RevokeOutcome, RevokeRequest } from './operations/revoke-session.ts';
export type { LifetimeChange } from './operations/set-lifetime.ts';
export { createProviderSessions, type ProviderSessions } from './provider-sessions.ts';
export { createRestoration, type Restoration, type RestorationOptions } from './restoration.ts';
export { createSessionStore, type SessionStore, type SessionStoreOptions } from './session-store.ts';
export type { Ending, EndOutcome } from './table/end-session.ts';
export { readErasures } from './table/read-erasures.ts';
export type { PartitionPage, PartitionScan, ScanKey } from './table/scan-partitions.ts';
export type { ScanRequest, SessionPage } from './table/scan-sessions.ts';
export {
  type FollowUp,
  type ItemChange,
  readFollowUp,
  readSessionChange,
  SESSION_CHANGE_PATTERNS,
  type SessionChange,
} from './table/session-change.ts';
export { DATA_ATTRIBUTES, ENDED_ATTRIBUTES, SESSION_ATTRIBUTES, USER_ATTRIBUTES } from './table/session-item.ts';
export type { SessionUse, TouchOutcome } from './table/touch-session.ts';
export { createTicketStore, type TicketStore } from './ticket-store.ts';
export type { Lease, LeaseEnd } from './tokens/lease.ts';
export type { ProviderTokens, TokenItem } from './tokens/token-item.ts';
export { createTokenStore, type TokenLeasing, type TokenStore, type TokenStoreOptions } from './tokens/token-store.ts';
export {
  WEB_ATTRIBUTES,
  WEB_CHANGE_ATTRIBUTES,
  WEB_USER_ATTRIBUTES,
  WEB_WRITE_ATTRIBUTES,
} from './web/attributes.ts';
