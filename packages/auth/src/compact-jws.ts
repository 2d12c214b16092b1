import { fromBase64url, isObject, textFromUtf8 } from '@cloakroom/core';
import { TokenInvalidError, type TokenInvalidReason } from './errors.ts';
import { withoutNulls } from './nulls.ts';

/**
 * All that API Gateway takes of request line and headers together, in bytes: a longer token does not arrive.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
const MAX_TOKEN_LENGTH = 10_240;
const MAX_KID_LENGTH = 255;
/** One more than there may be. */
const MAX_SEGMENTS = 4;

export type Claims = Readonly<Record<string, unknown>>;

/** The three header parameters that are looked at. `jku`, `x5u`, `jwk` and `x5c` are not: a token cannot bring its key. */
export interface JwsHeader {
  readonly alg: string;
  /** Absent where the issuer's key set has one key that fits. */
  readonly kid?: string;
  readonly typ?: string;
}

/** What a compact JWS says about itself. Nothing here is authenticated. What is `null` in it is left out. */
export interface UnverifiedJws {
  readonly header: JwsHeader;
  readonly claims: Claims;
}

/**
 * Takes a compact JWS (RFC 7515 §7.1) apart, if it is written in the one canonical way.
 * Decoders accept padding, white space and stray bits, which would give one token many spellings; here there is one per
 * signature. A header parameter or claim that is there twice counts as its last occurrence (RFC 7515 §4), for jose as for us.
 *
 * @throws TokenInvalidError `too_long`, `not_canonical`, `header_malformed` or `payload_malformed`
 */
export function parseCompactJws(token: string): UnverifiedJws {
  if (token.length > MAX_TOKEN_LENGTH) throw new TokenInvalidError('too_long');
  const [header, payload, signature, more] = token.split('.', MAX_SEGMENTS);
  if (!header || !payload || !signature || more !== undefined) throw new TokenInvalidError('not_canonical');
  const [headerBytes, payloadBytes] = [fromBase64url(header), fromBase64url(payload)];
  if (!headerBytes || !payloadBytes || !fromBase64url(signature)) throw new TokenInvalidError('not_canonical');
  return {
    header: parseHeader(parseObject(headerBytes, 'header_malformed')),
    claims: withoutNulls(parseObject(payloadBytes, 'payload_malformed')),
  };
}

function parseObject(bytes: Buffer, otherwise: TokenInvalidReason): Claims {
  const value = parseJson(textFromUtf8(bytes) ?? '');
  if (!isObject(value)) throw new TokenInvalidError(otherwise);
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the parser's message quotes its input, so it is not passed on
  }
}

function parseHeader(header: Claims): JwsHeader {
  const { alg, kid, typ } = withoutNulls(header);
  const isWellFormed =
    typeof alg === 'string' &&
    (kid === undefined || (typeof kid === 'string' && kid.length > 0 && kid.length <= MAX_KID_LENGTH)) &&
    (typ === undefined || typeof typ === 'string') &&
    !Object.hasOwn(header, 'crit'); // extensions that must be understood: none are
  if (!isWellFormed) throw new TokenInvalidError('header_malformed');
  return { alg, ...(kid === undefined ? {} : { kid }), ...(typ === undefined ? {} : { typ }) };
}
