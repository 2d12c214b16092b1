import type { Caller } from '@cloakroom/core';
import type { GenericSchema } from 'valibot';

/** Names and values without a prototype, so that a name such as `constructor` finds nothing. */
export type Texts = Readonly<Record<string, string>>;

/** A request as a route sees it: the same for an HTTP API (payload 2.0) and a REST API (payload 1.0). */
export interface HttpRequest<B = undefined> {
  /** Method and template, as in `GET /users/{userId}/events`. */
  readonly routeKey: string;
  readonly method: string;
  /** Percent-decoded once. */
  readonly pathParameters: Texts;
  /** Decoded; the values of a name that comes more than once are joined by a comma. */
  readonly query: Texts;
  /**
   * Names in lower case. The values of a name that comes more than once are joined by a comma, those of `cookie` by `; `:
   * a second `authorization` or `content-type` therefore makes a value that no rule accepts, and never wins or loses silently.
   */
  readonly headers: Texts;
  /** What the route's schema made of the JSON body; undefined for a route without one. */
  readonly body: B;
  /** From the authorizer; undefined where the route has none. */
  readonly caller: Caller | undefined;
  /** The client's address as the gateway saw it. */
  readonly ip: string | undefined;
  /** As sent: any text of any length the gateway lets through. */
  readonly userAgent: string | undefined;
  readonly requestId: string;
}

/** `data` becomes the `data` of the success envelope; no envelope is sent with 204. */
export interface HttpAnswer {
  readonly status: number;
  readonly data: unknown;
  readonly headers?: Texts;
}

export interface Route<B = undefined> {
  /**
   * `public`: anyone; what the route verifies itself is its own business.
   * `self`: a caller with a session, and `{userId}` of the path is the caller's own `sub`.
   */
  readonly access: 'public' | 'self';
  /** Schema of the JSON body; it gets `undefined` when no body was sent. Without it a body is ignored. */
  readonly body?: GenericSchema<unknown, B>;
  handle(request: HttpRequest<B>): Promise<HttpAnswer>;
}

/** Routes by route key, `POST /users/{userId}/events`. */
export type Routes = Readonly<Record<string, Route<unknown>>>;
