export { type ClientEvents, clientEventsSchema, receiveEvents } from './client-events.ts';
export { createDeadLetters, type DeadLetters } from './dead-letters.ts';
export { eventsTableEnv, eventWriterEnv, eventWriterFrom } from './env.ts';
export { createEventEraser, type EventEraser } from './event-eraser.ts';
export { createEventQueue, type EventQueue } from './event-queue.ts';
export { createEventReader, type EventReader } from './event-reader.ts';
export { createEventWriter, type ErasedAt, type EventWriter, putUnlessErased } from './event-writer.ts';
export { formatMessage, parseMessage, requestIdOfMessage } from './queue-message.ts';
export type { StoredEvent, UserEvent } from './user-event.ts';
