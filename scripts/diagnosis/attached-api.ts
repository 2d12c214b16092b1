/** An API as it is named: `rest:a1b2c3d4e5/prod`. */
export interface ApiName {
  readonly kind: 'http' | 'rest' | 'websocket';
  readonly apiId: string;
  /** Undefined: every stage that there is. */
  readonly stage?: string | undefined;
}

/** An authorizer, of whichever API. */
export interface Authorizer {
  /** What routes name it by: the id, and in what a REST API exports the name. */
  readonly ref: string;
  /** Undefined where a stage has one that is no longer configured. */
  readonly id: string | undefined;
  readonly name: string;
  /** `REQUEST`, `TOKEN`, `JWT`, `COGNITO_USER_POOLS`. */
  readonly type: string;
  readonly uri: string | undefined;
  readonly identitySources: readonly string[];
  readonly ttlSeconds: number;
  readonly payloadVersion?: string | undefined;
  readonly hasSimpleResponses?: boolean | undefined;
  readonly validationExpression?: string | undefined;
  readonly roleArn?: string | undefined;
}

/** A route of an HTTP or WebSocket API, a method of a REST API. */
export interface Route {
  /** `GET /orders/{id}`, `$default`, `$connect`. */
  readonly key: string;
  /** `NONE`, `CUSTOM`, `JWT`, `AWS_IAM`, `COGNITO_USER_POOLS`. */
  readonly authorization: string;
  /** The authorizer that it names, asked or not. */
  readonly authorizer: string | undefined;
}

/** Who is asked before what. */
export interface Protection {
  readonly authorizers: readonly Authorizer[];
  readonly routes: readonly Route[];
}

/** How long API Gateway keeps an answer where nothing is said. https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html */
export const DEFAULT_TTL_SECONDS = 300;

const KINDS = { http: 'HTTP', rest: 'REST', websocket: 'WebSocket' } as const;

/** `REST API a1b2c3d4e5, stage prod` */
export function placeOf({ kind, apiId, stage }: ApiName): string {
  return `${KINDS[kind]} API ${apiId}${stage === undefined ? '' : `, stage ${stage}`}`;
}

/** @throws Error when the text is none. `http:a1b2c3d4e5`, `rest:a1b2c3d4e5/prod` */
export function parseApiName(text: string): ApiName {
  const found = /^(?<kind>http|rest|websocket):(?<apiId>[a-z0-9]{1,20})(?:\/(?<stage>\$default|[\w-]{1,128}))?$/.exec(
    text,
  );
  const { kind, apiId, stage } = found?.groups ?? {};
  if (apiId === undefined || (kind !== 'http' && kind !== 'rest' && kind !== 'websocket')) {
    throw new Error(`--api must be kind:id or kind:id/stage, such as rest:a1b2c3d4e5/prod, not ${text}`);
  }
  return { kind, apiId, stage };
}
