import type { Pinned } from '@cloakroom/terraform';
import { describe, expect, it } from '@jest/globals';
import type { LiveFunction } from './live-versions.ts';
import { describeStale, staleFunctions } from './stale-functions.ts';

const NAME = 'cloakroom-prod-health';
const version = (name: string, sha256: string, settings = 'same') => ({
  version: name,
  sha256,
  settings,
  modified: '2026-11-26',
  role: 'role',
  network: [],
  tables: [],
});
const PIN = { version: '1', since: '2026-11-26T12:00:00.000Z' };

/** health, of which version 1 is live, with these versions. */
function health(changes: Partial<LiveFunction>): LiveFunction {
  return {
    name: 'health',
    functionName: NAME,
    live: { version: '1', weights: {}, description: '', revisionId: 'r' },
    aliased: ['1'],
    latest: version('$LATEST', 'new'),
    versions: [version('1', 'old')],
    ...changes,
  };
}

function stateOf(one: LiveFunction, pinned: Pinned = {}) {
  return staleFunctions([one], { [NAME]: 'new' }, pinned).map(({ upload, publish }) => ({ upload, publish }));
}

describe('staleFunctions', () => {
  it('finds nothing where live is what was synthesized', () => {
    expect(stateOf(health({ versions: [version('1', 'new')] }))).toEqual([]);
  });

  it('uploads and publishes where Lambda never got the code', () => {
    expect(stateOf(health({ latest: version('$LATEST', 'old') }))).toEqual([{ upload: true, publish: true }]);
  });

  it('publishes where the code was uploaded and nothing published', () => {
    expect(stateOf(health({}))).toEqual([{ upload: false, publish: true }]);
  });

  it('publishes where new settings were not', () => {
    const one = health({ latest: version('$LATEST', 'new', 'changed'), versions: [version('1', 'new')] });
    expect(stateOf(one)).toEqual([{ upload: false, publish: true }]);
    expect(staleFunctions([one], { [NAME]: 'new' }, {}).map(describeStale)).toEqual([
      'health: version 1 serves, with other settings than it should have',
    ]);
  });

  it('leaves the rest to Terraform where the version is there and the alias alone is behind', () => {
    const one = health({ versions: [version('1', 'old'), version('2', 'new')] });
    expect(stateOf(one)).toEqual([{ upload: false, publish: false }]);
  });

  it('leaves what a rollback has pinned', () => {
    expect(stateOf(health({}), { health: { ...PIN, reason: 'rollback' } })).toEqual([]);
  });

  it('compares the newest version while a rollout keeps live where it is', () => {
    const pinned: Pinned = { health: { ...PIN, reason: 'rollout' } };
    expect(stateOf(health({ versions: [version('1', 'old'), version('2', 'new')] }), pinned)).toEqual([]);
    expect(stateOf(health({}), pinned)).toEqual([{ upload: false, publish: true }]);
  });

  it('says what serves', () => {
    expect(staleFunctions([health({})], { [NAME]: 'new' }, {}).map(describeStale)).toEqual([
      'health: version 1 serves, with other code than was built',
    ]);
  });
});
