export type { Keys } from './key-changes.ts';
export { passesOn } from './passes-on.ts';
export {
  type OwnedAs,
  UNKNOWN_TEXT,
  type WebChange,
  type WebContent,
  type WebEnding,
  type WebEndReason,
  type WebOutcome,
  type WebOwner,
  type WebSession,
  type WebSessions,
} from './web-session.ts';
export { createWebSessions, type WebSessionsOptions } from './web-sessions.ts';
