import * as v from 'valibot';
import { decodeOnce, isLiteral, methodArnSchema } from './method-arn.ts';
import { type AuthorizerRequest, BOOTSTRAP_ROUTE } from './request.ts';
import { hasTicketCookie } from './ticket-cookie.ts';

const headersSchema = v.nullish(v.record(v.string(), v.string()), {});
const multiValueHeadersSchema = v.nullish(v.record(v.string(), v.array(v.string())), {});
type Headers = v.InferOutput<typeof headersSchema>;
type MultiValueHeaders = v.InferOutput<typeof multiValueHeadersSchema>;

/**
 * A REST API's REQUEST event: header names as the client wrote them, and of duplicates `headers` has the last alone; path
 * parameters as they were sent, percent-encoded.
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
    const isBootstrap = route === BOOTSTRAP_ROUTE;
    const authorizations = valuesOf('authorization');
    return {
      authorization: authorizations.length === 0 ? undefined : authorizations.join(', '),
      hasTicket: hasTicketCookie(valuesOf('cookie')),
      isBootstrap,
      bootstrapUserId: isBootstrap && isLiteral(methodArn) ? decodeOnce(pathParameters.userId ?? '') : undefined,
      methodArn,
      route,
    };
  }),
);

function headerValues(name: string, headers: Headers, multiValueHeaders: MultiValueHeaders): readonly string[] {
  const isNamed = ([key]: readonly [string, unknown]) => key.toLowerCase() === name;
  const all = Object.entries(multiValueHeaders).filter(isNamed);
  return all.length > 0
    ? all.flatMap(([, values]) => values)
    : Object.entries(headers)
        .filter(isNamed)
        .map(([, value]) => value);
}
