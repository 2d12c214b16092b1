import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { resolveStack } from './stack/read-stack.ts';
import type { ResolvedStack } from './stack/resolved-stack.ts';

/** A function of a test: the text of its index.mjs, and what differs from the usual arguments. */
export interface TestFunction {
  readonly code: string;
  readonly timeout?: number;
  readonly variables?: Readonly<Record<string, string>>;
}

/** The policy of a role whose function may be fed from any queue and stream, and do no more. */
export const LETS_LAMBDA_POLL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: [
        ...['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage', 'SendMessage'].map((name) => `sqs:${name}`),
        ...['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((name) => `dynamodb:${name}`),
      ],
      Resource: '*',
    },
  ],
});

/**
 * A resolved stack as the synthesis writes it, for tests: each function with its package, role (which may take from any queue and
 * stream, and no more), log group and `live` alias, besides the given resources. The folder is a fresh one, and may hold data as well.
 */
export function testStack(options: {
  functions?: Readonly<Record<string, TestFunction>>;
  resource?: Readonly<Record<string, object>>;
  awsEndpoint?: string;
}): ResolvedStack {
  const folder = mkdtempSync(join(tmpdir(), 'cloakroom-'));
  mkdirSync(join(folder, 'dist'));
  const functions = Object.entries(options.functions ?? {});
  for (const [name, { code }] of functions) {
    writeFileSync(join(folder, 'dist', `${name}.zip`), zipSync({ 'index.mjs': strToU8(code) }));
  }
  const each = (resourceOf: (name: string, of: TestFunction) => object) =>
    Object.fromEntries(functions.map(([name, of]) => [name, resourceOf(name, of)]));
  const document = {
    provider: { aws: [{ region: 'eu-central-1' }] },
    resource: {
      aws_iam_role: each((name) => ({ name: `role-${name}`, assume_role_policy: '{}' })),
      aws_iam_role_policy: each((name) => ({ role: `role-${name}`, policy: LETS_LAMBDA_POLL })),
      aws_cloudwatch_log_group: each((name) => ({ name: `/aws/lambda/${name}` })),
      aws_lambda_function: each((name, { timeout = 5, variables }) => ({
        function_name: name,
        role: `\${aws_iam_role.${name}.arn}`,
        handler: 'index.handler',
        runtime: 'nodejs24.x',
        filename: `dist/${name}.zip`,
        publish: true,
        timeout,
        memory_size: 256,
        ...(variables === undefined ? {} : { environment: { variables } }),
      })),
      aws_lambda_alias: each((name) => ({
        name: 'live',
        function_name: `\${aws_lambda_function.${name}.function_name}`,
        function_version: `\${aws_lambda_function.${name}.version}`,
      })),
      ...options.resource,
    },
  };
  const origins = { awsEndpoint: options.awsEndpoint ?? 'http://127.0.0.1:4566', apiEndpoint: 'http://127.0.0.1:3000' };
  return resolveStack(document, { folder, origins });
}
