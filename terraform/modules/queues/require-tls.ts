import type { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy/index.js';
import type { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';

/**
 * Refuses whoever does not come by TLS. It allows nothing, that is for the roles, but to a role that may be another account's:
 * there both sides have to say so. Its address is `aws_sqs_queue_policy.<id>`.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html
 */
export function requireTls(scope: Construct, id: string, queue: SqsQueue, senderRoleArn?: string): void {
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'RequireTls',
        Effect: 'Deny',
        Principal: '*',
        Action: ['sqs:*'],
        Resource: [queue.arn],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
      ...(senderRoleArn === undefined ? [] : [letSend(queue, senderRoleArn)]),
    ],
  });
  fixedId(new SqsQueuePolicy(scope, `${id}-tls`, { queueUrl: queue.url, policy }), id);
}

/** By condition and not as principal: a principal that is not there yet is refused, and one that is made anew is another. */
function letSend(queue: SqsQueue, senderRoleArn: string): object {
  const [, partition, , , account] = senderRoleArn.split(':');
  return {
    Sid: 'LetDataRoleSend',
    Effect: 'Allow',
    Principal: { AWS: `arn:${partition}:iam::${account}:root` },
    Action: ['sqs:GetQueueAttributes', 'sqs:SendMessage'],
    Resource: [queue.arn],
    Condition: { ArnEquals: { 'aws:PrincipalArn': senderRoleArn } },
  };
}
