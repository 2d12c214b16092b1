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
