import { isObject } from '@cloakroom/core';
import * as v from 'valibot';

/** An HTTP answer, ready to be sent. */
export interface GatewayAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** One `set-cookie` header each. */
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

const fullSchema = v.object({
  statusCode: v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.digits(), v.transform(Number))]),
    v.integer(),
    v.minValue(100),
    v.maxValue(599),
  ),
  headers: v.nullish(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])), {}),
  cookies: v.nullish(v.array(v.string()), []),
  body: v.nullish(v.string(), ''),
  isBase64Encoded: v.nullish(v.boolean(), false),
});

/** What the gateway decides by itself: these would break the connection or lie about it. */
const IGNORED = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding', 'upgrade']);

/**
 * Reads what a function returned, payload format 2.0: an object with a `statusCode`, or, when there is none, any JSON,
 * which becomes the body of a 200. Undefined for a malformed answer: the gateway sends 500.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function parseLambdaAnswer(payload: string): GatewayAnswer | undefined {
  const value = parseJson(payload);
  if (value === undefined) return undefined;
  if (!isObject(value) || !('statusCode' in value)) return inferred(value);
  const result = v.safeParse(fullSchema, value);
  if (!result.success) return undefined;
  const { statusCode, headers, cookies, body, isBase64Encoded } = result.output;
  const named = Object.entries(headers).map(([name, text]) => [name.toLowerCase(), String(text)] as const);
  const kept = named.filter(([name]) => !IGNORED.has(name));
  return {
    status: statusCode,
    headers: { 'content-type': 'text/plain;charset=UTF-8', ...Object.fromEntries(kept) },
    cookies,
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}

/** `{"message":…}`, as the gateway words its own answers. */
export function gatewayAnswer(status: number, message: string): GatewayAnswer {
  const headers = { 'content-type': 'application/json' };
  return { status, headers, cookies: [], body: Buffer.from(JSON.stringify({ message })) };
}

function inferred(value: unknown): GatewayAnswer {
  const body = typeof value === 'string' ? value : JSON.stringify(value);
  return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body: Buffer.from(body) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
