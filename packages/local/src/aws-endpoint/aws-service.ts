import type { IncomingHttpHeaders } from 'node:http';
import type { AwsError } from '../base/aws-error.ts';
import type { Attempt } from '../iam/read-permissions.ts';
import type { AwsCaller } from './credentials.ts';

/** A signed request to one service. */
export interface AwsRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Who signed it. */
  readonly caller: AwsCaller;
  /** The region it was signed for. */
  readonly region: string;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
}

/** One thing a request does, in the words of an IAM policy. */
export type AwsAccess = Attempt;

/** A service behind the endpoint. */
export interface AwsService {
  /**
   * What the request would do: a transaction does several things.
   *
   * @throws AwsError when there is no such operation
   */
  accesses(request: AwsRequest): readonly AwsAccess[];
  /** @throws AwsError */
  handle(request: AwsRequest): Promise<AwsResponse>;
  /** The error in the form of the service's protocol. */
  formatError(error: AwsError, requestId: string): AwsResponse;
}
