import { APP, type Credential } from './world.ts';

/**
 * The event of an HTTP API's authorizer, as long as those of a browser's requests are.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function eventOf({ authorization, ticket }: Credential): object {
  const isFromPage = ticket !== undefined;
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn: 'arn:aws:execute-api:eu-central-1:123456789012:abc123/$default/GET/users/ada/events',
    identitySource: null,
    routeKey: 'GET /users/{userId}/events',
    rawPath: '/users/ada/events',
    rawQueryString: 'limit=20',
    ...(isFromPage ? { cookies: ['theme=dark', `__Host-cloakroom=${ticket}`] } : {}),
    headers: {
      accept: 'application/json',
      'accept-encoding': 'gzip, deflate, br, zstd',
      'accept-language': 'en-US,en;q=0.5',
      ...(authorization === undefined ? {} : { authorization }),
      'content-length': '0',
      host: 'abc123.execute-api.eu-central-1.amazonaws.com',
      origin: APP,
      referer: `${APP}/`,
      'sec-fetch-dest': 'empty',
      'sec-fetch-mode': 'cors',
      'sec-fetch-site': 'cross-site',
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
      'x-amzn-trace-id': 'Root=1-69266c5c-0123456789abcdef01234567',
      ...(isFromPage ? { 'x-cloakroom-csrf': '1' } : {}),
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    queryStringParameters: { limit: '20' },
    pathParameters: { userId: 'ada' },
    requestContext: {
      accountId: '123456789012',
      apiId: 'abc123',
      domainName: 'abc123.execute-api.eu-central-1.amazonaws.com',
      domainPrefix: 'abc123',
      http: {
        method: 'GET',
        path: '/users/ada/events',
        protocol: 'HTTP/1.1',
        sourceIp: '203.0.113.7',
        userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
      },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: 'GET /users/{userId}/events',
      stage: '$default',
      time: '26/Nov/2026:12:00:00 +0000',
      timeEpoch: 1_795_694_400_000,
    },
  };
}

/** Of an invocation with 3 s left. */
export function contextOf(requestId: string): object {
  return {
    awsRequestId: requestId,
    functionName: 'cloakroom-bench-authorizer',
    memoryLimitInMB: '512',
    getRemainingTimeInMillis: () => 3000,
  };
}
