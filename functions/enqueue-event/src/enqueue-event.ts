import type { NowMs, Telemetry } from '@cloakroom/core';
import { type ClientEvents, clientEventsSchema, type EventQueue, receiveEvents } from '@cloakroom/events';
import { type Route, requireUser } from '@cloakroom/http';

export interface EnqueueEventDeps {
  readonly queue: EventQueue;
  readonly nowMs: NowMs;
  readonly telemetry: Pick<Telemetry, 'meter'>;
}

/**
 * Takes one event of the caller, or a list of up to 10, and answers 202 with their ids in the same order, once SQS has
 * confirmed all of them. After any other answer they may be sent again with the same ids.
 */
export function enqueueEvent({ queue, nowMs, telemetry: { meter } }: EnqueueEventDeps): Route<ClientEvents> {
  return {
    access: ['self'],
    body: clientEventsSchema(nowMs),
    async handle(request) {
      const events = receiveEvents(request.body, { user: requireUser(request), nowMs });
      await queue.send(events, request.requestId);
      meter.count('EventsAccepted', {}, events.length);
      return { status: 202, data: { ids: events.map(({ id }) => id) } };
    },
  };
}
