/** An error as an AWS service answers it. Each service puts it into its own form. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** `ResourceNotFoundException` */
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** The input of an operation does not have the documented form. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
