import { AwsError } from '../../base/aws-error.ts';
import { LOCAL_ACCOUNT_ID } from '../../stack/local-values.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../aws-service.ts';
import { inputOf, jsonError, operationOf } from '../json-protocol.ts';
import { createPassOn } from '../pass-on.ts';

const WITH_URLS: ReadonlySet<string> = new Set(['CreateQueue', 'GetQueueUrl', 'ListQueues']);
const QUEUE_URL_ORIGIN = new RegExp(`http://[^/"]+(?=/${LOCAL_ACCOUNT_ID}/)`, 'g');

/** Passes SQS on to fauxqs, and sees to it that every queue URL names this endpoint. */
export function sqsService(origin: string): AwsService {
  const passOn = createPassOn(origin);
  return {
    formatError: jsonError,
    accesses(request) {
      // Without the JSON protocol the request is one for SNS, in the eyes of fauxqs.
      if (!/^application\/x-amz-json-1\.0/.test(request.headers['content-type'] ?? '')) {
        throw new AwsError('UnsupportedOperation', 'SQS is spoken to by its JSON protocol here');
      }
      // The batch operations are covered by the action of the single one.
      const action = operationOf(request).replace(/Batch$/, '');
      return [{ action: `sqs:${action}`, resource: queueArn(request) }];
    },
    async handle(request) {
      const response = await passOn(request);
      return WITH_URLS.has(operationOf(request)) ? withEndpoint(response, request) : response;
    },
  };
}

function queueArn(request: AwsRequest): string {
  const { QueueUrl, QueueName } = inputOf(request);
  const name = typeof QueueUrl === 'string' ? QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1) : QueueName;
  return typeof name === 'string' ? `arn:aws:sqs:${request.region}:${LOCAL_ACCOUNT_ID}:${name}` : '*';
}

/** A queue that was made when the endpoint had another port would still name that one. */
function withEndpoint(response: AwsResponse, { headers }: AwsRequest): AwsResponse {
  return { ...response, body: response.body.toString().replaceAll(QUEUE_URL_ORIGIN, `http://${headers.host}`) };
}
