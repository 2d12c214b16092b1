import { setTimeout } from 'node:timers/promises';
import { isObject } from '@cloakroom/core';
import { type Ask, assertStatus, describeAnswer } from './smoke-answer.ts';
import { type Step, StepFailure } from './smoke-steps.ts';

const TYPE = 'smoke.checked';
const POLL_EVERY_MS = 250;

interface EventOptions {
  readonly ask: Ask;
  /** How long an event may take from 202 to the list. */
  readonly waitSeconds: number;
}

/** Posts one event of the person who is signed in, and waits until it has come through the queue. */
export function eventSteps({ ask, waitSeconds }: EventOptions): readonly Step[] {
  let id: unknown;
  return [
    {
      name: 'an event is accepted',
      next: 'what enqueue-event has logged (scripts/logs) says it: 503 is the queue itself, 500 a right that it lacks',
      async run() {
        const answer = await ask('POST', '/users/me/events', { type: TYPE, data: {} });
        assertStatus(answer, 202);
        [id] = listIn(answer.data, 'ids');
        if (typeof id !== 'string') throw new StepFailure(`${describeAnswer(answer)} without the id of the event`);
        return id;
      },
    },
    {
      name: 'the event is listed',
      next: 'look at what store-event has logged (scripts/logs), and for dead letters (scripts/redrive … count events)',
      async run() {
        const giveUpAt = performance.now() + waitSeconds * 1000;
        for (;;) {
          const answer = await ask('GET', '/users/me/events');
          assertStatus(answer, 200);
          const events = listIn(answer.data, 'events');
          if (events.some((event) => isObject(event) && event.id === id)) return undefined;
          if (performance.now() > giveUpAt) {
            throw new StepFailure(`event ${id} was accepted, and after ${waitSeconds} s is not among ${events.length}`);
          }
          await setTimeout(POLL_EVERY_MS);
        }
      },
    },
  ];
}

function listIn(data: Readonly<Record<string, unknown>> | undefined, field: string): readonly unknown[] {
  const list = data?.[field];
  return Array.isArray(list) ? list : [];
}
