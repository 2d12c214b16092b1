import * as v from 'valibot';
import { bootstrapUserOf, isLiteral, methodArnSchema } from './method-arn.ts';
import type { AuthorizerRequest } from './request.ts';

/**
 * A REST API's TOKEN event: the `Authorization` header and the method's ARN, nothing else.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-lambda-authorizer-input.html
 */
export const restTokenEvent = v.pipe(
  v.object({
    type: v.literal('TOKEN'),
    methodArn: methodArnSchema,
    authorizationToken: v.optional(v.string()),
  }),
  v.transform(({ methodArn, authorizationToken }): AuthorizerRequest => {
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
  }),
);
