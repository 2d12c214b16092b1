import { logId, type Telemetry, type User } from '@cloakroom/core';
import { actionFields, type HttpRequest } from '@cloakroom/http';
import type { RevokeOutcome, SessionAddress } from '@cloakroom/sessions';

type Request = HttpRequest<unknown>;

interface RevokedAll {
  readonly revoked: number;
  readonly keepsCurrent: boolean;
}

/** Tells what was done to sessions, to whose, and by whom. Users are hidden, and ids are shown by their beginning. */
export interface Report {
  revoked(request: Request, target: SessionAddress, outcome: Exclude<RevokeOutcome, 'unknown'>): void;
  revokedAll(request: Request, user: User, result: RevokedAll): void;
  changed(request: Request, target: SessionAddress, parts: readonly string[]): void;
  recorded(request: Request, created: SessionAddress): void;
}

export function createReport({ log, meter }: Telemetry): Report {
  return {
    revoked(request, target, outcome) {
      const fields = sessionFields(request, target);
      if (outcome === 'already') {
        log.info('session.already_ended', 'A session that was to be revoked had ended before', fields);
        return;
      }
      log.info('session.revoked', 'A session was revoked', fields, { metric: 'SessionsRevoked' });
    },
    revokedAll(request, user, { revoked, keepsCurrent }) {
      const fields = { ...actionFields(request, user), revoked, keepsCurrent };
      log.info('session.revoked_all', 'All sessions of a user were revoked', fields);
      if (revoked > 0) meter.count('SessionsRevoked', {}, revoked);
    },
    changed(request, target, parts) {
      log.info('session.changed', 'A session was changed', { ...sessionFields(request, target), parts });
    },
    recorded(request, { user, id }) {
      const fields = { ...sessionFields(request, { user, id }), kind: 'record', bootstrap: false };
      log.info('session.created', 'A session was created', fields, { metric: 'SessionsCreated', by: ['route'] });
    },
  };
}

function sessionFields(request: Request, { user, id }: SessionAddress) {
  return { ...actionFields(request, user), session: logId(id) };
}
