import type { Cursors, NowMs, Telemetry } from '@cloakroom/core';
import type { RecordRequest, SessionStore } from '@cloakroom/sessions';

/** What the routes need; each of them takes its part. */
export interface SessionsApiDeps {
  readonly sessions: Pick<
    SessionStore,
    | 'createRecord'
    | 'get'
    | 'getData'
    | 'getEnded'
    | 'isKnown'
    | 'list'
    | 'listData'
    | 'replaceData'
    | 'require'
    | 'revoke'
    | 'revokeAll'
    | 'scan'
    | 'setLifetime'
  >;
  readonly policy: RecordRequest['policy'];
  /** Whether new data must name the version that it replaces. */
  readonly requireIfMatch: boolean;
  readonly cursors: Cursors;
  readonly nowMs: NowMs;
  readonly telemetry: Telemetry;
}
