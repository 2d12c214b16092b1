import { readPinned, writePinned } from '@cloakroom/terraform';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { finishRollout, revertRollout } from './end-rollout.ts';
import { holdVersions } from './hold-versions.ts';
import { tellPins } from './pins.ts';
import { rollOut } from './rollout.ts';
import {
  account,
  FACTS,
  folder,
  HELD,
  live,
  NEW,
  NOBODY,
  NOW,
  place,
  publish,
  rollout,
  shares,
  useRolloutAccount,
  world,
} from './rollout-fixture.ts';

useRolloutAccount();

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
