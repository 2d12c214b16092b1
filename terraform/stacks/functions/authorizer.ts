import { partitionKeysAndAttributes } from '../../modules/iam/dynamodb-conditions.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { issuersFiles } from './files.ts';
import { findSessions, readKeySets, readSessions, useTableKey } from './statements.ts';
import { sessionVariables, ticketVariables, verifierVariables } from './variables.ts';

/** All that a touch reads, conditions and writes: the authorizer can say that a session and its secret were used, and nothing else. */
const TOUCHED = ['user_key', 'item', 'last_seen_at', 'idle_expires_at', 'confirmed_at', 'web_ended_as'];

/** Runs before every request. API Gateway waits ten seconds for it. */
export const authorizer: FunctionSpec = {
  memoryMb: 512,
  timeoutSeconds: () => 9,
  insideVpc: true,
  statements: (resources) => [
    readSessions(resources),
    readKeySets(resources),
    {
      sid: 'TouchSessions',
      actions: ['dynamodb:UpdateItem'],
      resources: [resources.sessions.arn],
      condition: partitionKeysAndAttributes(['U#*'], TOUCHED),
    },
    // Where any session of the user will do, they have to be looked for.
    ...(resources.environment.sessions.binding === 'user' ? [findSessions(resources)] : []),
    useTableKey(resources),
  ],
  files: issuersFiles,
  variables: (resources) => ({
    ...verifierVariables(resources),
    ...sessionVariables(resources),
    ...ticketVariables(resources),
    SESSION_BINDING: resources.environment.sessions.binding,
    AUTHORIZER_LOG_SAMPLING: String(resources.environment.authorizerLogSampling),
  }),
};
