import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Node's arguments that run a handler under a runtime client. */
export type RuntimeCommand = (handler: string) => readonly string[];

/** Amazon's own runtime client where it could be built (it is native, and for Linux), else our small one. */
export function runtimeCommand(client = amazonsClient() ?? ownRuntimeClient()): RuntimeCommand {
  return (handler) => [client, handler];
}

/** The file of our own runtime client. */
export function ownRuntimeClient(): string {
  return fileURLToPath(new URL('./runtime-client.ts', import.meta.url));
}

/** The file of aws-lambda-ric; undefined where it is not installed or its native part was not built. */
export function amazonsClient(): string | undefined {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('aws-lambda-ric/package.json'));
    return existsSync(join(folder, 'rapid-client.node')) ? join(folder, 'index.mjs') : undefined;
  } catch {
    return undefined;
  }
}
