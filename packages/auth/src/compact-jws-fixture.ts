import { isObject } from '@cloakroom/core';
import type { Claims, JwsHeader, UnverifiedJws } from './compact-jws.ts';
import { TokenInvalidError, type TokenInvalidReason } from './errors.ts';

const MAX_TOKEN_LENGTH = 10_240;
const MAX_KID_LENGTH = 255;

/** What `parseCompactJws` promises, one rule after the other, whatever it costs: the oracle of its tests. */
export function parseStepByStep(token: string): UnverifiedJws {
  if (token.length > MAX_TOKEN_LENGTH) throw new TokenInvalidError('too_long');
  const [header, payload, signature, ...more] = token.split('.');
  if (!header || !payload || !signature || more.length > 0) throw new TokenInvalidError('not_canonical');
  if (![header, payload, signature].every(isCanonical)) throw new TokenInvalidError('not_canonical');
  return {
    header: parseHeader(parseObject(header, 'header_malformed')),
    claims: withoutNulls(parseObject(payload, 'payload_malformed')),
  };
}

function isCanonical(segment: string): boolean {
  return fromBase64url(segment) !== undefined;
}

function parseObject(segment: string, otherwise: TokenInvalidReason): Claims {
  const value = parseJson(textFromBase64url(segment) ?? '');
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

function withoutNulls(members: Claims): Claims {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

function fromBase64url(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

function textFromBase64url(text: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(fromBase64url(text));
  } catch {
    return undefined;
  }
}
