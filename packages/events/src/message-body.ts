/** What SQS does not take, U+FFFE and U+FFFF, and the halves of what its emulators do not: all beyond U+FFFF. */
const ESCAPED = /[\uD800-\uDFFF\uFFFE\uFFFF]/g;

/**
 * A value as the body of an SQS message: JSON, with the characters that SQS refuses escaped.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function messageBody(value: object): string {
  return JSON.stringify(value).replace(ESCAPED, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}
