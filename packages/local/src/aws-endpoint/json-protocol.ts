import { isObject } from '@cloakroom/core';
import type * as v from 'valibot';
import { AwsError, validationError } from '../base/aws-error.ts';
import { parseMembers } from '../base/parse-members.ts';
import type { AwsRequest, AwsResponse } from './aws-service.ts';

/** The operation in the `X-Amz-Target` header of AWS's JSON protocols. @throws AwsError when there is none */
export function operationOf({ headers }: Pick<AwsRequest, 'headers'>): string {
  const target = headers['x-amz-target'];
  const operation = typeof target === 'string' ? /^\w+\.(\w+)$/.exec(target)?.[1] : undefined;
  if (operation === undefined) throw new AwsError('UnknownOperationException', 'the request names no operation');
  return operation;
}

/** What a body was read as: several look at the same one, who judges it, who passes it on. */
const inputs = new WeakMap<Buffer, Readonly<Record<string, unknown>>>();

/** The input of the operation. @throws AwsError when it is not a JSON object */
export function inputOf({ body }: Pick<AwsRequest, 'body'>): Readonly<Record<string, unknown>> {
  const known = inputs.get(body);
  if (known !== undefined) return known;
  let input: unknown;
  try {
    input = JSON.parse(body.toString());
  } catch {
    throw new AwsError('SerializationException', 'the body is not JSON');
  }
  if (!isObject(input)) throw validationError('the input is not an object');
  inputs.set(body, input);
  return input;
}

/** The input as a schema has it. @throws AwsError with this code, naming the member */
export function parseInput<S extends v.GenericSchema>(
  schema: S,
  request: Pick<AwsRequest, 'body'>,
  code = 'ValidationException',
): v.InferOutput<S> {
  return parseMembers(schema, inputOf(request), code);
}

/** https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#operation-error-serialization */
export function jsonError(error: AwsError, requestId: string): AwsResponse {
  return {
    status: error.status,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': error.code,
    },
    body: JSON.stringify({ ...error.members, __type: error.code, message: error.message }),
  };
}

export function jsonAnswer(output: unknown): AwsResponse {
  return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(output) };
}
