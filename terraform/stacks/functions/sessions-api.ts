import { partitionKeys } from '../../modules/iam/dynamodb-conditions.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { issuersFiles } from './files.ts';
import { findSessions, listAllSessions, readCursorKey, useTableKey } from './statements.ts';
import { absoluteVariables, httpVariables, issuersVariables, sessionVariables } from './variables.ts';

/** Shows, changes and ends sessions: for their owners, for administrators and for services. */
export const sessionsApi: FunctionSpec = {
  memoryMb: 512,
  timeoutSeconds: () => 25,
  insideVpc: true,
  statements: (resources) => [
    {
      sid: 'ReadAndChangeSessions',
      // A transaction needs the action of each of its items; there is none for the transaction itself.
      actions: [
        'dynamodb:ConditionCheckItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
      ],
      resources: [resources.sessions.arn],
      condition: partitionKeys('U#*'),
    },
    findSessions(resources),
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
  }),
};
