import type { Environment } from '../../environments/environment.ts';
import type { FunctionSpec } from '../function-spec.ts';
import { authorizer } from './authorizer.ts';
import { backchannelLogout } from './backchannel-logout.ts';
import { createSession } from './create-session.ts';
import { enqueueEvent } from './enqueue-event.ts';
import { health } from './health.ts';
import { listEvents } from './list-events.ts';
import { recordChanges } from './record-changes.ts';
import { refreshKeys } from './refresh-keys.ts';
import { sessionsApi } from './sessions-api.ts';
import { storeEvent } from './store-event.ts';
import { tokenHandler } from './token-handler.ts';
import { userData } from './user-data.ts';

/** Every function there is, by the name of its folder. */
export const FUNCTIONS = {
  authorizer,
  'backchannel-logout': backchannelLogout,
  'create-session': createSession,
  'enqueue-event': enqueueEvent,
  health,
  'list-events': listEvents,
  'record-changes': recordChanges,
  'refresh-keys': refreshKeys,
  'sessions-api': sessionsApi,
  'store-event': storeEvent,
  'token-handler': tokenHandler,
  'user-data': userData,
} as const satisfies Readonly<Record<string, FunctionSpec>>;

export type FunctionName = keyof typeof FUNCTIONS;

export const FUNCTION_NAMES = Object.keys(FUNCTIONS) as readonly FunctionName[];

/** Functions that some environments have no need of. */
type Optional = 'backchannel-logout' | 'token-handler';

/** Something of each function of an environment, by its name. */
export type OfFunctions<T> = Readonly<Record<Exclude<FunctionName, Optional>, T> & Partial<Record<Optional, T>>>;

/** The functions that an environment has. */
export function functionNamesOf(environment: Environment): readonly FunctionName[] {
  return FUNCTION_NAMES.filter((name) => specOf(name).isNeeded?.(environment) ?? true);
}

/** One result for each of them, by its name. */
export function forEachFunction<T>(
  environment: Environment,
  create: (name: FunctionName, spec: FunctionSpec) => T,
): OfFunctions<T> {
  const entries = functionNamesOf(environment).map((name) => [name, create(name, specOf(name))]);
  return Object.fromEntries(entries) as OfFunctions<T>;
}

function specOf(name: FunctionName): FunctionSpec {
  return FUNCTIONS[name];
}

/** What there is of a function. @throws Error when the environment does not have it */
export function ofFunction<T>(all: OfFunctions<T>, name: FunctionName): T {
  const found = all[name];
  if (found === undefined) throw new Error(`the environment has no function ${name}`);
  return found;
}
