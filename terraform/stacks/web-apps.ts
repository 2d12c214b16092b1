import { WEB_ATTRIBUTES, WEB_CHANGE_ATTRIBUTES, WEB_USER_ATTRIBUTES, WEB_WRITE_ATTRIBUTES } from '@cloakroom/sessions';
import { Construct } from 'constructs';
import { type WebAppRole, webAppRoles } from '../environments/web-apps-schema.ts';
import {
  partitionKeysAndAttributes,
  partitionKeysAndReadAttributes,
  readAttributes,
} from '../modules/iam/dynamodb-conditions.ts';
import type { Statement } from '../modules/iam/policy.ts';
import { WebAppPolicy } from '../modules/iam/web-app-policy.ts';
import type { EndpointGrant } from '../modules/vpc_endpoints/vpc-endpoints.ts';
import type { Resources } from './function-spec.ts';
import { useTableKey } from './functions/statements.ts';

/**
 * What the store in a web app does. It puts nothing and deletes nothing: either would replace what is kept of a user, or
 * remove the mark of a login that has ended, and IAM knows no sort keys. An update names attributes, and may name these alone.
 */
function webAppStatements(resources: Resources, { scans }: Pick<WebAppRole, 'scans'>): readonly Statement[] {
  const on = { resources: [resources.sessions.arn] };
  return [
    {
      ...on,
      sid: 'ReadWebSessions',
      actions: ['dynamodb:GetItem'],
      condition: partitionKeysAndReadAttributes(['WEB#*'], WEB_ATTRIBUTES),
    },
    {
      ...on,
      sid: 'FindUserSessions',
      actions: ['dynamodb:Query'],
      condition: partitionKeysAndReadAttributes(['U#*'], WEB_USER_ATTRIBUTES),
    },
    {
      ...on,
      sid: 'ChangeWebSessions',
      actions: ['dynamodb:UpdateItem'],
      // What stood in a key before tells that two requests have changed it.
      condition: partitionKeysAndAttributes(['WEB#*'], WEB_WRITE_ATTRIBUTES, ['NONE', 'UPDATED_OLD']),
    },
    {
      ...on,
      sid: 'ChangeUserSessions',
      actions: ['dynamodb:ConditionCheckItem', 'dynamodb:UpdateItem'],
      // A transaction may be judged item by item, or by all its keys and attributes at once: this holds either way.
      condition: partitionKeysAndAttributes(['U#*', 'WEB#*'], WEB_CHANGE_ATTRIBUTES),
    },
    useTableKey(resources),
    ...(scans
      ? [
          {
            ...on,
            sid: 'ScanWebSessions',
            actions: ['dynamodb:Scan'],
            // A scan names no partition key that could be limited.
            condition: readAttributes(WEB_ATTRIBUTES),
          },
        ]
      : []),
  ];
}

/** Lets web apps that are made elsewhere keep their sessions in the table, by a policy on each of their roles. */
export function addWebApps(parent: Construct, prefix: string, resources: Resources): void {
  const scope = new Construct(parent, 'web-apps');
  for (const role of webAppRoles(resources.environment)) {
    const statements = webAppStatements(resources, role);
    new WebAppPolicy(scope, role.id, { name: `${prefix}-web-sessions`, role: role.name, statements });
  }
}

/** What passes the endpoint of DynamoDB for them: apps in the VPC have the route tables of the functions. */
export function webAppGrants(resources: Resources): readonly EndpointGrant[] {
  const roles = webAppRoles(resources.environment);
  return [false, true].flatMap((scans) => {
    const some = roles.filter((role) => role.scans === scans);
    if (some.length === 0) return [];
    const actions = webAppStatements(resources, { scans }).flatMap((statement) => statement.actions);
    return {
      actions: [...new Set(actions.filter((action) => action.startsWith('dynamodb:')))].sort(),
      resources: [resources.sessions.arn],
      roleArns: some.map(({ pathAndName }) => `arn:aws:iam::${resources.environment.accountId}:role/${pathAndName}`),
    };
  });
}
