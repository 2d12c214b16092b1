export { type ClientEvents, clientEventsSchema, receiveEvents } from './client-events.ts';
export { createEventQueue, type EventQueue } from './event-queue.ts';
export { createEventReader, type EventReader } from './event-reader.ts';
export { createEventWriter, type EventWriter } from './event-writer.ts';
export { formatMessage, parseMessage } from './queue-message.ts';
export type { UserEvent } from './user-event.ts';
