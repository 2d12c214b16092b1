import type { EventReader, StoredEvent } from '@cloakroom/events';
import { parsePageQuery, type Route, requireUser, showUser } from '@cloakroom/http';

export interface ListEventsDeps {
  readonly store: Pick<EventReader, 'listOfUser'>;
}

/**
 * Answers the user's events, newest first:
 * `{userId, userKey, events: [{id, source, type, data, occurredAt, receivedAt}], nextCursor?}`.
 */
export function listEvents({ store }: ListEventsDeps): Route {
  return {
    access: ['self', 'admin', 'service:users'],
    async handle(request) {
      const user = requireUser(request);
      const page = await store.listOfUser(user, parsePageQuery(request.query));
      return { status: 200, data: { ...showUser(user, request), ...page, events: page.events.map(showEvent) } };
    },
  };
}

function showEvent({ user: _, ...event }: StoredEvent): Omit<StoredEvent, 'user'> {
  return event;
}
