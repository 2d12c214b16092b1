import * as v from 'valibot';
import { StackError } from '../base/errors.ts';
import type { GatewayRequest } from './gateway-request.ts';

const words = v.optional(v.array(v.string()), []);
/** `cors_configuration` of the API, as Terraform has it. */
export const corsSchema = v.strictObject({
  allow_credentials: v.optional(v.boolean(), false),
  allow_headers: words,
  allow_methods: words,
  allow_origins: words,
  expose_headers: words,
  max_age: v.optional(v.number()),
});

/** What the gateway answers to browsers. */
export type CorsConfiguration = v.InferOutput<typeof corsSchema>;
type Headers = Readonly<Record<string, string>>;

/** @throws StackError for what AWS refuses: a wildcard together with credentials */
export function checkCors(cors: CorsConfiguration, address: string): CorsConfiguration {
  if (cors.allow_credentials && cors.allow_origins.includes('*')) {
    throw new StackError(`${address}.cors_configuration`, 'credentials cannot be allowed to every origin');
  }
  return cors;
}

/** A browser asks before it sends. The gateway answers that by itself: no route, no authorizer, no function. */
export function isPreflight({ method, headers }: GatewayRequest): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

export function preflightHeaders(cors: CorsConfiguration, request: GatewayRequest): Headers {
  if (!isAllowed(cors, request.headers.origin)) return { vary: 'Origin' };
  return {
    ...originHeaders(cors, request.headers.origin),
    ...(cors.allow_methods.length > 0 ? { 'access-control-allow-methods': cors.allow_methods.join(',') } : {}),
    ...(cors.allow_headers.length > 0 ? { 'access-control-allow-headers': cors.allow_headers.join(',') } : {}),
    ...(cors.max_age === undefined ? {} : { 'access-control-max-age': String(cors.max_age) }),
  };
}

/**
 * An answer's headers as the gateway sends them: what the function says about CORS is dropped, what the API's own
 * configuration says is added, to denials and errors too (without it a browser shows a 401 as a CORS failure).
 */
export function withCors(cors: CorsConfiguration | undefined, request: GatewayRequest, headers: Headers): Headers {
  if (cors === undefined) return headers;
  const kept = Object.entries(headers).filter(([name]) => !name.startsWith('access-control-'));
  const { vary, ...rest } = Object.fromEntries(kept);
  const exposed =
    cors.expose_headers.length > 0 ? { 'access-control-expose-headers': cors.expose_headers.join(',') } : {};
  const allowed = isAllowed(cors, request.headers.origin);
  return {
    ...rest,
    ...(allowed ? { ...originHeaders(cors, request.headers.origin), ...exposed } : {}),
    vary: withOrigin(vary),
  };
}

function withOrigin(vary: string | undefined): string {
  if (vary === undefined) return 'Origin';
  return vary.split(',').some((name) => name.trim().toLowerCase() === 'origin') ? vary : `${vary}, Origin`;
}

function originHeaders(cors: CorsConfiguration, origin = ''): Headers {
  return {
    'access-control-allow-origin': cors.allow_origins.includes('*') ? '*' : origin,
    ...(cors.allow_credentials ? { 'access-control-allow-credentials': 'true' } : {}),
    vary: 'Origin',
  };
}

function isAllowed({ allow_origins }: CorsConfiguration, origin: string | undefined): boolean {
  return origin !== undefined && (allow_origins.includes('*') || allow_origins.includes(origin));
}
