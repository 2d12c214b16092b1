import { hasBrowserSignIn } from '../../environments/browser-sign-in.ts';
import { partitionKeys } from '../../modules/iam/dynamodb-conditions.ts';
import type { CodeStatement, FunctionSpec, Resources } from '../function-spec.ts';
import { issuersFiles } from './files.ts';
import { findSessions, openSessions, readKeySets, useTableKey } from './statements.ts';
import {
  cookieVariables,
  creationVariables,
  httpVariables,
  sessionVariables,
  tokensVariables,
  verifierVariables,
} from './variables.ts';

/** Signs people in and out by browser. It stays outside of a VPC: the providers are on the internet. */
export const tokenHandler: FunctionSpec = {
  memoryMb: 512,
  timeoutSeconds: () => 28,
  insideVpc: false,
  isNeeded: hasBrowserSignIn,
  statements: (resources) => [
    readKeySets(resources),
    findSessions(resources),
    openSessions(resources),
    {
      sid: 'KeepFlows',
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      resources: [resources.sessions.arn],
      condition: partitionKeys('FLOW#*'),
    },
    useTableKey(resources),
    ...sealTokens(resources),
  ],
  files: issuersFiles,
  variables: (resources) => ({
    ...httpVariables(resources),
    ...verifierVariables(resources),
    // It reaches the providers, wherever the others are.
    KEYS_FROM: 'provider',
    ...sessionVariables(resources),
    ...creationVariables(resources),
    ...tokensVariables(resources),
    ...cookieVariables(resources),
    HAND_IN: resources.environment.sessions.handIn ? 'enabled' : 'disabled',
    IP_STORAGE: resources.environment.sessions.ipStorage,
    PUBLIC_URL: resources.environment.publicUrl ?? '',
  }),
};

/** Secrets Manager decrypts with the same key, on behalf of its caller. */
function sealTokens({ signIn }: Resources): readonly CodeStatement[] {
  if (signIn === undefined) return [];
  const { keyArn, secretArns } = signIn;
  const seal = { sid: 'SealTokens', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [keyArn] };
  const read = { sid: 'ReadClientSecrets', actions: ['secretsmanager:GetSecretValue'], resources: secretArns };
  return secretArns.length === 0 ? [seal] : [seal, read];
}
