import { isObject } from '@cloakroom/core';
import type middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Failure, LambdaAnswer, Texts } from './dialect.ts';
import { HttpError } from './http-error.ts';
import { type Incoming, normaliseEvent } from './normalise-event.ts';
import type { HttpRequest, Route } from './route.ts';

/** Answers what no route answers. */
export const NOWHERE: Route<unknown, unknown> = {
  access: 'public',
  async handle() {
    throw new HttpError('NOT_FOUND');
  },
};

/** A CORS preflight comes without credentials (Fetch Standard §4.8); the CORS layer adds all that it asks for. */
export const PREFLIGHT: Route<unknown, unknown> = {
  access: 'public',
  async handle() {
    return { status: 204, data: undefined };
  },
};

/** What Middy passes from layer to layer as the event. */
export interface Exchange {
  request: HttpRequest<unknown>;
  /** What the route's own authentication found out. */
  authenticated: unknown;
  readonly payload: Incoming['payload'];
  /** Whether the gateway wants its answer as payload 2.0. */
  readonly isPayload2: boolean;
  /** Where `@middy/http-cors` looks for the Origin. */
  readonly headers: Texts;
  /** Set by the router. */
  route: Route<unknown, unknown>;
  /** Set when an error was answered. */
  failure: Failure | undefined;
}

export type Layer = middy.MiddlewareObj<Exchange, LambdaAnswer, Error, Context>;

export function createExchange(event: unknown, context: unknown): Exchange {
  const { request, payload } = normaliseEvent(event, context);
  const isPayload2 = isObject(event) && event.version === '2.0';
  const found = { authenticated: undefined, route: NOWHERE, failure: undefined };
  return { request, payload, isPayload2, headers: request.headers, ...found };
}
