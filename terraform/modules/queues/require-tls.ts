import type { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy/index.js';
import type { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';

/**
 * Refuses whoever does not come by TLS. It allows nothing: that is for the roles. Its address is `aws_sqs_queue_policy.<id>`.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html
 */
export function requireTls(scope: Construct, id: string, queue: SqsQueue): void {
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
    ],
  });
  fixedId(new SqsQueuePolicy(scope, `${id}-tls`, { queueUrl: queue.url, policy }), id);
}
