import type { FunctionSpec } from '../function-spec.ts';
import { authorizer } from './authorizer.ts';
import { createSession } from './create-session.ts';
import { enqueueEvent } from './enqueue-event.ts';
import { health } from './health.ts';
import { listEvents } from './list-events.ts';
import { recordChanges } from './record-changes.ts';
import { refreshKeys } from './refresh-keys.ts';
import { sessionsApi } from './sessions-api.ts';
import { storeEvent } from './store-event.ts';
import { userData } from './user-data.ts';

/** Every function there is, by the name of its folder. */
export const FUNCTIONS = {
  authorizer,
  'create-session': createSession,
  'enqueue-event': enqueueEvent,
  health,
  'list-events': listEvents,
  'record-changes': recordChanges,
  'refresh-keys': refreshKeys,
  'sessions-api': sessionsApi,
  'store-event': storeEvent,
  'user-data': userData,
} as const satisfies Readonly<Record<string, FunctionSpec>>;

export type FunctionName = keyof typeof FUNCTIONS;

export const FUNCTION_NAMES = Object.keys(FUNCTIONS) as readonly FunctionName[];

/** One result for every function, by its name. */
export function forEachFunction<T>(
  create: (name: FunctionName, spec: FunctionSpec) => T,
): Readonly<Record<FunctionName, T>> {
  const entries = FUNCTION_NAMES.map((name) => [name, create(name, FUNCTIONS[name])]);
  return Object.fromEntries(entries) as Record<FunctionName, T>;
}
