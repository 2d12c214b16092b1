import { DeleteItemCommand, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type CloakroomError, jsonText, type Login, userKey } from '@cloakroom/core';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createFollowUps } from './index.ts';
import { isActive, isTouchDue } from './model/lifetime.ts';
import type { TicketRequest } from './model/new-ticket.ts';
import { burnsAtCreation, createBearer } from './model-bearer-fixture.ts';
import { LIMITS, Model, type ModelLifetime, type ModelLogin, TIMES } from './model-fixture.ts';
import { openTicket as openedTicket } from './model-ticket-fixture.ts';
import { followUp, signInAtApp, signOutAtApp } from './model-web-fixture.ts';
import { aLogin, aRequest, type Fixture, type Interceptor, newUser, START, storeFixture } from './store-fixture.ts';
import { NOT_IDLE } from './table/conditions.ts';
import { toItem } from './table/table.ts';
import { aWebSession, endByApp, webStateOf } from './web-session-fixture.ts';

/** `who` is a login, or the last record, ticket or web session when it is one, two or three more than there are logins. */
type Operation =
  | { readonly do: 'create' | 'revoke' | 'revokeOthers' | 'signInAtApp'; readonly who: number }
  | { readonly do: 'authorize'; readonly who: number; readonly touch: keyof typeof TOUCHES }
  | { readonly do: 'openTicket'; readonly who: number; readonly replaces: boolean }
  | LifetimeOperation
  | DataOperation
  | { readonly do: 'revokeAll' | 'list' | 'record' | 'collect' | 'signOutAtApp' | 'followUp' }
  | { readonly do: 'wait'; readonly seconds: number };

interface DataOperation {
  readonly do: 'replaceData';
  readonly who: number;
  readonly isStale: boolean;
}

interface LifetimeOperation {
  readonly do: 'setLifetime';
  readonly who: number;
  readonly idle?: number | undefined;
  /** From now on, in seconds. */
  readonly absoluteIn?: number | undefined;
}

/** What becomes of the write that notes a use. */
const TOUCHES = {
  works: (goOn) => goOn(),
  fails: () => Promise.reject(new InjectedError()),
  'is done, and not answered': (goOn) => goOn().then(() => Promise.reject(new InjectedError())),
} as const satisfies Readonly<Record<string, (goOn: () => Promise<unknown>) => Promise<unknown>>>;

const TOUCH_OUTCOMES = Object.keys(TOUCHES) as (keyof typeof TOUCHES)[];

/** What happens to the writes of an operation: other transactions are in the way, or the first is lost, or its answer is. */
type Mishap = 'none' | 'lost races' | 'failed write' | 'lost answer';

const IDLE = {
  bearerIdleSeconds: TIMES.idle,
  ticketIdleSeconds: TIMES.ticketIdle,
  touchIntervalSeconds: TIMES.interval,
};
const LIFETIMES = { idle: IDLE, loginMaxLifetimeSeconds: TIMES.loginMax };
const POLICY = {
  bootstrap: 'on',
  maxSessionsPerUser: LIMITS.sessions,
  maxCreationsPerHour: LIMITS.creations,
  bootstrapMaxAuthAgeSeconds: TIMES.fresh,
  absoluteSeconds: TIMES.absolute,
} as const;
const LOGIN_COUNT = 4;
/** The first two sign-ins are clients of one session at the provider, the third is of another, and the last is not known by one. */
const SIDS: readonly (string | undefined)[] = ['one', 'one', 'two', undefined];

/** One user in the real store. */
class Real {
  readonly fixture: Fixture;
  readonly user = newUser();
  readonly logins = new Map<number, Login>();
  record = 'AAAAAAAAAAAAAAAAAAAAAA';
  ticket = 'BBBBBBBBBBBBBBBBBBBBBA';
  web = 'CCCCCCCCCCCCCCCCCCCCCA';
  /** The names of the items of all web sessions, by id. */
  readonly webHashes = new Map<string, string>();
  /** The one that the last code exchange was to replace. */
  replaced = '';

  constructor(fixture: Fixture) {
    this.fixture = fixture;
    fixture.state.nowSeconds = START;
  }

  idOf(who: number): string {
    if (who > LOGIN_COUNT + 1) return this.web;
    if (who > LOGIN_COUNT) return this.ticket;
    return who === LOGIN_COUNT ? this.record : this.login(who).loginId;
  }

