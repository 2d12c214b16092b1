export { type ClientEvents, clientEventsSchema, receiveEvents } from './client-events.ts';
export { createDeadLetters, type DeadLetters } from './dead-letters.ts';
export { createEventEraser, type EventEraser } from './event-eraser.ts';
export { createEventQueue, type EventQueue } from './event-queue.ts';
export { createEventReader, type EventReader } from './event-reader.ts';
export { createEventWriter, type EventWriter } from './event-writer.ts';
export { type ErasedAt, putUnlessErased } from './put-unless-erased.ts';
export { formatMessage, parseMessage } from './queue-message.ts';
export type { StoredEvent, UserEvent } from './user-event.ts';
