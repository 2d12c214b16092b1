/** A function of the stack, as named in an invocation. */
export interface FunctionTarget {
  readonly functionName: string;
  /** Absent when the bare name was used. */
  readonly qualifier?: string;
  /** The ARN as it was asked for: with the qualifier, if there is one. */
  readonly arn: string;
  readonly executedVersion: string;
}
