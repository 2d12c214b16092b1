import { randomBytes } from 'node:crypto';
import { FunctionNotFoundError } from '../base/errors.ts';
import type { LogStore } from '../logs/log-store.ts';
import type { ResolvedStack } from '../stack/resolved-stack.ts';
import { createEnvironmentPool, type EnvironmentPool } from './environment-pool.ts';
import { type Outcome, startEnvironment } from './execution-environment.ts';
import { createFunctionCatalog } from './function-catalog.ts';
import type { FunctionConfig } from './function-config.ts';
import type { FunctionTarget } from './function-target.ts';
import type { LambdaService } from './lambda-service.ts';
import { processVariables, type RoleCredentials } from './process-variables.ts';
import { type RuntimeCommand, runtimeCommand } from './runtime-process.ts';
import { unpackCode } from './unpack-code.ts';

export interface LambdaServiceOptions {
  readonly stack: ResolvedStack;
  /** Unpacked packages are kept here. */
  readonly codeDir: string;
  readonly logs: Pick<LogStore, 'append'>;
  /** What the functions get as AWS_ENDPOINT_URL. */
  readonly awsEndpoint: string;
  /** Fresh credentials of a function's role. */
  issueCredentials(roleArn: string, sessionName: string): RoleCredentials;
  /** The most environments of one function at a time; further invocations wait. */
  readonly maxEnvironments?: number;
  readonly command?: RuntimeCommand;
  /** Told of every invocation that has ended. */
  readonly onInvoked?: (target: FunctionTarget, outcome: Pick<Outcome, 'failed' | 'durationMs'>) => void;
}

/**
 * Runs the functions of the stack as processes under a Lambda runtime client.
 *
 * @throws StackError when a function or an alias is not understood
 */
export function createLambdaService(options: LambdaServiceOptions): LambdaService {
  const { stack, logs, maxEnvironments = 3, command = runtimeCommand() } = options;
  const catalog = createFunctionCatalog(stack);
  const pools = new Map<string, EnvironmentPool>();

  function start(config: FunctionConfig, version: string) {
    const taskRoot = unpackCode(config.zipFile, options.codeDir);
    const logStream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[${version}]${randomBytes(16).toString('hex')}`;
    const credentials = options.issueCredentials(config.roleArn, config.functionName);
    const facts = { config, credentials, taskRoot, logStream, version, awsEndpoint: options.awsEndpoint };
    return startEnvironment({
      args: command(config.handler),
      taskRoot,
      memoryMb: config.memoryMb,
      timeoutMs: config.timeoutMs,
      variables: (runtimeApi) => processVariables({ ...facts, runtimeApi }),
      writeLog: (message) => logs.append(config.logGroup, logStream, message, Date.now()),
    });
  }

  /** Versions have environments of their own, as on AWS. */
  function poolOf(config: FunctionConfig, version: string): EnvironmentPool {
    const key = `${config.functionName}:${version}`;
    const pool = pools.get(key) ?? createEnvironmentPool(async () => start(config, version), maxEnvironments);
    pools.set(key, pool);
    return pool;
  }

  return {
    catalog,
    find: (name, qualifier) => catalog.find(name, qualifier)?.target,
    async invoke(name, payload, { qualifier } = {}) {
      const found = catalog.find(name, qualifier);
      if (found === undefined) throw new FunctionNotFoundError(qualifier === undefined ? name : `${name}:${qualifier}`);
      const { arn, executedVersion } = found.target;
      const outcome = await poolOf(found.config, executedVersion).run({
        payload: payload === '' ? '{}' : payload,
        functionArn: arn,
        version: executedVersion,
      });
      options.onInvoked?.(found.target, outcome);
      const { failed, durationMs: _, ...rest } = outcome;
      return { statusCode: 200, executedVersion, ...rest, ...(failed ? { functionError: 'Unhandled' as const } : {}) };
    },
    async stop() {
      await Promise.all([...pools.values()].map((pool) => pool.stop()));
    },
  };
}