  /** A sign-in of the moment in which it is first spoken of. */
  login(who: number): Login {
    const spokenOf = this.logins.get(who);
    if (spokenOf !== undefined) return spokenOf;
    const sid = SIDS[who];
    const known = sid === undefined ? {} : ({ claim: 'sid', sidHash: sid } as const);
    const login = aLogin({ user: this.user, authTime: this.fixture.state.nowSeconds, ...known });
    this.logins.set(who, login);
    return login;
  }
}

/** Does one thing to the model and to the store, and wants the same of both. */
class Command implements fc.AsyncCommand<Model, Real> {
  private readonly operation: Operation;
  private readonly mishap: Mishap;

  constructor(operation: Operation, mishap: Mishap) {
    this.operation = operation;
    this.mishap = mishap;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const { state } = real.fixture;
    model.now += 1; // each in a second of its own, so that "the oldest" is one
    state.nowSeconds = model.now;
    const trap = mishaps[this.mishap](PATIENT.has(this.operation.do) ? 3 : 1);
    state.intercept = trap.intercept;
    const outcome = await carriedOut(this.operation, model, real);
    state.intercept = undefined;
    model.isRaced = this.mishap === 'lost races' && this.operation.do === 'revoke';
    const isDone = !(trap.hit() && this.mishap === 'failed write');
    const expected = isDone ? modelled(this.operation, model, real, trap.hit()) : '';
    expect(outcome).toBe(trap.hit() ? 'INJECTED' : expected);
  }

  toString(): string {
    return JSON.stringify([this.operation, this.mishap]);
  }
}

async function carriedOut(operation: Operation, model: Model, real: Real): Promise<string> {
  try {
    return await doReal(operation, model, real);
  } catch (error) {
    const { code } = error as CloakroomError;
    if (code === undefined) throw error;
    return code;
  }
}

async function doReal(operation: Operation, model: Model, real: Real): Promise<string> {
  const { store, state } = real.fixture;
  const { user } = real;
  switch (operation.do) {
    case 'create': {
      const policy = { ...POLICY, sessionLimitPolicy: model.denies ? 'deny' : 'evict-oldest' } as const;
      return (await store.create({ ...aRequest({}, policy), login: real.login(operation.who) })).outcome;
    }
    case 'openTicket':
      return openTicket(operation, model, real);
    case 'authorize':
      return authorize(real, real.idOf(operation.who), operation.touch);
    case 'setLifetime': {
      const { idle, absolute } = lifetimeOf(operation, model);
      const lifetime = { idleSeconds: idle, absoluteExpiresAt: absolute };
      await store.setLifetime({ user, id: real.idOf(operation.who), ...lifetime });
      return 'changed';
    }
    case 'replaceData': {
      const version = versionFor(operation, model, real);
      await store.replaceData({ user, id: real.idOf(operation.who), version, value: jsonText({}) });
      return 'replaced';
    }
    case 'revoke':
      return store.revoke({ user, id: real.idOf(operation.who) });
    case 'revokeOthers':
      return String(await store.revokeAll({ user, except: real.idOf(operation.who) }));
    case 'revokeAll':
      return String(await store.revokeAll({ user }));
    case 'list': {
      const { sessions } = await store.list(user);
      return sessions
        .map(({ id }) => id)
        .toSorted()
        .join();
    }
    case 'record': {
      const client = { client: { ip: '', userAgent: '' }, clientId: 'batch' };
      const { session } = await store.createRecord({ user, ...client, data: jsonText({}), policy: POLICY });
      real.record = session.id;
      return 'recorded';
    }
    case 'signInAtApp':
      return signIn(operation, model, real);
    case 'signOutAtApp':
      return signOut(real);
    case 'followUp':
      return followedUp(real);
    case 'collect':
      return collect(real, model.now);
    case 'wait':
      state.nowSeconds += operation.seconds;
      return 'waited';
  }
}

/** Also where the answer that tells it was lost. */
async function newTicketIn({ fixture, user }: Real, model: Model): Promise<string | undefined> {
  const { sessions } = await fixture.store.getUser(user);
  return sessions.find(({ id, kind }) => kind === 'ticket' && !model.sessions.has(id))?.id;
}

