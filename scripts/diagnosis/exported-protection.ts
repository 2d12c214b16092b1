import { type Authorizer, DEFAULT_TTL_SECONDS, type Protection, type Route } from './attached-api.ts';

/** As far as it is read here. */
interface Exported {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly securitySchemes?: Readonly<Record<string, Scheme>> };
}

interface Operation {
  readonly security?: readonly Readonly<Record<string, unknown>>[];
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html */
interface Scheme {
  readonly 'x-amazon-apigateway-authtype'?: string;
  readonly 'x-amazon-apigateway-authorizer'?: {
    readonly type?: string;
    readonly authorizerUri?: string;
    readonly authorizerCredentials?: string;
    readonly authorizerPayloadFormatVersion?: string;
    readonly authorizerResultTtlInSeconds?: number;
    readonly enableSimpleResponses?: boolean;
    readonly identitySource?: string;
    readonly identityValidationExpression?: string;
  };
}

const METHODS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'].map((method) => [method, method.toUpperCase()]),
  ),
  'x-amazon-apigateway-any-method': 'ANY',
};

/**
 * Who is asked before what, by an API as API Gateway exports it in OpenAPI 3.0 with its extensions: of a stage, that is what
 * was deployed. Authorizers are named by their names.
 *
 * @throws SyntaxError when it is no JSON
 */
export function parseExport(text: string): Protection {
  const { paths = {}, components: { securitySchemes: schemes = {} } = {} } = JSON.parse(text) as Exported;
  const routes = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([name, operation]) => {
      const method = METHODS[name];
      return method === undefined ? [] : [routeOf(`${method} ${path}`, operation, schemes)];
    }),
  );
  const authorizers = Object.entries(schemes).flatMap(([name, scheme]) => authorizerOf(name, scheme) ?? []);
  return { authorizers, routes };
}

function routeOf(key: string, { security = [] }: Operation, schemes: Readonly<Record<string, Scheme>>): Route {
  // A key for a usage plan stands there too, and lets nobody in.
  for (const name of security.flatMap((one) => Object.keys(one))) {
    const authorization = authorizationOf(schemes[name]);
    if (authorization === 'AWS_IAM') return { key, authorization, authorizer: undefined };
    if (authorization !== undefined) return { key, authorization, authorizer: name };
  }
  return { key, authorization: 'NONE', authorizer: undefined };
}

function authorizationOf(scheme: Scheme | undefined): string | undefined {
  const type = scheme?.['x-amazon-apigateway-authorizer']?.type?.toUpperCase();
  if (type !== undefined) return type === 'REQUEST' || type === 'TOKEN' ? 'CUSTOM' : type;
  return scheme?.['x-amazon-apigateway-authtype'] === 'awsSigv4' ? 'AWS_IAM' : undefined;
}

function authorizerOf(name: string, scheme: Scheme): Authorizer | undefined {
  const authorizer = scheme['x-amazon-apigateway-authorizer'];
  if (authorizer === undefined) return undefined;
  return {
    ref: name,
    id: undefined,
    name,
    type: String(authorizer.type).toUpperCase(),
    uri: authorizer.authorizerUri,
    identitySources: identitySources(authorizer.identitySource),
    ttlSeconds: authorizer.authorizerResultTtlInSeconds ?? DEFAULT_TTL_SECONDS,
    payloadVersion: authorizer.authorizerPayloadFormatVersion,
    hasSimpleResponses: authorizer.enableSimpleResponses,
    validationExpression: authorizer.identityValidationExpression,
    roleArn: authorizer.authorizerCredentials,
  };
}

/** `method.request.header.Auth, context.identity.sourceIp` */
export function identitySources(text = ''): readonly string[] {
  return text
    .split(',')
    .map((source) => source.trim())
    .filter((source) => source !== '');
}
