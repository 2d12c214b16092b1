import { fromDynamoDbLocal, toDynamoDbLocal } from '../../dynamodb/stream-arns.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../aws-service.ts';
import { jsonError, operationOf } from '../json-protocol.ts';
import { createPassOn } from '../pass-on.ts';
import { dynamoDbAccesses } from './dynamodb-accesses.ts';

/** Operations whose requests or answers carry ARNs; the others are on every function's way and pass as they are. */
const WITH_ARNS = /^(?:DynamoDBStreams_\d+\..*|DynamoDB_\d+\.(?:Create|Delete|Describe|Update)(?:Table|TimeToLive))$/;

/** Passes DynamoDB and its streams on to DynamoDB Local. */
export function dynamoDbService(origin: string): AwsService {
  const passOn = createPassOn(origin);
  return {
    accesses: (request) => dynamoDbAccesses(operationOf(request), request),
    formatError: jsonError,
    async handle(request) {
      if (!WITH_ARNS.test(String(request.headers['x-amz-target']))) return passOn(request);
      return withRegion(await passOn({ ...request, body: localBody(request) }), request.region);
    },
  };
}

function localBody({ body, region }: AwsRequest): Buffer {
  return Buffer.from(toDynamoDbLocal(body.toString(), region));
}

function withRegion(response: AwsResponse, region: string): AwsResponse {
  // The check sum is of the body as it was.
  const { 'x-amz-crc32': _, ...headers } = response.headers;
  return { ...response, headers, body: fromDynamoDbLocal(response.body.toString(), region) };
}