/** By a code exchange of a provider session that is as old as the login of the same number. */
async function openTicket(
  { who, replaces }: Operation & { do: 'openTicket' },
  model: Model,
  real: Real,
): Promise<string> {
  const { store, state } = real.fixture;
  const { user, authTime, sidHash, clientId } = real.login(who);
  const at = { authTime, issuedAt: state.nowSeconds, receivedAt: state.nowSeconds };
  real.replaced = replaces ? real.ticket : '';
  const request: TicketRequest = {
    exchange: {
      user,
      clientId,
      ...at,
      isSilent: true,
      scope: '',
      groups: [],
      ...(sidHash === undefined ? {} : { sidHash }),
    },
    client: { ip: '', userAgent: '' },
    replaces: replaces ? { user, id: real.ticket } : undefined,
    policy: { ...POLICY, sessionLimitPolicy: model.denies ? 'deny' : 'evict-oldest' },
    recheckSeconds: 24 * 3600,
  };
  try {
    const opened = await store.openTicket(request);
    return opened.verdict === 'leave_first' ? opened.why : `open ${opened.session.id}`;
  } finally {
    real.ticket = (await newTicketIn(real, model)) ?? real.ticket;
  }
}

/** As a web app does it: by what it reads of the user. */
async function signIn({ who }: { readonly who: number }, model: Model, real: Real): Promise<string> {
  const { fixture, user } = real;
  const { store, state } = fixture;
  const { sidHash } = real.login(who);
  if (sidHash !== undefined && (await store.isBurnt(user, sidHash))) return 'LOGIN_ENDED';
  const { sessions } = await store.getUser(user);
  const active = sessions.filter((each) => each.kind !== 'record' && isActive(each, state.nowSeconds));
  const isFull = active.length >= LIMITS.sessions;
  if (isFull && model.denies) return 'SESSION_LIMIT';
  const evicts = isFull ? active.toSorted((a, b) => a.createdAt - b.createdAt).slice(0, 1) : [];
  const lifetime = { idleSeconds: TIMES.webIdle + TIMES.interval, absoluteSeconds: TIMES.absolute };
  const { id, hash } = await aWebSession(fixture, { user, sidHash, evicts, ...lifetime });
  real.web = id;
  real.webHashes.set(id, hash);
  return `open ${id}`;
}

async function signOut({ fixture, user, web, webHashes }: Real): Promise<string> {
  const session = await fixture.store.get(user, web);
  if (session === undefined || !isActive(session, fixture.state.nowSeconds)) return 'over';
  await endByApp(fixture, { user, id: web, webHash: webHashes.get(web) }, 'logout');
  return 'out';
}

/** What the stream of the table tells is done for all at once, and once more. */
async function followedUp({ fixture, user }: Real): Promise<string> {
  const followUps = createFollowUps({ ...fixture.table, remainingMs: () => Number.POSITIVE_INFINITY });
  const { sessions } = await fixture.store.getUser(user);
  for (const session of [...sessions, ...sessions]) {
    const { endedByApp: end } = session;
    await (end === undefined ? followUps.adopt(session) : followUps.finish({ ...session, end }));
  }
  return 'followed up';
}

/** As the authorizer does it: whatever becomes of the touch changes no decision. */
async function authorize({ fixture, user }: Real, id: string, touch: keyof typeof TOUCHES): Promise<string> {
  const { store, state } = fixture;
  const session = await store.get(user, id);
  if (session === undefined || !isActive(session, state.nowSeconds)) return 'denied';
  if (session.kind !== 'record' && session.kind !== 'web' && isTouchDue(session, state.nowSeconds, IDLE)) {
    state.intercept = (_, goOn) => TOUCHES[touch](goOn);
    await store.touch(session).catch((error: unknown) => {
      if (!(error instanceof InjectedError)) throw error;
    });
  }
  return 'allowed';
}

/** What DynamoDB does some day. */
async function collect({ fixture: { items, real, name }, user }: Real, now: number): Promise<string> {
  const old = Object.values(await items(user)).filter(({ ttl }) => typeof ttl === 'number' && ttl <= now);
  for (const { item } of old) {
    await real.send(new DeleteItemCommand({ TableName: name, Key: toItem({ user_key: userKey(user), item }) }));
  }
  return 'collected';
}

