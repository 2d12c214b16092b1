/** An error as an AWS service answers it. Each service puts it into its own form. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** `ResourceNotFoundException` */
  readonly code: string;
  readonly status: number;
  /** Members of the error besides its message, such as the reasons of a cancelled transaction. */
  readonly members: object;

  constructor(code: string, message: string, status = 400, members: object = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

/** The input of an operation does not have the documented form. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
