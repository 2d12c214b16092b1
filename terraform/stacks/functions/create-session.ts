import type { FunctionSpec } from '../function-spec.ts';
import { issuersFiles } from './files.ts';
import { findSessions, openSessions, readKeySets, useTableKey } from './statements.ts';
import { creationVariables, httpVariables, sessionVariables, verifierVariables } from './variables.ts';

/** Opens a session for a verified token, in one transaction. */
export const createSession: FunctionSpec = {
  memoryMb: 512,
  timeoutSeconds: () => 15,
  insideVpc: true,
  statements: (resources) => [
    readKeySets(resources),
    findSessions(resources),
    openSessions(resources),
    useTableKey(resources),
  ],
  files: issuersFiles,
  variables: (resources) => ({
    ...httpVariables(resources),
    ...verifierVariables(resources),
    ...sessionVariables(resources),
    ...creationVariables(resources),
    IP_STORAGE: resources.environment.sessions.ipStorage,
  }),
};
