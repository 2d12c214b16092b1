import type {
  QueryCommandInput,
  ScanCommandInput,
  TransactWriteItemsCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { beforeAll, expect, it } from '@jest/globals';
import { addressOf, aRecord, aSession, newUser, type SentCommand, storeFixture } from '../store-fixture.ts';
import { DATA_ATTRIBUTES, ENDED_ATTRIBUTES, SESSION_ATTRIBUTES, USER_ATTRIBUTES } from '../table/session-item.ts';
import { WEB_ENTRY } from '../table/web-entry.ts';
import { ownerOf, webUserOf } from '../web-fixture.ts';
import { WEB_ATTRIBUTES, WEB_CHANGE_ATTRIBUTES, WEB_USER_ATTRIBUTES, WEB_WRITE_ATTRIBUTES } from './attributes.ts';

/* What IAM compares: the top-level attributes that a request names in its key, its expressions and its projection. */

type Input = Partial<UpdateItemCommandInput & QueryCommandInput & ScanCommandInput & TransactWriteItemsCommandInput>;

const NO_ATTRIBUTE = /^(?::.*|SET|REMOVE|AND|OR|BETWEEN|attribute_exists|attribute_not_exists|if_not_exists|\d+)$/;

function attributesOf(request: Input): string[] {
  const expressions = [
    request.KeyConditionExpression,
    request.ConditionExpression,
    request.FilterExpression,
    request.ProjectionExpression,
    request.UpdateExpression,
  ];
  const paths = expressions.flatMap((expression) => expression?.match(/[:#]?\w+(?:\.#?\w+)*/g) ?? []);
  const named = paths
    .map((path) => path.split('.')[0] ?? '')
    .filter((name) => !NO_ATTRIBUTE.test(name))
    .map((name) => request.ExpressionAttributeNames?.[name] ?? name);
  return [...Object.keys(request.Key ?? {}), ...named];
}

const keyOf = ({ Key, ExpressionAttributeValues: values }: Input) => (Key?.user_key ?? values?.[':user_key'])?.S ?? '';

/** The lists by what a request does, as the policy of an app has them. */
function listOf(command: SentCommand): string {
  const name = command.constructor.name;
  const partition = keyOf(command.input as Input).split('#')[0];
  if (name === 'UpdateItemCommand') return partition === 'WEB' ? 'write' : 'change';
  if (name === 'TransactWriteItemsCommand') return 'change';
  if (name === 'QueryCommand') return partition === 'U' ? 'user' : name;
  return ['GetItemCommand', 'ScanCommand'].includes(name) ? 'read' : name;
}

function requestsIn({ input }: SentCommand): readonly Input[] {
  const { TransactItems } = input as Input;
  if (TransactItems === undefined) return [input as Input];
  return TransactItems.map(({ Update, ConditionCheck }) => (Update ?? ConditionCheck) as Input);
}

let sent: readonly SentCommand[];

/** All that web sessions do, and each write that depends on what was met. */
beforeAll(async () => {
  const fixture = await storeFixture();
  const { sessions, make, makeOwned, change } = webUserOf(fixture);
  const user = newUser();
  const owner = ownerOf(user, 'one');
  const { sid, session } = await make({ a: 1 });
  const adopted = await sessions.set(change(sid, session, { a: 2, b: 1 }, { owner }));
  if (adopted.outcome !== 'saved') throw new Error('ended');
  fixture.state.nowSeconds += 60;
  await sessions.touch(change(sid, adopted.session, {}, { owner, cookie: 'other' }));
  await sessions.touch(change(sid, adopted.session, {}, { owner, expiresAtMs: fixture.table.nowMs() + 1000 }));
  await sessions.set(
    change(sid, adopted.session, { a: 3 }, { owner, cookie: 'short', expiresAtMs: fixture.table.nowMs() + 9000 }),
  );
  for (let count = 0; count < 4; count += 1) await make({}, { owner });
  const out = await makeOwned();
  await sessions.set(change(out.sid, out.session, {}));
  await sessions.end(out.sid, 'logout');
  const both = await makeOwned();
  await sessions.end(both.sid, 'logout');
  const gone = await makeOwned();
  await fixture.remove(gone.user, `SESSION#${gone.session.owned?.id}`);
  fixture.state.nowSeconds += 60;
  await sessions.touch(change(gone.sid, gone.session, {}));
  for await (const page of sessions.pages()) await Promise.all(page.map((each) => sessions.endScanned(each)));
  ({ sent } = fixture);
});

it.each([
  ['read', WEB_ATTRIBUTES],
  ['write', WEB_WRITE_ATTRIBUTES],
  ['change', WEB_CHANGE_ATTRIBUTES],
  ['user', WEB_USER_ATTRIBUTES],
])('the list to %s holds what requests name, and nothing more', (list, attributes) => {
  const requests = sent.filter((command) => listOf(command) === list).flatMap(requestsIn);
  expect([...new Set(requests.flatMap(attributesOf))].toSorted()).toEqual([...attributes].toSorted());
});

it('what an app changes is in no item of the house but a version, and the mark that a session makes room', async () => {
  const fixture = await storeFixture();
  const { user } = await aSession(fixture);
  await aRecord(fixture, user);
  const { id } = await aSession(fixture, user);
  await fixture.store.revoke(addressOf({ user, id }));
  const kept = Object.values(await fixture.items(user)).flatMap((item) => Object.keys(item));
  const read = [SESSION_ATTRIBUTES, ENDED_ATTRIBUTES, USER_ATTRIBUTES, DATA_ATTRIBUTES].flat();
  const named = new Set([...kept, ...read.filter((name) => !WEB_ENTRY.includes(name))]);
  const shared = WEB_CHANGE_ATTRIBUTES.filter((name) => named.has(name));
  expect(shared).toEqual(['user_key', 'item', 'web_ended_as', 'web_ended_at', 'version']);
});

it('there is no other kind of request: nothing is put, and nothing deleted', () => {
  expect([...new Set(sent.map(listOf))].toSorted()).toEqual(['change', 'read', 'user', 'write']);
});

it("only a session's own item answers with what it was", () => {
  const answering = sent.filter(({ input }) => (input as Input).ReturnValues === 'UPDATED_OLD');
  expect(answering.length).toBeGreaterThan(0);
  expect(answering.map(listOf).filter((list) => list !== 'write')).toEqual([]);
  const others = sent.filter(
    (command) => command.constructor.name === 'UpdateItemCommand' && !answering.includes(command),
  );
  expect(new Set(others.map(({ input }) => (input as Input).ReturnValues))).toEqual(new Set(['NONE']));
  expect(JSON.stringify(sent.map(({ input }) => input))).not.toContain('ReturnValuesOnConditionCheckFailure');
});
