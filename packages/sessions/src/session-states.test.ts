import type { CloakroomError, Login, User } from '@cloakroom/core';
import { beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expiresAt, statusOf } from './lifetime.ts';
import { aLogin, aRequest, newUser, START, storeFixture } from './store-fixture.ts';

/*
 * Any sequence of sign-ins, uses, endings and waiting, against a model that has none of the machinery: no table, no transaction.
 * Times are short, so that a few steps pass every limit.
 */
const IDLE_SECONDS = 600;
const INTERVAL_SECONDS = 60;
const POLICY = {
  maxSessionsPerUser: 2,
  maxCreationsPerHour: 4,
  bootstrapMaxAuthAgeSeconds: 300,
  absoluteSeconds: 1500,
  loginMaxLifetimeSeconds: 4000,
};

type LimitPolicy = 'evict-oldest' | 'deny';
type Step =
  | { readonly do: 'create' | 'touch' | 'end'; readonly login: number }
  | { readonly do: 'wait'; readonly seconds: number };

interface ModelSession {
  readonly createdAt: number;
  readonly order: number;
  lastSeenAt: number;
  readonly absoluteExpiresAt: number;
}

/** What the rules of the design say, in as few words as possible. */
class Model {
  readonly sessions = new Map<string, ModelSession>();
  readonly ended = new Map<string, string>();
  readonly creations: number[] = [];
  readonly limitPolicy: LimitPolicy;

  constructor(limitPolicy: LimitPolicy) {
    this.limitPolicy = limitPolicy;
  }

  isActive(id: string, now: number): boolean {
    const session = this.sessions.get(id);
    return session !== undefined && now < Math.min(this.idleExpiry(session), session.absoluteExpiresAt);
  }

  idleExpiry({ lastSeenAt }: ModelSession): number {
    return lastSeenAt + IDLE_SECONDS + INTERVAL_SECONDS;
  }

  create({ loginId, authTime }: Login, now: number): string {
    if (this.isActive(loginId, now)) return 'existing';
    this.end(loginId, 'expired');
    if (this.ended.has(loginId) || now - authTime >= POLICY.loginMaxLifetimeSeconds) return 'LOGIN_ENDED';
    const active = [...this.sessions.keys()].filter((id) => this.isActive(id, now));
    if (active.length > 0 && now - authTime > POLICY.bootstrapMaxAuthAgeSeconds) return 'SESSION_REQUIRED';
    const isFull = active.length >= POLICY.maxSessionsPerUser;
    if (isFull && this.limitPolicy === 'deny') return 'SESSION_LIMIT';
    if (this.creations.filter((at) => now - at < 3600).length >= POLICY.maxCreationsPerHour) return 'RATE_LIMITED';
    if (isFull) this.end(this.oldest(active), 'evicted');
    for (const id of [...this.sessions.keys()]) if (!this.isActive(id, now)) this.end(id, 'expired');
    this.creations.push(now);
    const absoluteExpiresAt = now + POLICY.absoluteSeconds;
    this.sessions.set(loginId, { createdAt: now, order: this.creations.length, lastSeenAt: now, absoluteExpiresAt });
    return 'created';
  }

  touch(id: string, now: number): string {
    const session = this.sessions.get(id);
    if (session === undefined || now >= this.idleExpiry(session)) return 'gone';
    session.lastSeenAt = now;
    return 'touched';
  }

  end(id: string, reason: string): string {
    if (!this.sessions.delete(id)) return 'gone';
    this.ended.set(id, reason);
    return 'ended';
  }

  private oldest(ids: readonly string[]): string {
    const age = (id: string) => this.sessions.get(id)?.order ?? 0;
    return ids.toSorted((a, b) => age(a) - age(b))[0] ?? '';
  }
}

let fixture: Awaited<ReturnType<typeof storeFixture>>;

beforeAll(async () => {
  fixture = await storeFixture({ bearerIdleSeconds: IDLE_SECONDS, touchIntervalSeconds: INTERVAL_SECONDS });
});

/** The real store and the model, driven side by side. */
class Run {
  readonly user: User = newUser();
  readonly logins = new Map<number, Login>();
  readonly model: Model;

  constructor(limitPolicy: LimitPolicy) {
    this.model = new Model(limitPolicy);
    fixture.state.nowSeconds = START;
  }

  /** A login is made when it is first spoken of. Each comes in a second of its own, so that "the oldest" is one. */
  login(index: number): Login {
    const known = this.logins.get(index);
    if (known !== undefined) return known;
    fixture.state.nowSeconds += 1;
    const login = aLogin({ user: this.user, authTime: fixture.state.nowSeconds });
    this.logins.set(index, login);
    return login;
  }

  async step(step: Step): Promise<void> {
    if (step.do === 'wait') {
      fixture.state.nowSeconds += step.seconds;
      return;
    }
    fixture.state.nowSeconds += 1;
    const login = this.login(step.login);
    const now = fixture.state.nowSeconds;
    if (step.do === 'create') expect(await this.create(login)).toBe(this.model.create(login, now));
    if (step.do === 'touch') {
      const outcome = await fixture.store.touch({ user: this.user, id: login.loginId });
      expect(outcome).toBe(this.model.touch(login.loginId, now));
    }
    if (step.do === 'end') expect(await this.end(login)).toBe(this.model.end(login.loginId, 'revoked'));
  }

  async create(login: Login): Promise<string> {
    const policy = { ...POLICY, sessionLimitPolicy: this.model.limitPolicy };
    const creation = fixture.store.create({ ...aRequest({}, policy), login });
    return creation.then(
      ({ outcome }) => outcome,
      (error: CloakroomError) => error.code,
    );
  }

  async end({ loginId }: Login): Promise<string> {
    const session = await fixture.store.get(this.user, loginId);
    if (session === undefined) return 'gone';
    return fixture.store.end({ session, reason: 'revoked', loginMaxLifetimeSeconds: POLICY.loginMaxLifetimeSeconds });
  }

  async expectTheSame(): Promise<void> {
    const now = fixture.state.nowSeconds;
    for (const { loginId } of this.logins.values()) {
      const session = await fixture.store.get(this.user, loginId);
      const expected = this.model.sessions.get(loginId);
      expect(session !== undefined && statusOf(session, now) === 'active').toBe(this.model.isActive(loginId, now));
      expect(session && expiresAt(session)).toBe(
        expected && Math.min(this.model.idleExpiry(expected), expected.absoluteExpiresAt),
      );
      expect((await fixture.store.getEnded(this.user, loginId))?.reason).toBe(this.model.ended.get(loginId));
    }
  }
}

const login = fc.integer({ min: 0, max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('create' as const), login }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('touch' as const), login }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const), login }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(59, 290, 659, 1600) }),
  },
);

it('does what the rules say, whatever happens in whatever order', async () => {
  const runs = fc.record({
    limitPolicy: fc.constantFrom<LimitPolicy>('evict-oldest', 'deny'),
    steps: fc.array(step, { minLength: 4, maxLength: 14 }),
  });
  const property = fc.asyncProperty(runs, async ({ limitPolicy, steps }) => {
    const run = new Run(limitPolicy);
    for (const each of steps) await run.step(each);
    await run.expectTheSame();
  });
  await fc.assert(property, { numRuns: 100 });
}, 60_000);
