import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { assertRunnable } from './assert-runnable.ts';
import { startHttpApi } from './http-api/start-http-api.ts';
import { createParts, type Part } from './parts.ts';
import { readStack } from './stack/read-stack.ts';
import type { ResolvedStack } from './stack/resolved-stack.ts';
import { type AwsOptions, type LocalAws, startAws } from './start-aws.ts';

export interface LocalOptions {
  /** The synthesized cdk.tf.json. It may still be under way: what needs none starts beside it. */
  readonly stackFile: string | Promise<string>;
  /** Everything that survives a restart. One stack at a time may use it: see `lockDataDir`. */
  readonly dataDir: string;
  /** Forget what an earlier run left in the data directory. */
  readonly fresh: boolean;
  readonly ports: { readonly api: number; readonly aws: number };
  /** Starts who signs people in; absent where that is somebody elsewhere. */
  readonly startProvider?: () => Promise<Part>;
  /** The most environments of one function at a time. */
  readonly maxEnvironments: number;
  /** Sees every call to the AWS endpoint, and may refuse it. */
  readonly admit?: AwsOptions['admit'];
  /** Gets every line that a function logs. */
  readonly onFunctionLog?: (functionName: string, line: string) => void;
  /** Told when an alarm comes into another state. */
  readonly onAlarm?: AwsOptions['onAlarm'];
  /** How far the clock of metrics and alarms is ahead of the system's. */
  readonly metricsAheadMs?: AwsOptions['metricsAheadMs'];
  /** Gets what goes wrong inside the local parts while they run; nothing of it once they are being stopped. */
  readonly onError: (error: unknown) => void;
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal;
}

/** The local AWS, running. */
export interface Local {
  /** Without a slash at the end. */
  readonly urls: { readonly api: string; readonly aws: string };
  readonly region: string;
  readonly monitoring: LocalAws['monitoring'];
  /** Addresses of the resources that are not run here. */
  readonly skipped: readonly string[];
  /** Resolves when a part has ended by itself, with a sentence about it. The rest still runs. */
  readonly crashed: Promise<string>;
  stop(): Promise<void>;
}

/** What a run writes into the data directory; anything else in there is not ours to delete. */
const PARTS_OF_DATA_DIR = ['code', 'dynamodb', 'kms', 'logs', 'provider', 'secrets', 'sqs', 'streams', 'tokens'];

/**
 * Runs what was synthesized on this machine: tables, queues, functions, HTTP API, schedules and what signs people in.
 * When it resolves, every part listens; when it fails, nothing is left running.
 *
 * @throws StackError when the stack cannot be run here
 * @throws PortInUseError when something else has one of the ports
 */
export async function startLocal(options: LocalOptions): Promise<Local> {
  const { ports, dataDir, fresh, signal, onError, startProvider, ...rest } = options;
  const urls = {
    api: `http://127.0.0.1:${ports.api}`,
    aws: `http://127.0.0.1:${ports.aws}`,
  };
  const parts = createParts();
  signal?.addEventListener('abort', () => void parts.stop());
  if (fresh) await parts.start(() => empty(dataDir));
  const [provider, reading] = [
    startProvider === undefined ? undefined : parts.start(startProvider),
    readRunnable(options.stackFile, { awsEndpoint: urls.aws, apiEndpoint: urls.api }),
  ];
  // The schedules of the local AWS fetch the provider's keys.
  const given = Promise.all([reading, provider]).then(([stack]) => stack);
  given.catch(() => undefined); // told by who waits for it, if the start comes so far
  const { lambda, logs, monitoring } = await parts.start(() =>
    startAws({ ...rest, stack: given, dataDir, awsEndpointPort: ports.aws, onError: parts.untilStopped(onError) }),
  );
  const stack = await given;
  await parts.start(() => startHttpApi({ stack, lambda, logs, port: ports.api, onAnswered: monitoring.answered }));
  const { region, skipped } = stack;
  return { urls, region, monitoring, skipped, crashed: parts.crashed, stop: parts.stop };
}

async function readRunnable(
  stackFile: string | Promise<string>,
  origins: Parameters<typeof readStack>[1],
): Promise<ResolvedStack> {
  const stack = readStack(await stackFile, origins);
  assertRunnable(stack);
  return stack;
}

async function empty(dataDir: string) {
  for (const part of PARTS_OF_DATA_DIR) await rm(join(dataDir, part), { recursive: true, force: true });
  return { stop: () => undefined };
}