function modelled(operation: Operation, model: Model, real: Real, isFirstWriteAlone: boolean): string {
  switch (operation.do) {
    case 'create':
      return created(model, loginOf(operation, real), isFirstWriteAlone);
    case 'openTicket': {
      const { auth, sid } = loginOf(operation, real);
      return openedTicket(model, { id: real.ticket, auth, sid }, real.replaced);
    }
    case 'authorize':
      return model.authorize(real.idOf(operation.who), operation.touch !== 'fails');
    case 'setLifetime':
      return model.setLifetime(real.idOf(operation.who), lifetimeOf(operation, model));
    case 'replaceData':
      return replacedData(operation, model, real, isFirstWriteAlone);
    case 'revoke': {
      const id = real.idOf(operation.who);
      return isFirstWriteAlone ? model.beginRevocation(id) : model.revoke(id);
    }
    case 'revokeOthers':
      return isFirstWriteAlone
        ? model.raiseWatermark(real.idOf(operation.who))
        : model.revokeAll(real.idOf(operation.who));
    case 'revokeAll':
      return isFirstWriteAlone ? model.raiseWatermark() : model.revokeAll();
    case 'list':
      return model.list();
    case 'record':
      model.record(real.record);
      return 'recorded';
    case 'signInAtApp':
      return signInAtApp(model, { id: real.web, sid: loginOf(operation, real).sid });
    case 'signOutAtApp':
      return signOutAtApp(model, real.web);
    case 'followUp':
      return followUp(model);
    case 'collect':
      model.collect();
      return 'collected';
    case 'wait':
      model.now += operation.seconds;
      return 'waited';
  }
}

/** A refusal by the watermark is written down before it is told. */
function created(model: Model, login: ModelLogin, isFirstWriteAlone: boolean): string {
  if (!isFirstWriteAlone || !burnsAtCreation(model, login)) return createBearer(model, login);
  model.burn({ kind: 'bearer', ...login });
  return 'burnt';
}

function loginOf({ who }: { readonly who: number }, real: Real): ModelLogin {
  const { loginId: id, authTime: auth, sidHash: sid } = real.login(who);
  return { id, auth, sid };
}

/** A change of a record's data is written after its use. */
function replacedData(operation: DataOperation, model: Model, real: Real, isFirstWriteAlone: boolean): string {
  const id = real.idOf(operation.who);
  const session = model.sessions.get(id);
  if (isFirstWriteAlone && session?.kind === 'record' && model.isActive(id)) {
    model.use(session);
    return 'used';
  }
  return model.replaceData(id, versionFor(operation, model, real));
}

function lifetimeOf({ idle, absoluteIn }: LifetimeOperation, { now }: Model): ModelLifetime {
  return { idle, absolute: absoluteIn === undefined ? undefined : now + absoluteIn };
}

function versionFor({ who, isStale }: DataOperation, model: Model, real: Real): number {
  return (model.sessions.get(real.idOf(who))?.data ?? 0) + (isStale ? 1 : 0);
}

interface Trap {
  readonly intercept: Interceptor | undefined;
  /** Whether it has changed what the operation answers. */
  readonly hit: () => boolean;
}

class InjectedError extends Error {
  readonly code = 'INJECTED';
}

/** Does something to so many writes, but not to a touch: see {@link TOUCHES}. */
function trapping(times: number, spring: (goOn: () => Promise<unknown>, steps: number) => Promise<unknown>): Trap {
  let [trapped, isHit] = [0, false];
  const intercept: Interceptor = async (command, goOn) => {
    const input = command.input as { TransactItems?: readonly object[]; ConditionExpression?: string };
    const isTouch = input.ConditionExpression === NOT_IDLE;
    const isWrite = /TransactWrite|Update/.test(command.constructor.name) && !isTouch;
    if (!isWrite || trapped === times) return goOn();
    trapped += 1;
    await spring(goOn, input.TransactItems?.length ?? 0);
    isHit = true;
    throw new InjectedError();
  };
  return { intercept, hit: () => isHit };
}

/** Those that outlast others; everybody else gives way after the second race. */
const PATIENT: ReadonlySet<Operation['do']> = new Set(['create', 'openTicket', 'revoke', 'revokeAll', 'revokeOthers']);

const mishaps: Readonly<Record<Mishap, (races: number) => Trap>> = {
  none: () => ({ intercept: undefined, hit: () => false }),
  'lost races': (races) =>
    trapping(races, async (_, steps) => {
      if (steps === 0) throw Object.assign(new Error('conflict'), { name: 'TransactionConflictException' });
      const CancellationReasons = Array.from({ length: steps }, () => ({ Code: 'TransactionConflict' }));
      throw new TransactionCanceledException({ message: 'conflict', $metadata: {}, CancellationReasons });
    }),
  'failed write': () => trapping(1, async () => {}),
  // A refusal is an answer too, and arrives: what is lost is that it was done.
  'lost answer': () => trapping(1, (goOn) => goOn()),
};

