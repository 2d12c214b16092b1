import type { IncomingMessage } from 'node:http';
import { readBody } from '../base/read-body.ts';

const MAX_FORM_BYTES = 16_384;

/**
 * The fields of a posted form.
 *
 * @throws BodyTooLargeError
 */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams((await readBody(request, MAX_FORM_BYTES)).toString());
}
