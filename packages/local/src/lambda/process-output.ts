import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lines that come while nobody asks for them are read this often. */
const READ_EVERY_MS = 100;
/** A longer line is handed on in pieces: CloudWatch takes no event of more than 1 MB either. */
const MAX_LINE_BYTES = 1_000_000;
const NEWLINE = 0x0a;

/** Where a process writes its output. */
export interface ProcessOutput {
  /** Standard output and standard error of the process. */
  readonly fd: number;
  /** Hands on every complete line written so far. */
  read(): void;
  /** Bytes read so far. All of them stay on the disk until it is closed. */
  size(): number;
  /** Reads the rest, an unfinished line included, and closes the file. */
  close(): void;
}

/**
 * A file without a name, instead of pipes: Node writes to files at once, but queues what does not fit a pipe,
 * so that the last lines of an invocation would arrive after its answer. Also it keeps the order of the two streams.
 */
export function openProcessOutput(onLine: (line: string) => void): ProcessOutput {
  const path = join(tmpdir(), `cloakroom-${randomUUID()}`);
  const fd = openSync(path, 'ax+', 0o600);
  unlinkSync(path);
  const chunk = Buffer.alloc(65_536);
  let position = 0;
  let unfinished = Buffer.alloc(0);
  let isClosed = false;

  function read(): void {
    if (isClosed) return;
    let length: number;
    do {
      length = readSync(fd, chunk, 0, chunk.length, position);
      if (length === 0) return;
      position += length;
      const bytes = chunk.subarray(0, length);
      unfinished = handOn(unfinished.length === 0 ? bytes : Buffer.concat([unfinished, bytes]), onLine);
    } while (length === chunk.length);
  }

  const timer = setInterval(read, READ_EVERY_MS).unref();
  return {
    fd,
    read,
    size: () => position,
    close() {
      if (isClosed) return;
      clearInterval(timer);
      read();
      if (unfinished.length > 0) onLine(unfinished.toString());
      isClosed = true;
      closeSync(fd);
    },
  };
}

/** Returns what comes after the last newline, while it is short enough to wait for its own. */
function handOn(bytes: Buffer, onLine: (line: string) => void): Buffer<ArrayBuffer> {
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
    onLine(bytes.subarray(start, end).toString());
    start = end + 1;
  }
  if (bytes.length - start < MAX_LINE_BYTES) return Buffer.from(bytes.subarray(start));
  onLine(bytes.subarray(start).toString());
  return Buffer.alloc(0);
}
