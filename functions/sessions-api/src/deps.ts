import type { Cursors, NowMs, Telemetry } from '@cloakroom/core';
import type { RecordRequest, SessionStore } from '@cloakroom/sessions';

/** What the routes need; each of them takes its part. */
export interface SessionsApiDeps {
  readonly sessions: Pick<
    SessionStore,
    | 'createRecord'
    | 'getData'
    | 'isKnown'
    | 'list'
    | 'replaceData'
    | 'require'
    | 'revoke'
    | 'revokeAll'
    | 'scan'
    | 'setLifetime'
  >;
  readonly policy: RecordRequest['policy'];
  readonly cursors: Cursors;
  readonly nowMs: NowMs;
  readonly telemetry: Telemetry;
}
