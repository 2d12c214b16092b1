import { type JsonText, jsonText } from '@cloakroom/core';

/** In UTF-8, as JSON. */
const MAX_BYTES = 2048;

/** What a page may see of the person; undefined where there is nothing of that, or too much: it decides nothing, and refuses nobody. */
export function shownClaims(
  shown: Readonly<Record<string, unknown>>,
  tooLarge: (bytes: number) => void,
): JsonText | undefined {
  if (Object.keys(shown).length === 0) return undefined;
  const claims = jsonText(shown);
  if (claims.byteLength <= MAX_BYTES) return claims;
  tooLarge(claims.byteLength);
  return undefined;
}
