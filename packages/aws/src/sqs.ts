import { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsSession } from './session.ts';

/** Three attempts stay within API Gateway's 30 s for an integration; a send takes less than 100 ms when SQS is well. */
const TIMEOUT_MS = 3000;

/** The SDK's client, as far as queues need it. */
export type Sqs = Pick<SQSClient, 'send'>;

/** Apart from the session, so that functions which have no queue do not carry it. */
export function sqsFrom(aws: Pick<AwsSession, 'client'>): SQSClient {
  return aws.client({ service: 'SQS', Client: SQSClient, requestTimeoutMs: TIMEOUT_MS });
}
