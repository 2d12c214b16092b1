import { MalformedError } from '@cloakroom/core';
import * as v from 'valibot';
import { headersSchema, headerValues, joinedBy, multiValueHeadersSchema } from './headers.ts';
import { bootstrapUserOf, isLiteral, isMethodOf, isSameUser, methodArnSchema } from './method-arn.ts';
import { type AuthorizerRequest, BOOTSTRAP_ROUTE, type MethodArn } from './request.ts';

/**
 * A REST API's REQUEST event: header names as the client wrote them, and of duplicates `headers` has the last alone; path
 * parameters as they were sent, percent-encoded. What is decided goes by `resource`, what is answered by `methodArn`: where they
 * disagree, no gateway of AWS wrote the event, and nothing may be allowed by it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-lambda-authorizer-input.html
 */
export const restRequestEvent = v.pipe(
  v.object({
    type: v.literal('REQUEST'),
    methodArn: methodArnSchema,
    httpMethod: v.string(),
    resource: v.string(),
    headers: headersSchema,
    multiValueHeaders: multiValueHeadersSchema,
    pathParameters: headersSchema,
  }),
  v.transform(({ methodArn, httpMethod, resource, headers, multiValueHeaders, pathParameters }): AuthorizerRequest => {
    const valuesOf = (name: string) => headerValues(name, headers, multiValueHeaders);
    const route = `${httpMethod} ${resource}`;
    if (!isMethodOf(methodArn, httpMethod, resource)) throw disagreement();
    const isBootstrap = route === BOOTSTRAP_ROUTE;
    return {
      authorization: joinedBy(', ', valuesOf('authorization')),
      cookie: joinedBy('; ', valuesOf('cookie')),
      method: httpMethod,
      header: (name) => joinedBy(', ', valuesOf(name)),
      isBootstrap,
      bootstrapUserId: isBootstrap ? bootstrapUser(methodArn, pathParameters.userId) : undefined,
      methodArn,
      route,
    };
  }),
);

/** A bootstrap is allowed on its ARN alone: so it is the ARN that says whose it is, and the parameter must say the same. */
function bootstrapUser(methodArn: MethodArn, parameter: string | undefined): string | undefined {
  const userId = bootstrapUserOf(methodArn);
  if (userId === undefined || parameter === undefined) return undefined;
  if (!isSameUser(userId, parameter)) throw disagreement();
  return isLiteral(methodArn) ? userId : undefined;
}

function disagreement(): MalformedError {
  return new MalformedError('methodArn', 'must name a method of the resource, with its path parameters');
}
