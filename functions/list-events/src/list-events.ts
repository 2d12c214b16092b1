import type { EventReader, StoredEvent } from '@cloakroom/events';
import { parsePageQuery, type Route, requireUser } from '@cloakroom/http';

export interface ListEventsDeps {
  readonly store: Pick<EventReader, 'listOfUser'>;
}

/** Answers the user's events, newest first: `{events: [{id, source, type, data, occurredAt, receivedAt}], nextCursor?}`. */
export function listEvents({ store }: ListEventsDeps): Route {
  return {
    access: ['self', 'admin'],
    async handle(request) {
      const page = await store.listOfUser(requireUser(request), parsePageQuery(request.query));
      return { status: 200, data: { ...page, events: page.events.map(showEvent) } };
    },
  };
}

function showEvent({ user: _, ...event }: StoredEvent): Omit<StoredEvent, 'user'> {
  return event;
}
