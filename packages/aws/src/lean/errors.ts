/** There was no connection, or no answer, in the time that one attempt has. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError'; // known to isUnavailable by this name
}

/** Something answered, but not in the protocol of the service: a proxy in between, perhaps. */
export class UnreadableAnswerError extends Error {
  override readonly name = 'UnreadableAnswerError'; // known to isUnavailable by this name

  constructor(what: string, options?: ErrorOptions) {
    super(`unreadable answer: ${what}`, options);
  }
}

/** What AWS says of a request: its code is the name, as in the SDK. */
export class AwsError extends Error {
  override readonly name: string;
  readonly $metadata: { readonly httpStatusCode: number; readonly requestId?: string | undefined };

  constructor(name: string, message: string, metadata: AwsError['$metadata']) {
    super(message);
    this.name = name;
    this.$metadata = metadata;
  }
}
