import { type AuthorizerContext, opaqueUserId, toAuthorizerContext, type User } from '@cloakroom/core';
import type { Decision } from './decide.ts';
import type { AuthorizerRequest, MethodArn } from './request.ts';

/** What an HTTP API wants, with simple responses enabled. */
export interface SimpleAnswer {
  readonly isAuthorized: boolean;
  readonly context?: AuthorizerContext;
}

/** What a REST API and a WebSocket API want. */
export interface PolicyAnswer {
  readonly principalId: string;
  readonly policyDocument: {
    readonly Version: '2012-10-17';
    readonly Statement: readonly [
      { readonly Action: 'execute-api:Invoke'; readonly Effect: 'Allow' | 'Deny'; readonly Resource: string },
    ];
  };
  readonly context?: AuthorizerContext;
}

export type AuthorizerAnswer = SimpleAnswer | PolicyAnswer;

/** The decision in the words of the API that asked. */
export function toAnswer({ methodArn }: AuthorizerRequest, user: User, decision: Decision): AuthorizerAnswer {
  const context = decision.outcome === 'allowed' ? { context: toAuthorizerContext(decision.caller) } : {};
  if (methodArn === undefined) return { isAuthorized: decision.outcome === 'allowed', ...context };
  return {
    principalId: opaqueUserId(user),
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'execute-api:Invoke',
          Effect: decision.outcome === 'allowed' ? 'Allow' : 'Deny',
          Resource: resourceOf(methodArn, decision),
        },
      ],
    },
    ...context,
  };
}

/** What a session opens, and of a bootstrap or a service its one method: right even for a gateway that was told to cache policies. */
function resourceOf({ arn, sessionArn }: MethodArn, decision: Decision): string {
  const hasSession = decision.outcome === 'allowed' && decision.caller.sessionId !== undefined;
  return hasSession ? sessionArn : arn;
}
