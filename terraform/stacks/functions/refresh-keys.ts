import { partitionKeys } from '../../modules/iam/dynamodb-conditions.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { issuersFiles } from './files.ts';
import { readKeySets, useTableKey } from './statements.ts';
import { issuersVariables, sessionsTableVariables } from './variables.ts';

/** Fetches the issuers' key sets from the internet and stores them. The only writer of `KEYS#`, and of nothing else; it reads how old those are that it could not refresh. */
export const refreshKeys: FunctionSpec = {
  memoryMb: 256,
  timeoutSeconds: () => 60,
  insideVpc: false,
  statements: (resources) => [
    {
      sid: 'StoreKeys',
      actions: ['dynamodb:PutItem'],
      resources: [resources.sessions.arn],
      condition: partitionKeys('KEYS#*'),
    },
    readKeySets(resources),
    // Lambda does, in its name.
    {
      sid: 'GiveUpRuns',
      actions: ['sqs:SendMessage'],
      resources: [resources.schedulesDeadLetters.arn],
      alsoByLambda: true,
    },
    useTableKey(resources),
  ],
  files: issuersFiles,
  variables: (resources) => ({ ...issuersVariables(), ...sessionsTableVariables(resources) }),
};
