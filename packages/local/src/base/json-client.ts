import { Agent, request as httpRequest } from 'node:http';
import * as v from 'valibot';
import { readBody } from './read-body.ts';

/** An AWS service that speaks AWS JSON answered with an error. `code` is its name, without namespace. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Calls one action of a local service. */
export interface JsonClient {
  /** @throws ServiceError when the service answers with an error */
  call(action: string, input: object, signal?: AbortSignal): Promise<unknown>;
}

const errorSchema = v.object({
  __type: v.optional(v.string(), 'UnknownError'),
  message: v.optional(v.string()),
  Message: v.optional(v.string()),
});
const MAX_ANSWER_BYTES = 32_000_000;

/**
 * A client for a service behind the AWS endpoint. The parts of the local AWS speak to each other directly and unsigned:
 * what they do for a function is checked where they do it.
 */
export function createJsonClient(options: { origin: string; targetPrefix: string; region: string }): JsonClient {
  const { origin, targetPrefix, region } = options;
  const agent = new Agent({ keepAlive: true });
  const service = targetPrefix.startsWith('AmazonSQS') ? 'sqs' : 'dynamodb';
  const credential = `local/20000101/${region}/${service}/aws4_request`;
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`,
  };

  async function call(action: string, input: object, signal?: AbortSignal): Promise<unknown> {
    const { status, body } = await post({ ...headers, 'x-amz-target': `${targetPrefix}.${action}` }, input, signal);
    const answer: unknown = body === '' ? {} : JSON.parse(body);
    if (status < 300) return answer;
    const error = v.parse(errorSchema, answer);
    throw new ServiceError(error.__type.replace(/^.*#/, ''), error.message ?? error.Message ?? `${action} failed`);
  }

  function post(all: Record<string, string>, input: object, signal?: AbortSignal) {
    return new Promise<{ status: number; body: string }>((resolve, reject) => {
      const settings = { method: 'POST', agent, headers: all, ...(signal === undefined ? {} : { signal }) };
      const request = httpRequest(origin, settings, (response) => {
        const status = response.statusCode ?? 500;
        readBody(response, MAX_ANSWER_BYTES).then((body) => resolve({ status, body: body.toString() }), reject);
      });
      request.once('error', reject);
      request.end(JSON.stringify(input));
    });
  }
  return { call };
}
