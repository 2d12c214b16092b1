import { CloakroomError } from '@cloakroom/core';
import type { HandlerExecutionContext, InitializeHandler } from '@smithy/types';
import { isUnavailable } from './error-names.ts';
import { DependencyUnavailableError, MissingTableError } from './errors.ts';

/** A request that has failed for good. */
export interface FailedRequest {
  /** The name of the service's client in the SDK, such as `DynamoDBClient`. */
  readonly service: string;
  readonly region: string;
  readonly input: object;
}

/**
 * Turns what is left after all retries into errors of ours: an outage into DependencyUnavailableError, a missing table into
 * MissingTableError. Everything else (a failed condition, a cancelled transaction, AccessDenied, a validation error) is for
 * the caller to know, and stays as it is.
 */
export function mappedError(error: unknown, { service, region, input }: FailedRequest): unknown {
  // Ours already: STS's, when a role had to be assumed on the way.
  if (error instanceof CloakroomError) return error;
  keepFirstLine(error);
  if (isUnavailable(error)) return new DependencyUnavailableError(service, { cause: error });
  const tables = tablesOf(input);
  return tables.length > 0 && isMissing(error) ? new MissingTableError(tables, region, { cause: error }) : error;
}

/** The same as a middleware of the SDK's, which belongs outermost. */
export function mapErrors(region: string) {
  return <Input extends object, Output extends object>(
    next: InitializeHandler<Input, Output>,
    { clientName: service = 'AWS' }: HandlerExecutionContext,
  ): InitializeHandler<Input, Output> =>
    async (args) => {
      try {
        return await next(args);
      } catch (error) {
        throw mappedError(error, { service, region, input: args.input });
      }
    };
}

/** Of a wrong signature, AWS's other lines repeat what was to be signed, with the token of the credentials; and errors are logged. */
function keepFirstLine(error: unknown): void {
  if (!(error instanceof Error) || !error.message.includes('\n')) return;
  const { message, stack = '' } = error;
  const [line = ''] = message.split('\n', 1);
  Object.assign(error, { message: line, stack: stack.replace(message, () => line) });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && error.name === 'ResourceNotFoundException';
}

/** The tables that a DynamoDB request names: at its top, in its batch, or in the items of its transaction. */
function tablesOf(input: object): string[] {
  const { TableName, RequestItems, TransactItems } = input as Record<string, unknown>;
  if (typeof TableName === 'string') return [TableName];
  if (isRecord(RequestItems)) return Object.keys(RequestItems);
  if (!Array.isArray(TransactItems)) return [];
  const names = TransactItems.filter(isRecord)
    .flatMap((item) => Object.values(item))
    .filter(isRecord)
    .map((action) => action.TableName)
    .filter((name) => typeof name === 'string');
  return [...new Set(names)];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
