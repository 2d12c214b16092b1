import { InvokeCommand } from '@aws-sdk/client-lambda';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { OperatorClients } from '@cloakroom/aws/operator';
import { parseDeadChange } from './dead-change.ts';
import type { DeadLetterQueue, Letter, Sqs } from './dead-letter-queue.ts';
import { readPlace } from './read-place.ts';

/** `moved`, or why a letter stays. */
type Outcome = 'moved' | { readonly stays: string };

/** Brings one letter back. What it throws ends the run: the letter, and all that come after it, are as before. */
export type MoveLetter = (letter: Letter) => Promise<Outcome>;

/** Sends an event to its queue once more. A letter that comes back while this runs waits for the next run. */
export function moveEvent(sqs: Sqs, QueueUrl: string): MoveLetter {
  const sent = new Set<string>();
  return async ({ id, body: MessageBody, attributes: MessageAttributes }) => {
    if (sent.has(id)) return { stays: 'could not be stored again' };
    const command = new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes });
    const { MessageId = '' } = await sqs.send(command);
    sent.add(MessageId);
    return 'moved';
  };
}

/** Hands the changes of a letter to record-changes once more: it writes each event once, however often it comes. */
export function moveChange({ lambda, streams }: OperatorClients, FunctionName: string): MoveLetter {
  return async ({ body }) => {
    const letter = parseDeadChange(body);
    if (letter.kind === 'unknown') return { stays: 'is no change of ours' };
    if (letter.kind === 'bare record') return { stays: 'was too large to come here whole' };
    const records = letter.kind === 'record' ? [letter.record] : await readPlace(streams, letter.place);
    if (records === undefined) return { stays: 'is no longer in the stream, which keeps changes for 24 hours' };
    const Payload = JSON.stringify({ Records: records, redrive: true });
    const answer = await lambda.send(new InvokeCommand({ FunctionName, Qualifier: 'live', Payload }));
    const text = answer.Payload?.transformToString() ?? '';
    if (answer.FunctionError !== undefined) return { stays: `failed as a whole: ${answer.FunctionError}` };
    const { batchItemFailures } = JSON.parse(text) as { batchItemFailures: readonly unknown[] };
    return batchItemFailures.length === 0 ? 'moved' : { stays: 'failed again: see the log of record-changes' };
  };
}

export interface Moved {
  readonly moved: number;
  /** How many letters stay, for each reason. */
  readonly stays: ReadonlyMap<string, number>;
}

/** Moves all letters of a queue, ten at the same time. Each is deleted only when it is where it belongs. */
export async function moveLetters(
  queue: DeadLetterQueue,
  move: MoveLetter,
  onProgress: (moved: number) => void,
): Promise<Moved> {
  let moved = 0;
  const stays = new Map<string, number>();
  const held = new Set<Letter>();
  const moveOne = async (letter: Letter) => {
    const outcome = await move(letter);
    if (outcome !== 'moved') {
      stays.set(outcome.stays, (stays.get(outcome.stays) ?? 0) + 1);
      return;
    }
    await queue.delete(letter);
    held.delete(letter);
    moved += 1;
  };
  try {
    for await (const letters of queue.take()) {
      for (const letter of letters) held.add(letter);
      const results = await Promise.allSettled(letters.map(moveOne));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      onProgress(moved);
    }
  } finally {
    await queue.release([...held]);
  }
  return { moved, stays };
}
