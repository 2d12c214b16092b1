import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { OidcClient, Refreshed } from '@cloakroom/auth/oidc';
import { ProviderError } from '@cloakroom/auth/oidc';
import { CloakroomError, epochSeconds, userKey } from '@cloakroom/core';
import type { HttpRequest } from '@cloakroom/http';
import {
  createSessionStore,
  createTicketStore,
  createTokenStore,
  formatTicket,
  isActive,
  isRecheckDue,
  isUnconfirmed,
  matchTicket,
  parseTicket,
  rotate,
  type Session,
  SessionEndedError,
  type TicketCookie,
  type TicketMatch,
} from '@cloakroom/sessions';
import {
  aPolicy,
  createTestTable,
  type Interception,
  interceptedDynamoDb,
  newUser,
  recordTelemetry,
  STORE_RULES,
  testDynamoDb,
  testKms,
} from '@cloakroom/testing';
import type { SignInPlace, TokenHandlerDeps } from './deps.ts';
import { refresh } from './refresh.ts';
import { createReport } from './report.ts';

/** For proofs: refreshes as they are, at a table whose requests a test holds in its hands, and a provider in memory. */

export type Rotation = SignInPlace['client']['refreshRotation'];
const START_MS = 1_790_000_000_000;
const COOKIE = '__Host-cloakroom';
const INVOCATION_MS = 28_000;
const WAIT_MS = 250;
/** Short, so that histories of few steps come to its end. */
export const GRACE_SECONDS = 600;
/** Nobody is out for not having used the session: that is another proof's. */
const IDLE = { ...STORE_RULES.idle, ticketIdleSeconds: 20 * 86_400 };

/** What the provider does with a refresh. `loses`: it is done, and not answered. */
export type Mood = 'answers' | 'is down' | 'loses its answer' | 'has ended it';

/** What became of a request. `dead`: nobody will ever know. */
export type Outcome = 'in' | 'refused' | 'died' | string;

export class Died extends Error {}

/** One that answers as configured, and keeps what it was asked. The n-th refresh token of a session is `<session>/<n>`. */
class Provider {
  mood: Mood = 'answers';
  rotation: Rotation = 'none';
  expiresIn: number | undefined;
  /** In which turn it is asked. */
  turn: <T>(action: () => Promise<T>) => Promise<T> = (action) => action();
  readonly asked: string[] = [];
  /** Of these, what it has not refused for being down. */
  readonly used: string[] = [];
  hasEnded = false;
  private newest = 0;

  async refresh(token: string): Promise<Refreshed> {
    return this.turn(async () => {
      this.asked.push(token);
      const mood = this.mood;
      if (mood === 'is down') throw failed('unavailable', { isSpent: false });
      this.used.push(token);
      this.hasEnded ||= mood === 'has ended it' || !this.isGood(token);
      if (this.hasEnded) throw failed('ended', { isSpent: false });
      if (this.rotation !== 'none') this.newest += 1;
      if (mood === 'loses its answer') throw failed('unavailable', { isSpent: true });
      return {
        refreshToken: `token/${this.newest}`,
        ...(this.expiresIn === undefined ? {} : { refreshExpiresInSeconds: this.expiresIn }),
      };
    });
  }

  private isGood(token: string): boolean {
    const age = this.newest - Number(token.slice('token/'.length));
    return age === 0 || (this.rotation === 'grace' && age >= 0);
  }
}

function failed(failure: 'unavailable' | 'ended', { isSpent }: { readonly isSpent: boolean }): ProviderError {
  return new ProviderError(failure, { issuer: 'main', reason: failure, isSpent });
}

type Clock = Interception & { nowMs: number; sleep: () => Promise<unknown>; kmsFails: boolean };

/** Nothing happens to what is sent, and waiting lets time pass. */
export function calm(): Clock {
  return {
    nowMs: START_MS,
    kmsFails: false,
    intercept: undefined,
    holdTransaction: async (end) => end(),
    // Always as long, so that a history can be played again.
    async sleep() {
      this.nowMs += WAIT_MS;
    },
  };
}

export type RefreshWorld = Awaited<ReturnType<typeof refreshWorld>>;

