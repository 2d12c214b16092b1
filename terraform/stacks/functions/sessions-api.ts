import type { FunctionSpec } from '../function-spec.ts';
import { issuersFiles } from './files.ts';
import { changeSessions, findSessionsAndData, listAllSessions, readCursorKey, useTableKey } from './statements.ts';
import {
  absoluteVariables,
  dataChangesVariables,
  httpVariables,
  issuersVariables,
  sessionVariables,
} from './variables.ts';

/** Shows, changes and ends sessions: for their owners, for administrators and for services. */
export const sessionsApi: FunctionSpec = {
  memoryMb: 512,
  timeoutSeconds: () => 25,
  insideVpc: true,
  statements: (resources) => [
    changeSessions(resources),
    findSessionsAndData(resources),
    listAllSessions(resources),
    readCursorKey(resources),
    useTableKey(resources),
  ],
  files: issuersFiles,
  variables: (resources) => ({
    ...httpVariables(resources),
    ...issuersVariables(),
    ...sessionVariables(resources),
    ...absoluteVariables(resources),
    ...dataChangesVariables(resources),
  }),
};
