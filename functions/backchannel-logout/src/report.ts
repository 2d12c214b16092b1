import type { TokenInvalidError } from '@cloakroom/auth';
import { CloakroomError, logId, opaqueUserId, type ProviderLogout, type Telemetry, type User } from '@cloakroom/core';

/** Tells what became of logout tokens: a counted line for each. People and sessions are shown by the beginning of a hash. */
export interface Report {
  done(logout: ProviderLogout, ended: number): void;
  refused(error: TokenInvalidError): void;
  failed(error: unknown, logout?: ProviderLogout): void;
}

const COUNT = { metric: 'BackchannelLogouts', by: ['outcome'] };

export function createReport({ log }: Telemetry): Report {
  return {
    done(logout, ended) {
      const fields = { ...fieldsOf(logout), ended, outcome: ended === 0 ? 'nothing_to_end' : 'ended' };
      log.info('backchannel_logout.done', 'What a provider says is over has ended here', fields, COUNT);
    },
    refused({ reason, claim, issuer }) {
      const fields = { issuer, reason, claim, outcome: 'refused' };
      log.warn('backchannel_logout.refused', 'A logout token was refused', fields, COUNT);
    },
    failed(error, logout) {
      const reason = error instanceof CloakroomError ? error.code : 'INTERNAL';
      const fields = { ...(logout && fieldsOf(logout)), reason, outcome: 'failed' };
      const text = 'What a provider says is over may go on here until its recheck: http.failed tells why';
      log.error('backchannel_logout.failed', text, fields, COUNT);
    },
  };
}

function fieldsOf(logout: ProviderLogout) {
  if (logout.what === 'person') return { issuer: logout.user.issuer, by: 'sub', user: hidden(logout.user) };
  const { issuer, sidKey, owner } = logout;
  return { issuer, by: 'sid', sid: logId(sidKey), ...(owner === undefined ? {} : { user: hidden(owner.user) }) };
}

function hidden(user: User): string {
  return logId(opaqueUserId(user));
}
