import { AwsError } from '../../base/aws-error.ts';
import type { FunctionTarget } from '../../lambda/function-target.ts';
import type { InvokeResult, LambdaService } from '../../lambda/lambda-service.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../aws-service.ts';
import { decodeSegment, functionNotFound, parseLambdaRead } from './lambda-reads.ts';

/** Lambda's limits for the payload of a synchronous and of an asynchronous invocation, in bytes. */
const MAX_PAYLOAD_BYTES = { RequestResponse: 6_291_456, Event: 1_048_576, DryRun: 6_291_456 } as const;
type InvocationType = keyof typeof MAX_PAYLOAD_BYTES;

interface InvokeRequest {
  readonly target: FunctionTarget;
  readonly type: InvocationType;
  readonly wantsTail: boolean;
}

/**
 * Lambda's Invoke, and what can be read of functions and aliases. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 * An asynchronous invocation is tried once; what became of it stands in the log.
 *
 * @param onError is told when an asynchronous invocation could not be made at all
 */
export function lambdaEndpointService(
  lambda: Pick<LambdaService, 'catalog' | 'find' | 'invoke'>,
  onError: (error: unknown) => void,
): AwsService {
  return {
    accesses(request) {
      const read = parseLambdaRead(request, lambda.catalog);
      if (read !== undefined) return [read.access];
      return [{ action: 'lambda:InvokeFunction', resource: parseInvoke(request, lambda).target.arn }];
    },
    async handle(request) {
      const read = parseLambdaRead(request, lambda.catalog);
      if (read !== undefined) return restJsonAnswer(read.answer());
      const { target, type, wantsTail } = parseInvoke(request, lambda);
      const payload = payloadOf(request, type);
      if (type === 'DryRun') return { status: 204, headers: {}, body: '' };
      const invoked = lambda.invoke(target.arn, payload);
      if (type === 'RequestResponse') return answerOf(await invoked, wantsTail);
      invoked.catch(onError);
      return { status: 202, headers: {}, body: '' };
    },
    formatError: (error, requestId) => ({
      status: error.status,
      headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId, 'x-amzn-errortype': error.code },
      body: JSON.stringify({ Type: error.status < 500 ? 'User' : 'Service', Message: error.message }),
    }),
  };
}

function parseInvoke({ method, url, headers }: AwsRequest, lambda: Pick<LambdaService, 'find'>): InvokeRequest {
  const { pathname, searchParams } = new URL(url, 'http://lambda');
  const [, encodedName] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(pathname) ?? [];
  if (method !== 'POST' || encodedName === undefined) {
    throw new AwsError('UnknownOperationException', 'of Lambda, only Invoke and reads are run here', 404);
  }
  const name = decodeSegment(encodedName);
  const qualifier = searchParams.get('Qualifier') ?? undefined;
  const target = lambda.find(name, qualifier);
  if (target === undefined) throw functionNotFound(name, qualifier);
  return {
    target,
    type: invocationType(headers['x-amz-invocation-type']),
    wantsTail: headers['x-amz-log-type'] === 'Tail',
  };
}

function restJsonAnswer(output: object): AwsResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(output) };
}

function invocationType(header: string | string[] | undefined): InvocationType {
  if (header === undefined) return 'RequestResponse';
  if (header === 'RequestResponse' || header === 'Event' || header === 'DryRun') return header;
  throw new AwsError('InvalidParameterValueException', 'the invocation type is none of RequestResponse, Event, DryRun');
}

function payloadOf({ body }: AwsRequest, type: InvocationType): string {
  const maxBytes = MAX_PAYLOAD_BYTES[type];
  if (body.length > maxBytes) {
    const message = `${body.length} byte payload is too large for the ${type} invocation type (limit ${maxBytes} bytes)`;
    throw new AwsError('RequestTooLargeException', message, 413);
  }
  const text = body.toString();
  if (text === '') return '{}';
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${reason}`);
  }
}

function answerOf(result: InvokeResult, wantsTail: boolean): AwsResponse {
  const { statusCode, payload, functionError, logTail, executedVersion } = result;
  return {
    status: statusCode,
    headers: {
      'content-type': 'application/json',
      'x-amz-executed-version': executedVersion,
      ...(functionError === undefined ? {} : { 'x-amz-function-error': functionError }),
      ...(wantsTail ? { 'x-amz-log-result': Buffer.from(logTail).toString('base64') } : {}),
    },
    body: payload,
  };
}
