import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Shorter segments are those of tests that send garbage: no secrets, and found in any text. */
const MIN_SECRET_LENGTH = 20;

/** What a data directory holds of logs: the messages of each log group, a line each. */
export function readLogs(dataDir: string): ReadonlyMap<string, string> {
  const dir = join(dataDir, 'logs');
  const files = readdirSync(dir).filter((file) => file.endsWith('.jsonl'));
  return new Map(files.map((file) => [decodeURIComponent(file.replace('.jsonl', '')), messages(join(dir, file))]));
}

/** A last line that is still being written is left out. */
function messages(file: string): string {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line).message).join('\n');
}

/** The names of those texts that hold a token, or the payload or the signature of a JWT: its header is no secret. */
export function textsWithTokens(texts: Iterable<readonly [name: string, text: string]>, tokens: Iterable<string>) {
  const secrets = [...tokens].flatMap((token) => (token.includes('.') ? token.split('.').slice(1) : [token]));
  const long = [...new Set(secrets)].filter(({ length }) => length >= MIN_SECRET_LENGTH);
  return [...texts].filter(([, text]) => long.some((secret) => text.includes(secret))).map(([name]) => name);
}
