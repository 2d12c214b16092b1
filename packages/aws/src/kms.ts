import { KMSClient } from '@aws-sdk/client-kms';
import type { AwsSession } from './session.ts';

/** Three attempts stay within API Gateway's 30 s for an integration; a data key takes some 10 ms when KMS is well. */
const TIMEOUT_MS = 2000;

/** Apart from the session, so that functions which have no data keys do not carry it. */
export function kmsFrom(aws: Pick<AwsSession, 'client'>): KMSClient {
  return aws.client({ service: 'KMS', Client: KMSClient, requestTimeoutMs: TIMEOUT_MS });
}
