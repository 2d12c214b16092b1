export { passesOn } from './passes-on.ts';
export type {
  OwnedAs,
  WebChange,
  WebContent,
  WebEnding,
  WebEndReason,
  WebOutcome,
  WebOwner,
  WebSession,
  WebSessions,
} from './web-session.ts';
export { createWebSessions, type WebSessionsOptions } from './web-sessions.ts';
