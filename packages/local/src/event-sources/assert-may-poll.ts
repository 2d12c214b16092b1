import { StackError } from '../base/errors.ts';
import { type Permissions, readPermissions } from '../iam/read-permissions.ts';
import type { LambdaService } from '../lambda/lambda-service.ts';
import type { ResolvedStack } from '../stack/resolved-stack.ts';
import type { SqsMapping } from './mapping-config.ts';
import type { StreamMapping } from './stream-mapping.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions */
const OF_QUEUES = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
/** https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html */
const OF_STREAMS = ['GetRecords', 'GetShardIterator', 'DescribeStream', 'ListStreams'].map(
  (name) => `dynamodb:${name}`,
);

type Mapping = Pick<SqsMapping, 'address' | 'functionName' | 'queueArn'> | StreamMapping;

/**
 * Lambda takes records and messages by the role of the function, and tells a queue by it what was given up: AWS makes no mapping for
 * a role that may not. Nothing of it passes the AWS endpoint here, so it is judged beforehand.
 *
 * @throws StackError naming the role and every action that it lacks
 */
export function assertMayPoll(
  mappings: readonly Mapping[],
  { stack, lambda }: { readonly stack: ResolvedStack; readonly lambda: Pick<LambdaService, 'find'> },
): void {
  const permissions = readPermissions(stack);
  for (const mapping of mappings) {
    const name = lambda.find(mapping.functionName)?.functionName;
    const target = stack.list('aws_lambda_function').find(({ attributes }) => attributes.function_name === name);
    const roleArn = String(target?.attributes.role);
    const lacking = neededBy(mapping, stack).filter((needed) => !mayDo(permissions, roleArn, needed));
    if (lacking.length === 0) continue;
    const what = lacking.map(({ action, resource }) => `${action} on ${resource}`).join(', ');
    throw new StackError(`resource.${mapping.address}.function_name`, `the role ${roleArn} may not ${what}`);
  }
}

interface Needed {
  readonly action: string;
  readonly resource: string;
}

function mayDo(permissions: Permissions, roleArn: string, needed: Needed): boolean {
  return permissions.judge(roleArn, needed) === undefined;
}

function neededBy(mapping: Mapping, stack: ResolvedStack): readonly Needed[] {
  if ('queueArn' in mapping) return OF_QUEUES.map((action) => ({ action, resource: mapping.queueArn }));
  const takes = OF_STREAMS.map((action) => ({ action, resource: mapping.streamArn }));
  const queue = stack.list('aws_sqs_queue').find(({ attributes }) => attributes.name === mapping.onFailureQueue);
  return queue === undefined
    ? takes
    : [...takes, { action: 'sqs:SendMessage', resource: String(queue.attributes.arn) }];
}
