import type { IncomingMessage } from 'node:http';

/** A body is longer than its reader accepts. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/**
 * The whole body of a message. One that is too long is read to its end but not kept, so that an answer still reaches the sender.
 * By events: an iterator over the message takes more than all the rest of a small request.
 *
 * @throws BodyTooLargeError
 * @throws Error when the other side is gone before the end
 */
export function readBody(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let length = 0;
    message.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else chunks = [];
    });
    message.once('end', () => {
      if (length > maxBytes) return reject(new BodyTooLargeError(`the body has more than ${maxBytes} bytes`));
      const [only] = chunks;
      resolve(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks));
    });
    message.once('error', reject);
    message.once('close', () => reject(new Error('the body was cut off')));
  });
}
