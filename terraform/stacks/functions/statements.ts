import { KEY_SET_ATTRIBUTES } from '@cloakroom/auth';
import { DATA_ATTRIBUTES, ENDED_ATTRIBUTES, SESSION_ATTRIBUTES, USER_ATTRIBUTES } from '@cloakroom/sessions';
import { hasBackchannelLogout } from '../../environments/backchannel-logout.ts';
import {
  partitionKeys,
  partitionKeysAndReadAttributes,
  readAttributes,
} from '../../modules/iam/dynamodb-conditions.ts';
import type { Statement } from '../../modules/iam/policy.ts';
import type { Resources } from '../function-spec.ts';

/** Sessions and what is kept of their user, in its partition: nothing that an application keeps in a session. */
export function findSessions({ sessions }: Resources): Statement {
  return {
    sid: 'FindSessions',
    actions: ['dynamodb:Query'],
    resources: [sessions.arn],
    condition: partitionKeysAndReadAttributes(['U#*'], union(SESSION_ATTRIBUTES, USER_ATTRIBUTES)),
  };
}

/** The same, and what applications keep in the sessions. */
export function findSessionsAndData({ sessions }: Resources): Statement {
  const attributes = union(union(SESSION_ATTRIBUTES, USER_ATTRIBUTES), DATA_ATTRIBUTES);
  return {
    sid: 'FindSessionsAndData',
    actions: ['dynamodb:Query'],
    resources: [sessions.arn],
    condition: partitionKeysAndReadAttributes(['U#*'], attributes),
  };
}

/** One session, or the mark of one that has ended. */
export function readSessions({ sessions }: Resources): Statement {
  return {
    sid: 'ReadSessions',
    actions: ['dynamodb:GetItem'],
    resources: [sessions.arn],
    condition: partitionKeysAndReadAttributes(['U#*'], union(SESSION_ATTRIBUTES, ENDED_ATTRIBUTES)),
  };
}

/**
 * Where sessions end: in their user's partition, and for those of a web app in one of their own too, in one transaction. So whoever ends
 * sessions has both in one statement, also where no web app is named any more: its sessions must end all the same.
 */
export const WHERE_SESSIONS_END = ['U#*', 'WEB#*'] as const;

/** All that becomes of sessions, in transactions: they need the action of each of their items, and there is none for themselves. */
export function changeSessions(resources: Resources): Statement {
  return changeItems(resources, WHERE_SESSIONS_END);
}

/**
 * The same, for who makes sessions of sign-ins: where providers tell when a session there is over, a sign-in tells whose it is. It is
 * one statement, since all are in one transaction.
 */
export function openSessions(resources: Resources): Statement {
  const partitions = hasBackchannelLogout(resources.environment) ? ['SID#*'] : [];
  return changeItems(resources, [...WHERE_SESSIONS_END, ...partitions]);
}

function changeItems({ sessions }: Resources, partitions: readonly string[]): Statement {
  return {
    sid: 'ReadAndChangeSessions',
    actions: [
      'dynamodb:ConditionCheckItem',
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
    ],
    resources: [sessions.arn],
    condition: partitionKeys(...partitions),
  };
}

/** What is kept of a user besides sessions: whether it was erased. */
export function readUsers({ sessions }: Resources): Statement {
  return {
    sid: 'ReadUsers',
    actions: ['dynamodb:BatchGetItem'],
    resources: [sessions.arn],
    condition: partitionKeysAndReadAttributes(['U#*'], USER_ATTRIBUTES),
  };
}

/** The issuers' key sets, and nothing else that stands beside them. */
export function readKeySets({ sessions }: Resources): Statement {
  return {
    sid: 'ReadKeySets',
    actions: ['dynamodb:GetItem'],
    resources: [sessions.arn],
    condition: partitionKeysAndReadAttributes(['KEYS#*'], KEY_SET_ATTRIBUTES),
  };
}

/** The sessions of all users, for administrators. A scan names no partition key that could be limited. */
export function listAllSessions({ sessions }: Resources): Statement {
  return {
    sid: 'ListAllSessions',
    actions: ['dynamodb:Scan'],
    resources: [sessions.arn],
    condition: readAttributes(SESSION_ATTRIBUTES),
  };
}

function union(...lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())];
}

/** A list that has a next page seals where that begins, with a key that all functions share. */
export function readCursorKey({ sessions }: Resources): Statement {
  return {
    sid: 'ReadCursorKey',
    actions: ['dynamodb:GetItem'],
    resources: [sessions.arn],
    condition: partitionKeys('KEYS#~cursor'),
  };
}

/**
 * DynamoDB reads and writes a table under a customer key on behalf of its caller, who must be allowed to decrypt the
 * table's key: for writing too. The key can be used through DynamoDB alone.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
export function useTableKey({ tableKeyArn, environment }: Resources): Statement {
  return {
    sid: 'UseTableKey',
    actions: ['kms:Decrypt'],
    resources: [tableKeyArn],
    condition: { StringEquals: { 'kms:ViaService': `dynamodb.${environment.region}.amazonaws.com` } },
  };
}
