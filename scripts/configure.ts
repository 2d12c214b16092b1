import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { ENVIRONMENTS } from '@cloakroom/terraform';
import { readConfigureOptions } from './configuration/answers.ts';
import type { Discover, Person } from './configuration/ask.ts';
import { configure } from './configuration/configure.ts';
import { discover } from './configuration/discover.ts';

const FOLDER = resolve(import.meta.dirname, '../terraform/environments');

async function main(): Promise<void> {
  const options = readConfigureOptions(process.argv.slice(2));
  const terminal = process.stdin.isTTY ? openTerminal() : undefined;
  const say = (line: string) => console.error(`cloakroom: ${line}`);
  try {
    await configure(options, {
      folder: FOLDER,
      environments: ENVIRONMENTS,
      routesTemplate: join(FOLDER, 'dev/routes.ts'),
      person: terminal && { ask: terminal.ask, say },
      discover: once(discover),
      say,
    });
  } finally {
    terminal?.close();
  }
}

function openTerminal(): Pick<Person, 'ask'> & { close(): void } {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<never>((_, reject) => {
    prompt.once('close', () => reject(new Error('nothing was written: the questions were left')));
  });
  ended.catch(() => undefined);
  return { ask: (question) => Promise.race([prompt.question(question), ended]), close: () => prompt.close() };
}

/** Each document is read once, however often it is asked for. */
function once(read: Discover): Discover {
  const known = new Map<string, ReturnType<Discover>>();
  return (issuer) => {
    const reading = known.get(issuer) ?? read(issuer);
    known.set(issuer, reading);
    return reading;
  };
}

try {
  await main();
} catch (error) {
  console.error(`cloakroom: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
