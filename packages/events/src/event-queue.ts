import { setTimeout } from 'node:timers/promises';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { DependencyUnavailableError } from '@cloakroom/aws';
import type { Sqs } from '@cloakroom/aws/sqs';
import { fullJitterMs } from '@cloakroom/core';
import { EventRefusedError } from './errors.ts';
import { formatMessage, messageAttributes } from './queue-message.ts';
import type { UserEvent } from './user-event.ts';

const MAX_ATTEMPTS = 3;
const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 1000;

export interface EventQueue {
  /**
   * Resolves only when SQS has confirmed every event. When it throws, some may be queued all the same: send all of them
   * again with the same ids, each is stored once.
   *
   * @param events 1 to 10, each with at most 8 KiB of data: less than SQS's limit for a batch
   * @param requestId the gateway's, of the request that posted them: the log lines of whoever stores them tell it too
   * @throws DependencyUnavailableError when some are not confirmed after 3 attempts
   * @throws EventRefusedError when SQS says that an event itself is at fault
   */
  send(events: readonly UserEvent[], requestId: string): Promise<void>;
}

export interface EventQueueOptions {
  readonly sqs: Sqs;
  readonly queueUrl: string;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

export function createEventQueue({ sqs, queueUrl, sleep = setTimeout }: EventQueueOptions): EventQueue {
  return {
    async send(events, requestId) {
      const MessageAttributes = messageAttributes(requestId);
      let entries = events.map((event, index) => ({
        Id: String(index),
        MessageBody: formatMessage(event),
        MessageAttributes,
      }));
      for (let attempt = 1; ; attempt += 1) {
        const answer = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
        const refused = answer.Failed?.find(({ SenderFault }) => SenderFault);
        if (refused !== undefined) throw new EventRefusedError(refused.Code ?? 'unknown');
        const confirmed = new Set(answer.Successful?.map(({ Id }) => Id));
        entries = entries.filter(({ Id }) => !confirmed.has(Id));
        if (entries.length === 0) return;
        if (attempt === MAX_ATTEMPTS) throw notConfirmed(entries.length, answer.Failed?.[0]?.Code);
        await sleep(fullJitterMs({ baseMs: FIRST_WAIT_MS, maxMs: MAX_WAIT_MS, attempt, random: Math.random }));
      }
    },
  };
}

function notConfirmed(count: number, code = 'no answer'): DependencyUnavailableError {
  return new DependencyUnavailableError('SQSClient', { cause: new Error(`${count} events not confirmed: ${code}`) });
}
