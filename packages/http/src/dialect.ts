/** Names and values without a prototype, so that a name such as `constructor` finds nothing. */
export type Texts = Readonly<Record<string, string>>;

/** The body's bytes; `undecodable` when they are not what a gateway sends; undefined when there is none. */
export type Payload = Buffer | 'undecodable' | undefined;

/** What a client is told of an error. */
export interface Failure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly field?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly headers?: Texts | undefined;
  /** Why a session is no more, where that is what went wrong. */
  readonly endedReason?: string | undefined;
  /** What the client must do to get in again, one stable word. */
  readonly remedy?: string | undefined;
  /** How each part answered that this service depends on. */
  readonly dependencies?: readonly object[] | undefined;
  /** For the log alone: what the error gives as its reason, one stable word. */
  readonly reason?: string | undefined;
  /** For the log alone: the claim that refused a token, and the alias of its issuer. */
  readonly claim?: string | undefined;
  readonly issuer?: string | undefined;
}

/** An answer as API Gateway takes it. */
export interface LambdaAnswer {
  readonly statusCode: number;
  readonly headers: Texts;
  /** Values of `Set-Cookie`, in payload 2.0. */
  readonly cookies?: readonly string[];
  /** In payload 1.0, whatever `headers` cannot hold. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly isBase64Encoded: false;
}

/** How a route that answers to somebody else's rules reads bodies, and tells errors. */
export interface Dialect {
  /** What a body says, for the route's schema. @throws HttpError for one that says nothing */
  readBody(payload: Exclude<Payload, undefined>, contentType: string | undefined): unknown;
  tellFailure(failure: Failure, requestId: string): LambdaAnswer;
}
