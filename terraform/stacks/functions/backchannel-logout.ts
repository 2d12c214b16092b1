import { hasBackchannelLogout } from '../../environments/backchannel-logout.ts';
import { partitionKeys } from '../../modules/iam/dynamodb-conditions.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { issuersFiles } from './files.ts';
import { findSessions, readKeySets, useTableKey, WHERE_SESSIONS_END } from './statements.ts';
import { sessionVariables, verifierVariables } from './variables.ts';

/**
 * Ends what a provider says is over. It stays outside of a VPC: most providers send a logout token once, so one that is signed with a
 * new key must not have to wait until `refresh-keys` has fetched that.
 */
export const backchannelLogout: FunctionSpec = {
  memoryMb: 512,
  timeoutSeconds: () => 15,
  insideVpc: false,
  isNeeded: hasBackchannelLogout,
  statements: (resources) => [
    readKeySets(resources),
    findSessions(resources),
    {
      sid: 'EndSessions',
      actions: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      resources: [resources.sessions.arn],
      condition: partitionKeys(...WHERE_SESSIONS_END),
    },
    {
      sid: 'EndProviderSessions',
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      resources: [resources.sessions.arn],
      condition: partitionKeys('SID#*'),
    },
    useTableKey(resources),
  ],
  files: issuersFiles,
  variables: (resources) => ({
    ...verifierVariables(resources),
    KEYS_FROM: 'provider',
    ...sessionVariables(resources),
  }),
};
