import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { FunctionConfig } from './function-config.ts';
import type { FunctionTarget } from './function-target.ts';

/**
 * A function as Lambda describes it. The bare name is `$LATEST`; under an alias `Version` is the one behind it.
 * https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
 */
export function functionConfiguration(config: FunctionConfig, target: FunctionTarget) {
  const { variables, zipFile, logGroup } = config;
  return {
    FunctionName: config.functionName,
    FunctionArn: target.arn,
    Runtime: config.runtime,
    Role: config.roleArn,
    Handler: config.handler,
    CodeSize: statSync(zipFile).size,
    Description: '',
    Timeout: config.timeoutMs / 1000,
    MemorySize: config.memoryMb,
    LastModified: statSync(zipFile).mtime.toISOString().replace('Z', '+0000'),
    CodeSha256: createHash('sha256').update(readFileSync(zipFile)).digest('base64'),
    Version: target.executedVersion,
    ...(Object.keys(variables).length === 0 ? {} : { Environment: { Variables: variables } }),
    TracingConfig: { Mode: 'PassThrough' },
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: config.architectures,
    EphemeralStorage: { Size: 512 },
    LoggingConfig: { LogFormat: 'Text', LogGroup: logGroup },
  };
}

/** Where the package is: on AWS an address that is good for ten minutes, here the file. */
export function functionCode({ zipFile }: FunctionConfig): object {
  return { RepositoryType: 'S3', Location: pathToFileURL(zipFile).href };
}
