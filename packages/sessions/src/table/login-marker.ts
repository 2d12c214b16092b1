import type { Login } from '@cloakroom/core';
import { ABSENT } from './conditions.ts';
import { formatEnded } from './session-item.ts';
import { toItem } from './table.ts';
import type { Step } from './transaction.ts';

/** The attribute of an end marker that tells of no session: its login has never had one under its own id. */
export const WITHOUT_SESSION = 'without_session';

/** Epoch seconds. */
interface MarkerTimes {
  readonly now: number;
  readonly ttl: number;
}

/** The write that keeps a login ended that has no session of its own. It fails where the login has ended already. */
export function loginEndStep(
  TableName: string,
  { user, loginId, sidHash, authTime }: Login,
  { now, ttl }: MarkerTimes,
): Step {
  const marker = formatEnded(
    {
      ...{ user, id: loginId, reason: 'replaced', endedAt: now, kind: 'bearer', authTime },
      ...(sidHash === undefined ? {} : { sidHash }),
    },
    ttl,
  );
  const Item = toItem({ ...marker, [WITHOUT_SESSION]: true });
  return { name: 'login_not_ended', write: { Put: { TableName, Item, ConditionExpression: ABSENT } } };
}
