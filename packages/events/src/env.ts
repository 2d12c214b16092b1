import type { AwsSession } from '@cloakroom/aws';
import { type EnvOf, positiveInt, text } from '@cloakroom/core';
import { createEventWriter, type EventWriter } from './event-writer.ts';
import type { EventSource } from './user-event.ts';

const DAY_SECONDS = 24 * 60 * 60;

export const eventsTableEnv = { EVENTS_TABLE: text };

/** For whoever stores events. */
export const eventWriterEnv = { ...eventsTableEnv, EVENTS_RETENTION_DAYS: positiveInt };

interface EventWriterParts {
  readonly aws: Pick<AwsSession, 'items'>;
  readonly source: EventSource;
}

export function eventWriterFrom(env: EnvOf<typeof eventWriterEnv>, { aws, source }: EventWriterParts): EventWriter {
  return createEventWriter(source, {
    items: aws.items,
    table: env.EVENTS_TABLE,
    retentionSeconds: env.EVENTS_RETENTION_DAYS * DAY_SECONDS,
  });
}
