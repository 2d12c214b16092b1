import type { Caller, ServiceRight, User } from '@cloakroom/core';
import type { GenericSchema } from 'valibot';
import type { Dialect, Texts } from './dialect.ts';

/** A request as a route sees it: the same for an HTTP API (payload 2.0) and a REST API (payload 1.0). */
export interface HttpRequest<B = undefined> {
  /** Method and template, as in `GET /users/{userId}/events`. */
  readonly routeKey: string;
  readonly method: string;
  /** As a client means them who encodes once, at a REST API; an HTTP API has decoded once more. */
  readonly pathParameters: Texts;
  /** Decoded; the values of a name that comes more than once are joined by a comma. */
  readonly query: Texts;
  /**
   * Names in lower case. The values of a name that comes more than once are joined by a comma, those of `cookie` by `; `:
   * a second `authorization` or `content-type` therefore makes a value that no rule accepts, and never wins or loses silently.
   */
  readonly headers: Texts;
  /** What the route's schema made of the body; undefined for a route without one. */
  readonly body: B;
  /** From the authorizer; undefined where the route has none. */
  readonly caller: Caller | undefined;
  /** Whom `{userId}` of the path names, where the route's `access` let the caller through to them; see `requireUser`. */
  readonly user: User | undefined;
  /**
   * Aliases of the issuers whose users the caller administers; empty on routes that administrators have no say in. Of a service, its
   * own issuer, within its `rights`.
   */
  readonly administers: readonly string[];
  /** Of a service: by which of its rights the route is open to it. Empty for everybody else. */
  readonly rights: readonly ServiceRight[];
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
  /** Values of `Set-Cookie`; see `setCookie`. */
  readonly cookies?: readonly string[];
}

/** Sends a browser elsewhere. */
export interface RedirectAnswer {
  readonly status: 302 | 303;
  /** An absolute URL. One without a fragment gets an empty one, or the browser would carry over that of the request (RFC 9110 §10.2.2). */
  readonly location: string;
  /** Values of `Set-Cookie`; see `setCookie`. */
  readonly cookies?: readonly string[];
}

/** An answer outside of the envelope: a text of its own kind, such as JSON lines. Its errors come in the envelope all the same. */
export interface TextAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  readonly headers?: Texts;
}

/**
 * `self`: a caller with a session, whom `{userId}` of the path names.
 * `owner`: any caller with a session; the route itself finds out whose the thing is, and answers 404 for a stranger's.
 * `admin`: a caller with a session who administers the issuer of the path's user, or any issuer where the path names no user.
 * `service:<right>`: a client that is one of our own programs and has this right, for the users of its own issuer.
 */
export type Who = 'self' | 'owner' | 'admin' | `service:${ServiceRight}`;

/** What answers one route. `A` is what it makes of the request's credential itself, where it does. */
export interface Route<B = undefined, A = undefined> {
  /**
   * Who may: each of these. `public`: anyone; what the route verifies itself is its own business. `frontend`: a page of a listed
   * origin, whether it brings a ticket or not; see `judgeCookieRequest`. `navigation`: a browser that goes there; see
   * `navigationCheck`.
   */
  readonly access: 'public' | 'frontend' | 'navigation' | readonly Who[];
  /** Runs before the body is looked at, so that strangers get nothing parsed; what it throws is the answer. */
  authenticate?(request: HttpRequest): Promise<A>;
  /** How it reads bodies and tells errors; JSON and the one envelope when absent. */
  readonly dialect?: Dialect;
  /** Schema of the body; it gets `undefined` when no body was sent. Without it a body is ignored. */
  readonly body?: GenericSchema<unknown, B>;
  handle(request: HttpRequest<B>, authenticated: A): Promise<HttpAnswer | RedirectAnswer | TextAnswer>;
}

/** Routes by route key, `POST /users/{userId}/events`. */
export type Routes = Readonly<Record<string, Route<unknown, unknown>>>;

/** Routes by path, for `GET` and for `HEAD`, whose answers have no content (RFC 9110 §9.3.2). */
export function getAndHead(byPath: Routes): Routes {
  const entries = Object.entries(byPath);
  return Object.fromEntries(
    entries.flatMap(([path, route]) => ['GET', 'HEAD'].map((verb) => [`${verb} ${path}`, route])),
  );
}