export async function refreshWorld() {
  const real = testDynamoDb();
  const table = await createTestTable(real, 'sessions');
  const clock = calm();
  let provider = new Provider();
  const nowMs = () => clock.nowMs;
  const now = () => epochSeconds(clock.nowMs);
  const { dynamodb } = interceptedDynamoDb(real, clock);
  const races = { sleep: async () => void (await clock.sleep()), random: () => 1 };
  const options = { ...STORE_RULES, idle: IDLE, dynamodb, table, nowMs, races };
  const sessions = { ...createSessionStore(options), ...createTicketStore(options) };
  const atRest = createSessionStore({ ...options, dynamodb: real });
  const tokens = createTokenStore({ dynamodb, table, nowMs, kms: failingKms(clock), keyId: 'key' });
  const telemetry = recordTelemetry();
  const report = createReport(telemetry);

  /** What a refresh needs of its function, at a provider that is the world's. */
  function depsOf(): TokenHandlerDeps {
    const startedMs = clock.nowMs;
    const { rotation: refreshRotation } = provider;
    const client = { refreshRotation, recheckGraceSeconds: GRACE_SECONDS, claims: [], logoutHint: 'none' };
    const oidc: Pick<OidcClient, 'refresh'> = { refresh: (token) => provider.refresh(token) };
    return {
      places: new Map([['local', { client, oidc } as unknown as SignInPlace]]),
      sessions,
      tokens,
      cookie: { name: COOKIE, sameSite: 'Lax', isSecure: true, isPersistent: false },
      nowMs,
      remainingMs: () => startedMs + INVOCATION_MS - clock.nowMs,
      sleep: () => clock.sleep(),
      telemetry,
    } as unknown as TokenHandlerDeps;
  }

  return {
    clock,
    sessions,
    now,
    get provider() {
      return provider;
    },

    /** A ticket of somebody who has just signed in, at a provider of its own. */
    async open(rotation: Rotation, expiresIn?: number): Promise<TicketCookie> {
      provider = Object.assign(new Provider(), { rotation, expiresIn });
      const times = { authTime: now() - 1, issuedAt: now(), receivedAt: now() };
      const opened = await sessions.openTicket({
        exchange: { user: newUser('local'), clientId: 'web', ...times, isSilent: false, scope: '', groups: [] },
        client: { ip: '', userAgent: '' },
        policy: aPolicy(),
        recheckSeconds: Math.min(3600, Math.floor((expiresIn ?? 7200) / 2)),
        sealTokens: (address) => tokens.seal(address, { refreshToken: 'token/0' }),
      });
      if (opened.verdict !== 'open') throw new Error('the exchange opens nothing');
      return opened.cookie;
    },

    /** Replaces the secret, as a refresh of so long ago did. Returns the new one, which `hasArrived` now or not yet. */
    async replaceSecret(cookie: TicketCookie, { agoSeconds, hasArrived }: Replacement): Promise<TicketCookie> {
      const { cookie: next, secretHash, rotation } = rotate(cookie, now() - agoSeconds);
      const UpdateExpression =
        'SET secret_hash = :secret, previous_secret_hash = :previous, rotation_nonce = :nonce, renewed_at = :renewed, confirmed_at = :confirmed';
      const Key = { user_key: { S: userKey(cookie.user) }, item: { S: `SESSION#${cookie.id}` } };
      const ExpressionAttributeValues = {
        ':secret': { S: secretHash },
        ':previous': { S: rotation.previousHash },
        ':nonce': { S: rotation.nonce },
        ':renewed': { N: String(now() - agoSeconds) },
        ':confirmed': { N: String(hasArrived ? now() : agoSeconds - now()) },
      };
      await real.send(new UpdateItemCommand({ TableName: table, Key, UpdateExpression, ExpressionAttributeValues }));
      return next;
    },

    /** `POST /auth/refresh`. The cookie is that of its answer. */
    async refresh(cookie: TicketCookie): Promise<{ readonly outcome: Outcome; readonly cookie?: TicketCookie }> {
      const request = { headers: { cookie: `${COOKIE}=${formatTicket(cookie)}` } } as unknown as HttpRequest<unknown>;
      try {
        const { cookies } = await refresh(request, depsOf(), report);
        const given = parseTicket(cookies[0]?.split(/[=;]/)[1] ?? '');
        if (given === undefined) throw new Error('a refresh without a cookie');
        return { outcome: 'in', cookie: given };
      } catch (error) {
        if (error instanceof SessionEndedError) return { outcome: error.reason };
        if (error instanceof Died) return { outcome: 'died' };
        if (error instanceof CloakroomError) return { outcome: error.code };
        throw error;
      }
    },

    /** A request to the API, as the authorizer decides about it. A write that fails changes no decision. */
    async use(cookie: TicketCookie): Promise<Outcome> {
      for (;;) {
        const session = await sessions.get(cookie.user, cookie.id);
        if (session?.ticket === undefined) return 'refused';
        const match = matchTicket(session, cookie, now());
        if (match === 'stranger' || match === 'reuse') return 'refused';
        if (!isActive(session, now()) || isRecheckDue(session, now())) return 'refused';
        if (match === 'previous' || !isUnconfirmed(session)) return 'in';
        const touching = sessions.touch(session, { isUse: true, isFirst: true });
        if ((await touching.catch(() => 'failed')) !== 'gone') return 'in';
      }
    },

    /** What the table has of the session of a cookie, whatever happens to requests. */
    async look({ user, id }: TicketCookie): Promise<Look> {
      const [session, ended] = [await atRest.get(user, id), await atRest.getEnded(user, id)];
      const match = (cookie: TicketCookie) => session && matchTicket(session, cookie, now());
      const Key = { user_key: { S: userKey(user) }, item: { S: `PROVIDER_TOKENS#${id}` } };
      const { Item = {} } = await real.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
      return { session, ended: ended?.reason, match, hasTokens: 'sealed' in Item, isLeased: 'lease_id' in Item };
    },
  };
}

function failingKms(clock: Clock) {
  const { kms } = testKms();
  const send = (command: Parameters<typeof kms.send>[0]) =>
    clock.kmsFails ? Promise.reject(new Error('KMS is down')) : kms.send(command);
  return { send } as typeof kms;
}

interface Replacement {
  readonly agoSeconds: number;
  readonly hasArrived: boolean;
}

interface Look {
  readonly session: Session | undefined;
  /** Why it has ended. */
  readonly ended: string | undefined;
  readonly match: (cookie: TicketCookie) => TicketMatch | undefined;
  readonly hasTokens: boolean;
  readonly isLeased: boolean;
}
