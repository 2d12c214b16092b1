import { MalformedError } from '@cloakroom/core';
import { isText, type Members, readTextLists, readTexts } from './event-members.ts';
import { headerValues, joinedBy } from './headers.ts';
import { bootstrapUserOf, isLiteral, isMethodOf, isSameUser, parseMethodArn } from './method-arn.ts';
import { type AuthorizerRequest, BOOTSTRAP_ROUTE, type MethodArn } from './request.ts';

/**
 * A REST API's REQUEST event: header names as the client wrote them, and of duplicates `headers` has the last alone; path
 * parameters as they were sent, percent-encoded. What is decided goes by `resource`, what is answered by `methodArn`: where they
 * disagree, no gateway of AWS wrote the event, and nothing may be allowed by it.
 * Undefined for any other event.
 *
 * @throws MalformedError where they disagree
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-lambda-authorizer-input.html
 */
export function parseRestRequestEvent(event: Members): AuthorizerRequest | undefined {
  const { type, httpMethod, resource } = event;
  if (type !== 'REQUEST' || !isText(httpMethod) || !isText(resource)) return undefined;
  const methodArn = parseMethodArn(event.methodArn);
  const headers = readTexts(event.headers);
  const multiValueHeaders = readTextLists(event.multiValueHeaders);
  const pathParameters = readTexts(event.pathParameters);
  if (!methodArn || !headers || !multiValueHeaders || !pathParameters) return undefined;
  if (!isMethodOf(methodArn, httpMethod, resource)) throw disagreement();
  const valuesOf = (name: string) => headerValues(name, headers, multiValueHeaders);
  const route = `${httpMethod} ${resource}`;
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
}

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
