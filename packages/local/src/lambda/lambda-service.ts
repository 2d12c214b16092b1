import type { FunctionCatalog } from './function-catalog.ts';
import type { FunctionTarget } from './function-target.ts';

/** The answer to one invocation, as Lambda's Invoke with `RequestResponse` gives it. */
export interface InvokeResult {
  /** 200 even when the function failed: `functionError` tells. */
  readonly statusCode: number;
  /** JSON text: the function's result, or its error as `{errorMessage, errorType, stackTrace?}`. */
  readonly payload: string;
  /** Set when the function threw, timed out, could not start or exited. */
  readonly functionError?: 'Unhandled';
  /** The last 4 KB of this invocation's log, as text. */
  readonly logTail: string;
  /** `$LATEST` or the version behind the alias. */
  readonly executedVersion: string;
}

/** Runs the functions of the stack. */
export interface LambdaService {
  /**
   * Invokes a function and waits for its end. `name` is a name, a partial or a full ARN, each with or without qualifier.
   *
   * @throws FunctionNotFoundError when the stack has no such function or qualifier
   */
  invoke(name: string, payload: string, options?: { readonly qualifier?: string }): Promise<InvokeResult>;
  /** The function's name and qualifier when the stack has them, else undefined. Starts nothing. */
  find(name: string, qualifier?: string): FunctionTarget | undefined;
  /** What the stack says about the functions. */
  readonly catalog: FunctionCatalog;
  /** Ends every process; resolves when all are gone. */
  stop(): Promise<void>;
}
