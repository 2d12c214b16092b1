import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENVIRONMENTS, type Pin, readPinned, writePinned } from '@cloakroom/terraform';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AccountFunction, AwsRefusal, fakeLambda } from './account-fixture.ts';
import { listVersions, release, rollback } from './rollback.ts';
import { recordedTools } from './tools-fixture.ts';

const NOW = new Date('2026-03-02T10:00:00.000Z');
const FEBRUARY = { LastModified: '2026-02-01T12:00:00.000+0000' };
const MARCH = { LastModified: '2026-03-01T12:00:00.000+0000' };
const MARK = 'pinned since 2026-03-02T10:00:00.000Z: rollback';
const PIN: Pin = { version: '41', reason: 'rollback', since: NOW.toISOString() };

const environment = ENVIRONMENTS.dev;
let folder: string;
let account: { [name in 'authorizer' | 'health']: AccountFunction };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloakroom-rollback-'));
  account = {
    authorizer: { versions: { 9: FEBRUARY, 41: FEBRUARY, 42: MARCH }, live: '42' },
    health: { versions: { 6: FEBRUARY, 7: FEBRUARY }, live: '7' },
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Tools, and the functions above in an account. */
function tools({ answer = true, fails }: { answer?: boolean; fails?: (name: string) => void } = {}) {
  const inAws = Object.fromEntries(Object.entries(account).map(([name, one]) => [`cloakroom-dev-${name}`, one]));
  const { tools: given, said, asked } = recordedTools({ answer });
  return { tools: { ...given, lambda: fakeLambda(inAws, fails) }, said, asked };
}

describe('rollback', () => {
  it('moves live to the version before, of what the last deployment changed, and pins it', async () => {
    const { tools: given, said, asked } = tools();
    await rollback({ environment, folder }, given, NOW);
    expect(account.authorizer).toMatchObject({ live: '41', description: MARK });
    expect(account.health).toMatchObject({ live: '7' });
    expect(readPinned(folder)).toEqual({ authorizer: PIN });
    expect(said).toEqual([
      'health stays at 7: the last deployment did not change it (2026-02-01 12:00 UTC)',
      'authorizer: 42 (2026-03-01 12:00 UTC) → 41 (2026-02-01 12:00 UTC)',
      expect.stringContaining('Roles, the network, tables, routes and alarms stay'),
      'authorizer: live is 41',
      expect.stringMatching(/Commit terraform\/environments\/dev\/pinned\.json.*scripts\/rollback dev --release/),
    ]);
    expect(asked).toHaveLength(1);
  });

  it('moves nothing, and pins nothing, when the person does not say yes', async () => {
    const { tools: given, said } = tools({ answer: false });
    await rollback({ environment, folder }, given, NOW);
    expect(account.authorizer.live).toBe('42');
    expect(readPinned(folder)).toEqual({});
    expect(said.at(-1)).toBe('nothing moved');
  });

  it('goes to the version that is said, of the function that is named', async () => {
    await rollback({ environment, folder, names: ['authorizer'], to: '9' }, tools().tools, NOW);
    expect(account.authorizer.live).toBe('9');
    const unknown = rollback({ environment, folder, names: ['authorizer'], to: '8' }, tools().tools, NOW);
    await expect(unknown).rejects.toThrow('authorizer has no version 8: there are 9, 41, 42');
  });

  it('moves a function that is named, although the last deployment did not change it', async () => {
    await rollback({ environment, folder, names: ['health'] }, tools().tools, NOW);
    expect(account).toMatchObject({ health: { live: '6' }, authorizer: { live: '42' } });
  });

  it('does not go back twice, unless a function is named', async () => {
    await rollback({ environment, folder }, tools().tools, NOW);
    const again = tools();
    await rollback({ environment, folder }, again.tools, NOW);
    expect(account.authorizer.live).toBe('41');
    expect(again.said).toContain('authorizer stays at 41: went back on 2026-03-02T10:00:00.000Z');
    await rollback({ environment, folder, names: ['authorizer'] }, tools().tools, NOW);
    expect(account.authorizer.live).toBe('9');
  });

  it('finishes what was interrupted after the pins were written', async () => {
    writePinned(folder, { authorizer: PIN });
    await rollback({ environment, folder }, tools().tools, new Date());
    expect(account.authorizer).toMatchObject({ live: '41', description: MARK });
    expect(readPinned(folder)).toEqual({ authorizer: PIN });
  });

  it('gives the version that had most of the requests all of them', async () => {
    Object.assign(account.authorizer, { live: '41', weights: { 42: 0.1 } });
    await rollback({ environment, folder }, tools().tools, NOW);
    expect(account.authorizer).toMatchObject({ live: '41', weights: {} });
  });

  it('moves the others when one was moved by somebody else, remembers all, and fails', async () => {
    account.health.versions['7'] = MARCH;
    const fails = (name: string) => {
      if (name.endsWith('authorizer')) throw new AwsRefusal('PreconditionFailedException', 'stale');
    };
    const { tools: given } = tools({ fails });
    await expect(rollback({ environment, folder }, given, NOW)).rejects.toThrow(
      'not moved, so run this again: authorizer: somebody else has moved it since it was read',
    );
    expect(account.health.live).toBe('6');
    expect(Object.keys(readPinned(folder))).toEqual(['authorizer', 'health']);
  });

  it('goes back in the others where one is new, or was from before a restore, and says so', async () => {
    account.health = { versions: { 7: MARCH, 8: MARCH }, live: '8' };
    account.authorizer = { versions: { 1: MARCH }, live: '1' };
    const { tools: given, said } = tools();
    await rollback({ environment, folder }, given, NOW);
    expect(account).toMatchObject({ health: { live: '7' }, authorizer: { live: '1' } });
    expect(said).toContain('authorizer stays at 1: there is no version before 1, which serves');
  });

  it('takes no pin for its own that somebody has released since, and deployed after', async () => {
    const later = { LastModified: '2026-03-05T12:00:00.000+0000' };
    account.authorizer = { versions: { 41: FEBRUARY, 42: MARCH, 43: later }, live: '43' };
    writePinned(folder, { authorizer: PIN });
    await rollback({ environment, folder }, tools().tools, new Date());
    expect(account.authorizer.live).toBe('42');
  });

  it('tells of a role and a network that are not those of now', async () => {
    account.authorizer.versions['41'] = { ...FEBRUARY, Role: 'old', VpcConfig: { SubnetIds: ['subnet-1'] } };
    const { tools: given, said } = tools();
    await rollback({ environment, folder }, given, NOW);
    expect(said).toContain('  warning: its role is old, and now it is role');
    expect(said.find((line) => line.includes('network is'))).toContain('subnet-1, and now it is outside any VPC');
  });

  it('refuses a version that works on a table from before a restore, and moves nothing', async () => {
    account.authorizer.versions['42'] = { ...MARCH, Environment: { Variables: { SESSIONS_TABLE: 'new' } } };
    account.authorizer.versions['41'] = { ...FEBRUARY, Environment: { Variables: { SESSIONS_TABLE: 'old' } } };
    await expect(rollback({ environment, folder, names: ['authorizer'] }, tools().tools, NOW)).rejects.toThrow(
      'authorizer: 41 works on old, and now it is new: no version from before a restore serves again',
    );
    expect(account.authorizer.live).toBe('42');
    expect(readPinned(folder)).toEqual({});
  });

  it('says so when there is no version before, or no such function deployed', async () => {
    account.authorizer = { versions: { 1: MARCH }, live: '1' };
    const first = rollback({ environment, folder, names: ['authorizer'] }, tools().tools, NOW);
    await expect(first).rejects.toThrow('authorizer: there is no version before 1, which serves');
    const other = rollback({ environment, folder, names: ['user-data'] }, tools().tools, NOW);
    await expect(other).rejects.toThrow('not deployed in dev: user-data');
  });

  it('writes the pin into the stack that was synthesized, so that no plan undoes it', async () => {
    const file = join(folder, 'cdk.tf.json');
    const live = `\${aws_lambda_function.authorizer.version}`;
    const stack = {
      resource: {
        aws_lambda_function: { authorizer: { function_name: 'cloakroom-dev-authorizer' } },
        aws_lambda_alias: { authorizer: { name: 'live', function_version: live } },
      },
    };
    writeFileSync(file, JSON.stringify(stack));
    const version = () => JSON.parse(readFileSync(file, 'utf8')).resource.aws_lambda_alias.authorizer.function_version;
    await rollback({ environment, folder }, tools().tools, NOW);
    expect(version()).toBe('41');
    await release({ environment, folder }, tools().tools);
    expect(version()).toBe(live);
  });
});

describe('release', () => {
  it('lets the newest version serve, and takes the pin away after that', async () => {
    await rollback({ environment, folder }, tools().tools, NOW);
    account.authorizer.versions['43'] = MARCH;
    const fails = () => expect(readPinned(folder)).toEqual({ authorizer: PIN });
    await release({ environment, folder }, tools({ fails }).tools);
    expect(account.authorizer).toMatchObject({ live: '43', description: '', weights: {} });
    expect(readPinned(folder)).toEqual({});
  });

  it('keeps the pin of what could not be moved', async () => {
    await rollback({ environment, folder }, tools().tools, NOW);
    const fails = () => {
      throw new AwsRefusal('TooManyRequestsException', 'slower');
    };
    await expect(release({ environment, folder }, tools({ fails }).tools)).rejects.toThrow(
      'authorizer: TooManyRequestsException: slower',
    );
    expect(readPinned(folder)).toEqual({ authorizer: PIN });
  });

  it('releases what the account alone says is pinned', async () => {
    Object.assign(account.authorizer, { live: '41', description: MARK });
    await release({ environment, folder }, tools().tools);
    expect(account.authorizer).toMatchObject({ live: '42', description: '' });
  });

  it('does nothing where nothing is pinned, or nobody says yes', async () => {
    const nothing = tools();
    await release({ environment, folder }, nothing.tools);
    expect(nothing.said).toEqual(['nothing is pinned']);
    await rollback({ environment, folder }, tools().tools, NOW);
    await release({ environment, folder }, tools({ answer: false }).tools);
    expect(account.authorizer.live).toBe('41');
  });

  it('refuses while a rollout is under way', async () => {
    writePinned(folder, { authorizer: { ...PIN, reason: 'rollout', next: { version: '42', weight: 0.1 } } });
    await expect(release({ environment, folder }, tools().tools)).rejects.toThrow(
      'a rollout is under way since 2026-03-02T10:00:00.000Z (authorizer 41 → 42 at 10 %): end it first, by scripts/deploy dev --finish or --revert',
    );
  });
});

describe('listVersions', () => {
  it('says what serves, what is pinned since when and why, and what there is', async () => {
    writePinned(folder, { authorizer: { ...PIN, reason: 'rollout', next: { version: '42', weight: 0.1 } } });
    Object.assign(account.authorizer, { live: '41', weights: { 42: 0.1 } });
    const { tools: given, said } = tools();
    await listVersions({ environment, folder, names: ['authorizer'] }, given);
    expect(said).toEqual([
      'authorizer: live is 41 (2026-02-01 12:00 UTC), 10 % 42; pinned to 41 since 2026-03-02T10:00:00.000Z (rollout)',
      '  there are 9 (2026-02-01 12:00 UTC), 41 (2026-02-01 12:00 UTC), 42 (2026-03-01 12:00 UTC)',
    ]);
  });
});
