import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployedFunctions, ENVIRONMENTS, type Pin, readPinned, writePinned } from '@cloakroom/terraform';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AccountFunction, fakeLambda } from './account-fixture.ts';
import { readLiveVersions } from './live-versions.ts';
import { tellPins } from './pins.ts';
import { dropLeftovers, finishRollout, holdVersions, revertRollout, rollOut } from './rollout.ts';
import { recordedTools } from './tools-fixture.ts';

const NOW = new Date('2026-03-02T10:00:00.000Z');
const FACTS = { LastModified: '2026-02-01T12:00:00.000+0000' };
const HELD: Pin = { version: '41', reason: 'rollout', since: NOW.toISOString() };
const MARK = 'pinned since 2026-03-02T10:00:00.000Z: rollout';

const environment = ENVIRONMENTS.dev;
let folder: string;
let account: { [name in 'authorizer' | 'health' | 'user-data']: AccountFunction };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloakroom-rollout-'));
  account = {
    authorizer: { versions: { 41: FACTS }, live: '41' },
    health: { versions: { 7: FACTS }, live: '7' },
    'user-data': { versions: { 3: FACTS }, live: '3' },
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

interface World {
  /** Whether CloudWatch does not answer once the share is given. */
  readonly isDeaf?: boolean;
  /** Alarms that fire once the share is given. */
  readonly fires?: readonly string[];
  /** Ends the process at this move of an alias: 1 is the first. */
  readonly killedAt?: number;
}

/** A process that rolls out, in the account above. */
function world({ fires = [], killedAt, isDeaf = false }: World = {}) {
  let [moves, nowMs] = [0, 0];
  const inAws = Object.fromEntries(Object.entries(account).map(([name, one]) => [`cloakroom-dev-${name}`, one]));
  const lambda = fakeLambda(inAws, () => {
    moves += 1;
    if (killedAt !== undefined && moves >= killedAt) throw new Error('killed');
  });
  const isShared = () => Object.values(account).some(({ weights = {} }) => Object.keys(weights).length > 0);
  const { tools: given, said } = recordedTools({
    read() {
      if (isDeaf && isShared()) throw new Error('AccessDenied');
      const MetricAlarms = (isShared() ? fires : []).map((AlarmName) => ({ AlarmName, StateValue: 'ALARM' }));
      return JSON.stringify({ MetricAlarms });
    },
  });
  const tools = {
    ...given,
    lambda,
    readLive: () => readLiveVersions(lambda, deployedFunctions(environment)),
    nowMs: () => nowMs,
    async wait(durationMs: number) {
      nowMs += durationMs;
    },
  };
  return { tools, said, passedMs: () => nowMs };
}

const place = () => ({ environment, folder });
const rollout = () => ({ environment, folder, weight: 0.1, bakeMs: 60_000 });

/** What a deployment does before the share is given: all but user-data get a new version. */
async function publish(): Promise<void> {
  holdVersions(place(), await world().tools.readLive(), world().tools, NOW);
  account.authorizer.versions['42'] = FACTS;
  account.health.versions['8'] = FACTS;
}

const live = () => Object.fromEntries(Object.entries(account).map(([name, one]) => [name, one.live]));
const shares = () => Object.values(account).map(({ weights = {} }) => weights);
const NOBODY = [{}, {}, {}];
const [OLD, NEW] = [
  { authorizer: '41', health: '7', 'user-data': '3' },
  { authorizer: '42', health: '8', 'user-data': '3' },
];

describe('holdVersions', () => {
  it('pins what is live, but for what is pinned already, and can be taken back', async () => {
    const back: Pin = { version: '2', reason: 'rollback', since: NOW.toISOString() };
    writePinned(folder, { 'user-data': back });
    const takeBack = holdVersions(place(), await world().tools.readLive(), world().tools, NOW);
    expect(readPinned(folder)).toEqual({ authorizer: HELD, health: { ...HELD, version: '7' }, 'user-data': back });
    takeBack();
    expect(readPinned(folder)).toEqual({ 'user-data': back });
  });
});

describe('rollOut', () => {
  it('gives new versions a share, then everything, and leaves no pin', async () => {
    await publish();
    const { tools, said, passedMs } = world();
    const during: unknown[] = [];
    const wait = async (durationMs: number) => {
      during.push([live(), shares(), account.authorizer.description, readPinned(folder).authorizer?.next]);
      await tools.wait(durationMs);
    };
    await rollOut(rollout(), { ...tools, wait });
    expect(during[0]).toEqual([OLD, [{ 42: 0.1 }, { 8: 0.1 }, {}], MARK, { version: '42', weight: 0.1 }]);
    expect(passedMs()).toBe(60_000);
    expect(live()).toEqual(NEW);
    expect(shares()).toEqual(NOBODY);
    expect(account.authorizer.description).toBe('');
    expect(readPinned(folder)).toEqual({});
    expect(said).toContain('authorizer: 41 → 42 at 10 %');
  });

  it('takes the share back when an alarm fires, and pins the versions before', async () => {
    await publish();
    const { tools, passedMs } = world({ fires: ['cloakroom-dev-denied-rate'] });
    await expect(rollOut(rollout(), tools)).rejects.toThrow(
      'cloakroom-dev-denied-rate, while a share went to the new versions: the versions before serve everything again',
    );
    expect(passedMs()).toBe(0);
    expect([live(), shares()]).toEqual([OLD, NOBODY]);
    expect(readPinned(folder)).toEqual({ authorizer: HELD, health: { ...HELD, version: '7' } });
    expect(account.authorizer.description).toBe(MARK);
  });

  it('takes the share back when the alarms cannot be read', async () => {
    await publish();
    await expect(rollOut(rollout(), world({ isDeaf: true }).tools)).rejects.toThrow(
      'the alarms could not be read (AccessDenied), while a share went to the new versions',
    );
    expect([live(), shares()]).toEqual([OLD, NOBODY]);
  });

  it('begins anew after that, with what was mended', async () => {
    await publish();
    await expect(rollOut(rollout(), world({ fires: ['a'] }).tools)).rejects.toThrow('a, while a share');
    holdVersions(place(), await world().tools.readLive(), world().tools, new Date());
    account.authorizer.versions['43'] = FACTS;
    await rollOut(rollout(), world().tools);
    expect(live()).toEqual({ ...NEW, authorizer: '43' });
    expect(readPinned(folder)).toEqual({});
  });

  it('leaves what went back where it is', async () => {
    const back: Pin = { version: '41', reason: 'rollback', since: NOW.toISOString() };
    writePinned(folder, { authorizer: back });
    await publish();
    await rollOut(rollout(), world().tools);
    expect(live()).toEqual({ ...NEW, authorizer: '41' });
    expect(readPinned(folder)).toEqual({ authorizer: back });
  });

  it('lets everything go where nothing has changed', async () => {
    holdVersions(place(), await world().tools.readLive(), world().tools, NOW);
    const { tools, said } = world();
    await rollOut(rollout(), tools);
    expect(said).toEqual(['no function has changed: there is nothing to roll out']);
    expect(readPinned(folder)).toEqual({});
  });

  it('does not undo that somebody else has gone back while it watched', async () => {
    await publish();
    const { tools } = world();
    const wait = async (durationMs: number) => {
      Object.assign(account.health, {
        live: '7',
        weights: {},
        description: 'pinned since 2026-03-02T10:05:00.000Z: rollback',
      });
      await tools.wait(durationMs);
    };
    await expect(rollOut(rollout(), { ...tools, wait })).rejects.toThrow(
      'somebody else has moved these meanwhile: health at 7 (pinned since 2026-03-02T10:05:00.000Z: rollback). Nothing was moved',
    );
    expect(live()).toEqual(OLD);
    const here = async (durationMs: number) => {
      writePinned(folder, {});
      await tools.wait(durationMs);
    };
    Object.assign(account.health, { description: '' });
    holdVersions(place(), await tools.readLive(), tools, NOW);
    await expect(rollOut(rollout(), { ...tools, wait: here })).rejects.toThrow('somebody else has ended this rollout');
  });

  it.each([3, 4])('reverts, when that was interrupted at move %d, the next time', async (killedAt) => {
    await publish();
    await expect(rollOut(rollout(), world({ fires: ['a'], killedAt }).tools)).rejects.toThrow('killed');
    await revertRollout(place(), world().tools);
    expect([live(), shares()]).toEqual([OLD, NOBODY]);
    expect(account.health.description).toBe(MARK);
  });

  it('refuses before any share a version with another role, by its name', async () => {
    await publish();
    account.health.versions['8'] = { ...FACTS, Role: 'new' };
    await expect(rollOut(rollout(), world().tools)).rejects.toThrow(
      'health has another role than version 7 (new, not role)',
    );
    expect(shares()).toEqual(NOBODY);
  });
});

describe.each([1, 2, 3, 4])('a rollout that is ended at its move %d', (killedAt) => {
  beforeEach(async () => {
    await publish();
    await expect(rollOut(rollout(), world({ killedAt }).tools)).rejects.toThrow('killed');
  });

  it('is found by the next deployment', async () => {
    const { tools, said } = world();
    const told = async () => tellPins('dev', await tools.readLive(), readPinned(folder), tools);
    const [first] = await Promise.allSettled([told()]);
    const message = first?.status === 'rejected' ? String(first.reason) : said.join('\n');
    expect(message).toMatch(/--finish or --revert|by a rollout that did not end/);
  });

  it('can be finished', async () => {
    await finishRollout(place(), world().tools);
    expect([live(), shares(), readPinned(folder)]).toEqual([NEW, NOBODY, {}]);
  });

  it('can be reverted', async () => {
    const pins = readPinned(folder);
    await revertRollout(place(), world().tools);
    expect(shares()).toEqual(NOBODY);
    for (const [name, pin] of Object.entries(pins)) expect(live()).toMatchObject({ [name]: pin.version });
    expect(Object.values(readPinned(folder)).every(({ next }) => next === undefined)).toBe(true);
  });

  it('can be begun anew', async () => {
    if (Object.values(readPinned(folder)).some(({ next }) => next !== undefined)) {
      await revertRollout(place(), world().tools);
    }
    holdVersions(place(), await world().tools.readLive(), world().tools, NOW);
    await rollOut(rollout(), world().tools);
    expect([live(), shares(), readPinned(folder)]).toEqual([NEW, NOBODY, {}]);
  });
});

describe('what was left of a rollout that somebody else has ended', () => {
  beforeEach(async () => {
    await publish();
    await expect(rollOut(rollout(), world({ killedAt: 3 }).tools)).rejects.toThrow('killed');
    account.authorizer.versions['45'] = FACTS;
    Object.assign(account.authorizer, { live: '45', weights: {}, description: '' });
  });

  it.each([
    ['finished', finishRollout],
    ['reverted', revertRollout],
  ])('is not %s over what was deployed since', async (_, end) => {
    await expect(end(place(), world().tools)).rejects.toThrow(
      'somebody else has moved these meanwhile: authorizer at 45 (not pinned). Nothing was moved',
    );
    expect(account.authorizer.live).toBe('45');
  });
});

describe('dropLeftovers', () => {
  it('takes away the pins of a deployment that ended before it published anything, with what the alias says', async () => {
    holdVersions(place(), await world().tools.readLive(), world().tools, NOW);
    account.authorizer.description = MARK;
    const { tools, said } = world();
    const functions = await dropLeftovers(place(), await tools.readLive(), tools);
    expect(readPinned(folder)).toEqual({});
    expect(functions.map(({ live }) => live.description)).toEqual(['', '', '']);
    expect(said).toEqual(['no longer pinned, since nothing newer was published: authorizer, health, user-data']);
  });

  it('keeps the pin of a rollback, and one that keeps something newer back', async () => {
    await publish();
    const back: Pin = { version: '3', reason: 'rollback', since: NOW.toISOString() };
    writePinned(folder, { authorizer: HELD, 'user-data': back });
    await dropLeftovers(place(), await world().tools.readLive(), world().tools);
    expect(readPinned(folder)).toEqual({ authorizer: HELD, 'user-data': back });
  });
});

it('finishes, and reverts, what the account alone tells of', async () => {
  const forgotten = async () => {
    await publish();
    await expect(rollOut(rollout(), world({ killedAt: 3 }).tools)).rejects.toThrow('killed');
    writePinned(folder, {});
  };
  await forgotten();
  await revertRollout(place(), world().tools);
  expect(shares()).toEqual(NOBODY);
  expect(readPinned(folder)).toMatchObject({ authorizer: HELD });
  await forgotten();
  await finishRollout(place(), world().tools);
  expect([live(), shares()]).toEqual([NEW, NOBODY]);
});
