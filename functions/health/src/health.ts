import { CSRF_HEADER, type NowMs } from '@cloakroom/core';
import type { Route } from '@cloakroom/http';

export interface HealthDeps {
  readonly version: string;
  readonly nowMs: NowMs;
}

/**
 * Answers as long as the function runs, without asking anything else: its version, its time, and whether the header that
 * cookie requests need has survived the proxies on the way here.
 */
export function health({ version, nowMs }: HealthDeps): Route {
  return {
    access: 'public',
    async handle({ headers }) {
      const csrfHeader = headers[CSRF_HEADER] === '1';
      return { status: 200, data: { status: 'ok', version, time: new Date(nowMs()).toISOString(), csrfHeader } };
    },
  };
}
