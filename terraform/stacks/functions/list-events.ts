import { partitionKeys } from '../../modules/iam/dynamodb-conditions.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { issuersFiles } from './files.ts';
import { readCursorKey, useTableKey } from './statements.ts';
import { eventsTableVariables, httpVariables, issuersVariables, sessionsTableVariables } from './variables.ts';

/** Shows a user's events, newest first. */
export const listEvents: FunctionSpec = {
  memoryMb: 512,
  timeoutSeconds: () => 15,
  insideVpc: true,
  statements: (resources) => [
    {
      sid: 'ListEvents',
      actions: ['dynamodb:Query'],
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
    ...sessionsTableVariables(resources),
    ...eventsTableVariables(resources),
  }),
};
