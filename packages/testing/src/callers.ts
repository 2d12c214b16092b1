import type { Caller } from '@cloakroom/core';

/** Somebody with a session, as the authorizer tells the functions of them. */
export function aCaller(fields: Partial<Caller> = {}): Caller {
  return {
    userId: 'ann',
    issuer: 'pool',
    clientId: 'web',
    sessionId: 'session',
    kind: 'bearer',
    bootstrap: false,
    reason: 'active',
    scope: '',
    groups: [],
    ...fields,
  };
}
