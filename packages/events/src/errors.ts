import { CloakroomError } from '@cloakroom/core';

/** The `data` of an event is too large. Answered as 413. */
export class DataTooLargeError extends CloakroomError {
  override readonly name = 'DataTooLargeError';
  readonly code = 'DATA_TOO_LARGE';
  readonly field: string;

  constructor(field: string, maxBytes: number) {
    super(`${field}: may have ${maxBytes} bytes`);
    this.field = field;
  }
}

/** The queue refuses an event for what it is, so that sending it again cannot help. A fault of ours. */
export class EventRefusedError extends CloakroomError {
  override readonly name = 'EventRefusedError';
  readonly code = 'EVENT_REFUSED';
  /** SQS's own code. */
  readonly reason: string;

  constructor(reason: string) {
    super(`the queue refused an event: ${reason}`);
    this.reason = reason;
  }
}
