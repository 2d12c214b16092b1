import { type Pin, readPinned, writePinned } from '@cloakroom/terraform';
import { describe, expect, it } from '@jest/globals';
import { revertRollout } from './end-rollout.ts';
import { holdVersions } from './hold-versions.ts';
import { rollOut } from './rollout.ts';
import {
  account,
  FACTS,
  folder,
  HELD,
  live,
  MARK,
  NEW,
  NOBODY,
  NOW,
  OLD,
  place,
  publish,
  rollout,
  shares,
  useRolloutAccount,
  world,
} from './rollout-fixture.ts';

useRolloutAccount();

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
