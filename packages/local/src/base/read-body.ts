import type { IncomingMessage } from 'node:http';

/** A body is longer than its reader accepts. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/**
 * The whole body of a message. One that is too long is read to its end but not kept, so that an answer still reaches the sender.
 *
 * @throws BodyTooLargeError
 */
export async function readBody(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message) {
    length += (chunk as Buffer).length;
    if (length <= maxBytes) chunks.push(chunk as Buffer);
    else chunks.length = 0;
  }
  if (length > maxBytes) throw new BodyTooLargeError(`the body has more than ${maxBytes} bytes`);
  return Buffer.concat(chunks);
}
