import * as v from 'valibot';

const failureSchema = v.object({ itemIdentifier: v.pipe(v.string(), v.minLength(1)) });
// A list is an object to Valibot, and to nobody else.
const noList = v.check((value) => !Array.isArray(value));
const responseSchema = v.nullable(
  v.pipe(v.unknown(), noList, v.object({ batchItemFailures: v.nullish(v.array(failureSchema), []) })),
);

/**
 * The message ids that a function reports as failed, of those it was given.
 * Anything it should not have answered, an unknown or empty id included, fails the whole batch, as on AWS.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function failedMessageIds(payload: string, messageIds: readonly string[]): readonly string[] {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), responseSchema), payload);
  if (!result.success) return messageIds;
  const failed = (result.output?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  return failed.every((id) => messageIds.includes(id)) ? failed : messageIds;
}