const who = fc.nat({ max: LOGIN_COUNT - 1 });
const any = fc.nat({ max: LOGIN_COUNT + 2 });
const always = <T extends string>(what: T) => fc.constant(what);
const mishap = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Mishap>('none') },
  { weight: 2, arbitrary: fc.constantFrom<Mishap>('lost races', 'failed write', 'lost answer') },
);
const quiet = (operation: fc.Arbitrary<Operation>) => operation.map((each) => new Command(each, 'none'));
const risky = (operation: fc.Arbitrary<Operation>) =>
  fc.tuple(operation, mishap).map(([each, what]) => new Command(each, what));

const create = risky(fc.record({ do: always('create'), who }));
const commands = [
  create,
  create, // they are what all the others need
  create,
  risky(fc.record({ do: always('openTicket'), who, replaces: fc.boolean() })),
  risky(fc.record({ do: always('openTicket'), who, replaces: fc.boolean() })),
  quiet(fc.record({ do: always('signInAtApp'), who })),
  quiet(fc.record({ do: always('signInAtApp'), who })),
  quiet(fc.constantFrom<Operation>({ do: 'signOutAtApp' }, { do: 'followUp' })),
  quiet(fc.record({ do: always('authorize'), who: any, touch: fc.constantFrom(...TOUCH_OUTCOMES) })),
  risky(
    fc.record({
      do: always('setLifetime'),
      who: any,
      idle: fc.constantFrom(undefined, 61, 300, 1200),
      absoluteIn: fc.constantFrom(undefined, undefined, -1, 700, 6000),
    }),
  ),
  risky(fc.record({ do: always('revoke'), who: any })),
  risky(fc.record({ do: always('replaceData'), who: any, isStale: fc.boolean() })),
  risky(fc.constantFrom<Operation>({ do: 'revokeAll' })),
  risky(fc.record({ do: always('revokeOthers'), who: any })),
  quiet(fc.constantFrom<Operation>({ do: 'list' }, { do: 'record' }, { do: 'collect' })),
  quiet(fc.record({ do: always('wait'), seconds: fc.constantFrom(3, 59, 290, 659, 1600, 4000) })),
];

/** What is in the table, as the model has it. */
async function expectTheSame(model: Model, { fixture, user, webHashes }: Real): Promise<void> {
  const found: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(await fixture.items(user))) {
    found[key] = told(key, item);
  }
  const expected: Record<string, unknown> = {};
  for (const [id, { reason, isBurnt }] of model.ended) expected[`ENDED#${id}`] = [reason, isBurnt];
  for (const [sid, ttl] of model.burnt) expected[`BURNT#${sid}`] = ttl;
  for (const [id, { data, version }] of model.sessions) {
    expected[`SESSION#${id}`] = version;
    if (data > 0) expected[`DATA#${id}`] = data;
  }
  if (found.USER !== undefined) expected.USER = [model.notBefore, model.reauthAfter];
  for (const [id, hash] of webHashes) found[`WEB of ${id}`] = await webStateOf(fixture, hash);
  for (const [id, state] of model.web) expected[`WEB of ${id}`] = state;
  expect(found).toEqual(expected);
}

function told(key: string, item: Readonly<Record<string, unknown>>): unknown {
  if (key.startsWith('ENDED#')) return [item.reason, 'burnt_at' in item];
  if (key.startsWith('BURNT#')) return item.ttl;
  if (key === 'USER') return [item.not_before ?? 0, item.reauth_after ?? 0];
  // An app writes none.
  return 'web_hash' in item ? 1 : item.version;
}

const LANES = 8;
const RUNS = 2000;

it('does what the rules say in 2,000 histories, whatever happens in whatever order', async () => {
  const histories = fc.tuple(fc.boolean(), fc.commands(commands, { maxCommands: 10 }));
  const lane = async () => {
    const fixture = await storeFixture(LIFETIMES);
    fixture.state.sleep = async () => {};
    const property = fc.asyncProperty(histories, async ([denies, history]) => {
      const [model, real] = [new Model(START, denies), new Real(fixture)];
      await fc.asyncModelRun(() => ({ model, real }), history);
      await expectTheSame(model, real);
    });
    await fc.assert(property, { numRuns: RUNS / LANES });
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}, 900_000);
