import type { EventReader, StoredEvent } from '@cloakroom/events';
import { HttpError, type HttpRequest, type Route, requireCaller } from '@cloakroom/http';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
const PARAMETERS: ReadonlySet<string> = new Set(['cursor', 'limit']);

export interface ListEventsDeps {
  readonly store: Pick<EventReader, 'listOfUser'>;
}

/** Answers the caller's events, newest first: `{events: [{id, source, type, data, occurredAt, receivedAt}], nextCursor?}`. */
export function listEvents({ store }: ListEventsDeps): Route {
  return {
    access: ['self'],
    async handle(request) {
      const { issuer, userId } = requireCaller(request);
      const page = await store.listOfUser({ issuer, sub: userId }, parsePage(request.query));
      return { status: 200, data: { ...page, events: page.events.map(showEvent) } };
    },
  };
}

/** @throws HttpError INVALID_QUERY that names the parameter */
function parsePage(query: HttpRequest['query']): { limit: number; cursor?: string } {
  const unknown = Object.keys(query).find((name) => !PARAMETERS.has(name));
  if (unknown !== undefined) throw invalid(unknown.slice(0, 100), 'is not a known parameter');
  const { limit = String(DEFAULT_LIMIT), cursor } = query;
  if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > MAX_LIMIT) {
    throw invalid('limit', `must be a number from 1 to ${MAX_LIMIT}`);
  }
  return { limit: Number(limit), ...(cursor === undefined ? {} : { cursor }) };
}

function invalid(field: string, problem: string): HttpError {
  return new HttpError('INVALID_QUERY', `${field}: ${problem}`, { field });
}

function showEvent({ user: _, ...event }: StoredEvent): Omit<StoredEvent, 'user'> {
  return event;
}
