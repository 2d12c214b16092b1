import { partitionKeys } from '../../modules/iam/dynamodb-conditions.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { issuersFiles } from './files.ts';
import { findSessions, readKeySets, useTableKey } from './statements.ts';
import { creationVariables, httpVariables, sessionVariables, verifierVariables } from './variables.ts';

/** Opens a session for a verified token, in one transaction. */
export const createSession: FunctionSpec = {
  memoryMb: 512,
  timeoutSeconds: () => 15,
  insideVpc: true,
  statements: (resources) => [
    readKeySets(resources),
    findSessions(resources),
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
