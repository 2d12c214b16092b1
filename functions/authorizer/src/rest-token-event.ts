import { isText, type Members } from './event-members.ts';
import { bootstrapUserOf, isLiteral, parseMethodArn } from './method-arn.ts';
import type { AuthorizerRequest } from './request.ts';

/**
 * A REST API's TOKEN event: the `Authorization` header and the method's ARN, nothing else. Undefined for any other event.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-lambda-authorizer-input.html
 */
export function parseRestTokenEvent({
  type,
  methodArn: arn,
  authorizationToken,
}: Members): AuthorizerRequest | undefined {
  if (type !== 'TOKEN' || !(authorizationToken === undefined || isText(authorizationToken))) return undefined;
  const methodArn = parseMethodArn(arn);
  if (methodArn === undefined) return undefined;
  const userId = bootstrapUserOf(methodArn);
  return {
    authorization: authorizationToken,
    cookie: undefined,
    method: undefined,
    header: () => undefined,
    isBootstrap: userId !== undefined,
    bootstrapUserId: isLiteral(methodArn) ? userId : undefined,
    methodArn,
    route: undefined,
  };
}
