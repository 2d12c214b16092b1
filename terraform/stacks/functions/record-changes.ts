import { partitionKeys } from '../../modules/iam/dynamodb-conditions.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { readUsers, useTableKey } from './statements.ts';
import { eventWriterVariables, sessionsTableVariables } from './variables.ts';

/** Makes an event of every change of a session. Of users it reads whether they were erased: then nothing is written of them. */
export const recordChanges: FunctionSpec = {
  memoryMb: 256,
  timeoutSeconds: () => 60,
  insideVpc: true,
  statements: (resources) => [
    readUsers(resources),
    {
      // An event of somebody who is erased meanwhile is taken back.
      sid: 'StoreEvents',
      actions: ['dynamodb:DeleteItem', 'dynamodb:PutItem'],
      resources: [resources.events.arn],
      condition: partitionKeys('U#*'),
    },
    // What it does not understand it gives up itself; what failed for too long, Lambda does in its name.
    {
      sid: 'GiveUpChanges',
      actions: ['sqs:SendMessage'],
      resources: [resources.changesDeadLetters.arn],
      alsoByLambda: true,
    },
    useTableKey(resources),
  ],
  pollStatements: ({ sessions }) => [
    {
      sid: 'TakeChanges',
      // Lambda asks for ListStreams by name, though it is told the stream; it is content with that stream's ARN.
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      resources: [sessions.requireStreamArn()],
    },
  ],
  variables: (resources) => ({
    ...sessionsTableVariables(resources),
    ...eventWriterVariables(resources),
    CHANGES_DEAD_LETTERS_URL: resources.changesDeadLetters.url,
  }),
};
