import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { attachJavaDebugger } from './java-debugger.ts';
import { shiftDate } from './shift-date.ts';

/** Where Keycloak keeps by how many seconds its clock is ahead: its own tests set the same. */
const KEYCLOAK_TIME = 'Lorg/keycloak/common/util/Time;';
const PRELOAD = new URL('shifted-clock.mjs', import.meta.url).href;

/** The clock of a stack: of its functions, of the local AWS in this process, and of its Keycloak. */
export interface Clock {
  /** Lets time pass everywhere at once. */
  pass(seconds: number): Promise<void>;
  /** Sets this process right again. */
  stop(): void;
}

export interface ClockPlace {
  /** For the functions' processes. */
  readonly file: string;
  readonly keycloakDebugPort: number;
}

export async function startClock({ file, keycloakDebugPort }: ClockPlace): Promise<Clock> {
  const keycloak = await attachJavaDebugger(keycloakDebugPort);
  let ahead = 0;
  const setRight = shiftDate(() => ahead);
  return {
    async pass(seconds) {
      ahead += seconds;
      // At once: a process that reads in between must not find an empty file, and itself in the past.
      writeFileSync(`${file}.next`, String(ahead));
      renameSync(`${file}.next`, file);
      await keycloak.setStaticInt(KEYCLOAK_TIME, ahead);
    },
    stop() {
      keycloak.detach();
      setRight();
    },
  };
}

/** Puts all functions of a synthesized stack under a clock, and gives them these issuers. */
export function putUnderClock(stackFile: string, { file, issuersFile }: { file: string; issuersFile: string }): void {
  writeFileSync(file, '0');
  const stack = JSON.parse(readFileSync(stackFile, 'utf8'));
  for (const { environment } of Object.values<{ environment: { variables: Record<string, string> } }>(
    stack.resource.aws_lambda_function,
  )) {
    const { variables } = environment;
    Object.assign(variables, { CLOCK_FILE: file, NODE_OPTIONS: `--import=${PRELOAD}` });
    if (variables.ISSUERS_FILE !== undefined) variables.ISSUERS_FILE = issuersFile;
  }
  writeFileSync(stackFile, JSON.stringify(stack));
}
