import { ENDED_ATTRIBUTES, SESSION_ATTRIBUTES, USER_ATTRIBUTES } from '@cloakroom/sessions';
import { partitionKeys, partitionKeysAndReadAttributes } from '../../modules/iam/dynamodb-conditions.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { useTableKey, WHERE_SESSIONS_END } from './statements.ts';
import { eventWriterVariables, sessionVariables } from './variables.ts';

/** A session, the mark of one that has ended, and what is kept of its user; of a web app's also which session at the provider it belongs to. */
const OF_SESSIONS = new Set([...SESSION_ATTRIBUTES, ...ENDED_ATTRIBUTES, ...USER_ATTRIBUTES, 'web_sid_key']);

/**
 * Makes an event of every change of a session, and finishes what a web app may only begin. Of users it reads whether they were erased:
 * then nothing is written of them.
 */
export const recordChanges: FunctionSpec = {
  memoryMb: 256,
  timeoutSeconds: () => 60,
  insideVpc: true,
  statements: (resources) => [
    {
      // Of users, whether they were erased. In one statement, since a role has room for so many characters.
      sid: 'ReadSessionsAndUsers',
      actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem'],
      resources: [resources.sessions.arn],
      condition: partitionKeysAndReadAttributes(['U#*'], [...OF_SESSIONS]),
    },
    {
      // A web app may delete nothing and put nothing: it marks an end, and this ends it. One statement, since all are in one transaction.
      sid: 'FollowUpWebSessions',
      actions: ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      resources: [resources.sessions.arn],
      condition: partitionKeys(...WHERE_SESSIONS_END, 'SID#*'),
    },
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
    ...sessionVariables(resources),
    ...eventWriterVariables(resources),
    CHANGES_DEAD_LETTERS_URL: resources.changesDeadLetters.url,
  }),
};
