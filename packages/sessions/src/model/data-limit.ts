import { isObject } from '@cloakroom/core';
import { DataTooLargeError } from './errors.ts';
import type { JsonObject } from './session.ts';

const MAX_DATA_BYTES = 8 * 1024;

/** JSON's own object (RFC 8259 §4): what the application may keep in a session. */
export function isJsonObject(value: unknown): value is JsonObject {
  return isObject(value);
}

/** @throws DataTooLargeError above 8 KiB of JSON in UTF-8 */
export function assertDataFits(data: JsonObject): void {
  if (Buffer.byteLength(JSON.stringify(data)) > MAX_DATA_BYTES) throw new DataTooLargeError(MAX_DATA_BYTES);
}
