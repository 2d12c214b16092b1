import type { Session, SessionData } from '../model/session.ts';
import { ABSENT } from './conditions.ts';
import { formatData, formatSession } from './session-item.ts';
import { toItem } from './table.ts';
import type { Step } from './transaction.ts';

/** The writes of a new session and of its data, if it has any. */
export function putSteps(TableName: string, session: Session, data: SessionData): Step[] {
  const Item = toItem(formatSession(session));
  const put: Step = { name: 'session', write: { Put: { TableName, Item, ConditionExpression: ABSENT } } };
  if (data.version === 0) return [put];
  return [put, { name: 'data', write: { Put: { TableName, Item: toItem(formatData(session, data)) } } }];
}
