import type { Environment } from '../environments/environment.ts';
import type { Table } from '../modules/dynamodb/table.ts';
import type { Statement } from '../modules/iam/policy.ts';
import type { DeadLetterQueue } from '../modules/queues/dead-letter-queue.ts';
import type { Queue } from '../modules/queues/queue.ts';

/** What the token handler alone works with. */
export interface SignInResources {
  /** Of the KMS key that the provider's tokens and the secrets are under. */
  readonly keyArn: string;
  readonly secretArns: readonly string[];
}

/** What functions work with. */
export interface Resources {
  readonly environment: Environment;
  readonly sessions: Table;
  readonly events: Table;
  readonly eventsQueue: Queue;
  /** Where changes of sessions go that could not be recorded. */
  readonly changesDeadLetters: DeadLetterQueue;
  /** Where runs by schedule go that have failed. */
  readonly schedulesDeadLetters: DeadLetterQueue;
  readonly tableKeyArn: string;
  /** Where people sign in by browser. */
  readonly signIn: SignInResources | undefined;
  /** Of Cloakroom. */
  readonly version: string;
}

/** Something that a function's code does. */
export interface CodeStatement extends Statement {
  /** Whether Lambda does it on behalf of the role too, from outside of any VPC. */
  readonly alsoByLambda?: true;
}

/** One function: how much it gets, what it may do, and what it is told. */
export interface FunctionSpec {
  readonly memoryMb: number;
  readonly timeoutSeconds: (environment: Environment) => number;
  /** Whether it moves into the VPC where there is one. Outside: what needs the internet. */
  readonly insideVpc: boolean;
  /** Where it is there at all; everywhere when absent. */
  readonly isNeeded?: (environment: Environment) => boolean;
  /** Exactly what its code does, and no more. */
  readonly statements: (resources: Resources) => readonly CodeStatement[];
  /** What Lambda does with its role to poll the source it is fed from, from outside of any VPC. */
  readonly pollStatements?: (resources: Resources) => readonly Statement[];
  /** Text files beside its code, by their names: for what is told to functions and grows, as variables may not. */
  readonly files?: (environment: Environment) => Readonly<Record<string, string>>;
  /** Besides what every function is told. */
  readonly variables: (resources: Resources) => Readonly<Record<string, string>>;
}
