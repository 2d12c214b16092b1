import { type Login, logId, type Telemetry } from '@cloakroom/core';
import { type CreationRefusedError, type CreationResult, LoginEndedError } from '@cloakroom/sessions';
import type { Ticket } from './own-session.ts';

/** Tells what became of a sign-in: a log line for each, and how many sessions were made. Ids are shown by their beginning. */
export interface Report {
  answered(login: Login, result: CreationResult): void;
  /** The session of a ticket was asked for. */
  found(ticket: Ticket): void;
  refused(login: Login, error: CreationRefusedError): void;
}

export function createReport({ log, meter }: Telemetry): Report {
  const fieldsOf = ({ user, loginId, clientId }: Login) => ({ issuer: user.issuer, clientId, login: logId(loginId) });
  return {
    answered(login, { outcome, evicted }) {
      const fields = fieldsOf(login);
      if (outcome === 'existing') {
        log.info('session.existing', 'The sign-in had its session already', fields);
        return;
      }
      log.info('session.created', 'A session was created', fields);
      meter.count('SessionsCreated');
      for (const { id } of evicted) {
        log.info('session.evicted', 'A session had to go for a newer one', { ...fields, evicted: logId(id) });
      }
    },
    found({ user, sessionId, clientId }) {
      const fields = { issuer: user.issuer, clientId, session: logId(sessionId) };
      log.info('session.existing', 'The sign-in had its session already', fields);
    },
    refused(login, error) {
      const remedy = error instanceof LoginEndedError ? { remedy: error.remedy } : {};
      log.info('session.refused', 'The sign-in got no session', {
        ...fieldsOf(login),
        errorCode: error.code,
        ...remedy,
      });
    },
  };
}
