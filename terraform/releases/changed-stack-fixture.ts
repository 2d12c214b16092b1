import { expect } from '@jest/globals';
import type { Permissions } from './holders.ts';
import { narrowingsOf } from './narrowings.ts';
import { currentRecord } from './record.ts';

// biome-ignore lint/suspicious/noExplicitAny: a stack that tests change at any place
export type Anything = any;

const { most } = currentRecord().shapes;
if (most === undefined) throw new Error('there is no shape with everything');
const permissions = most;
const VERSION = '7.8.9';

/** The stack of today after a change, and what that takes away from the stack as it is. */
export function after(change: (resource: Anything) => void, before: (resource: Anything) => void = () => undefined) {
  const [earlier, today]: Anything[] = [structuredClone(permissions), structuredClone(permissions)];
  before(earlier.resource);
  before(today.resource);
  change(today.resource);
  expect(today).not.toEqual(earlier);
  return narrowingsOf({ version: VERSION, permissions: earlier as Permissions }, today as Permissions);
}

export const statements = (resource: Anything, name: string): Anything[] =>
  resource.aws_iam_role_policy[name].policy.Statement;
export const statement = (resource: Anything, name: string, sid: string): Anything => {
  const found = statements(resource, name).find(({ Sid }) => Sid === sid);
  if (found === undefined) throw new Error(`${name} has no statement ${sid}`);
  return found;
};
export const endpoint = (resource: Anything, name: string): Anything =>
  resource.aws_vpc_endpoint[name].policy.Statement[0];
export const without = (list: Anything[], ...some: Anything[]) => list.filter((one) => !some.includes(one));
export const touch = (resource: Anything) => statement(resource, 'authorizer', 'TouchSessions');
export const open = (resource: Anything) => statement(resource, 'create_session', 'ReadAndChangeSessions');
