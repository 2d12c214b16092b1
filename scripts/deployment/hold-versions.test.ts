import { type Pin, readPinned, writePinned } from '@cloakroom/terraform';
import { describe, expect, it } from '@jest/globals';
import { dropLeftovers, holdVersions } from './hold-versions.ts';
import { account, folder, HELD, MARK, NOW, place, publish, useRolloutAccount, world } from './rollout-fixture.ts';

useRolloutAccount();

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
