import { partitionKeys } from '../../modules/iam/dynamodb-conditions.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { issuersFiles } from './files.ts';
import { findSessions, readCursorKey, useTableKey, WHERE_SESSIONS_END } from './statements.ts';
import { eventsTableVariables, httpVariables, issuersVariables, sessionVariables } from './variables.ts';

/** Tells all that is kept of a user, or erases it, for as long as API Gateway waits. */
export const userData: FunctionSpec = {
  memoryMb: 512,
  timeoutSeconds: () => 28,
  insideVpc: true,
  statements: (resources) => [
    {
      sid: 'TellAndEndSessions',
      actions: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      resources: [resources.sessions.arn],
      condition: partitionKeys(...WHERE_SESSIONS_END),
    },
    findSessions(resources),
    {
      sid: 'TellAndEraseEvents',
      actions: ['dynamodb:DeleteItem', 'dynamodb:Query'],
      resources: [resources.events.arn],
      condition: partitionKeys('U#*'),
    },
    readCursorKey(resources),
    useTableKey(resources),
  ],
  files: issuersFiles,
  variables: (resources) => ({
    ...httpVariables(resources),
    ...issuersVariables(),
    ...sessionVariables(resources),
    ...eventsTableVariables(resources),
  }),
};
