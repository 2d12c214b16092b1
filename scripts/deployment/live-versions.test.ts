import { describe, expect, it } from '@jest/globals';
import { type Lambda, readLiveVersions } from './live-versions.ts';

/** Answers as Lambda does, a page of one item after the other. */
function fakeLambda(pages: {
  ListAliasesCommand: readonly object[];
  ListVersionsByFunctionCommand: readonly object[];
}): Lambda {
  const send = async (command: { constructor: { name: string }; input: { Marker?: string } }) => {
    const name = command.constructor.name as keyof typeof pages;
    const index = Number(command.input.Marker ?? 0);
    const next = index + 1 < pages[name].length ? { NextMarker: String(index + 1) } : {};
    return { [name === 'ListAliasesCommand' ? 'Aliases' : 'Versions']: [pages[name][index]], ...next };
  };
  return { send } as unknown as Lambda;
}

const settings = { Role: 'arn:aws:iam::123456789012:role/cloakroom-dev-health', Timeout: 3 };
const ALIAS = { Name: 'live', FunctionVersion: '9' };
const VERSIONS = ['$LATEST', '10', '9'].map((Version) => ({
  ...settings,
  Version,
  CodeSha256: `sha-${Version}`,
  LastModified: '2026-11-26',
}));
const NAMES = { health: 'cloakroom-dev-health' };

describe('readLiveVersions', () => {
  it('says what live is, and the versions by age, from all pages', async () => {
    const lambda = fakeLambda({
      ListAliasesCommand: [
        { Name: 'old', FunctionVersion: '3' },
        { ...ALIAS, RoutingConfig: { AdditionalVersionWeights: { 10: 0.1 } } },
      ],
      ListVersionsByFunctionCommand: VERSIONS,
    });
    const [health] = await readLiveVersions(lambda, NAMES);
    expect(health).toMatchObject({
      name: 'health',
      functionName: 'cloakroom-dev-health',
      live: { version: '9', weights: { 10: 0.1 } },
      aliased: ['3', '9', '10'],
      latest: { version: '$LATEST', sha256: 'sha-$LATEST' },
      versions: [
        { version: '9', sha256: 'sha-9', modified: '2026-11-26' },
        { version: '10', sha256: 'sha-10' },
      ],
    });
  });

  it('has the same settings for the same function in another order, and others for each change', async () => {
    const of = async (change: object) => {
      const lambda = fakeLambda({
        ListAliasesCommand: [ALIAS],
        ListVersionsByFunctionCommand: [{ ...VERSIONS[0], ...change }],
      });
      return (await readLiveVersions(lambda, NAMES))[0]?.latest.settings;
    };
    const before = { Environment: { Variables: { A: '1', B: '2' } }, VpcConfig: { SubnetIds: ['a', 'b'] } };
    const same = { Environment: { Variables: { B: '2', A: '1' } }, VpcConfig: { SubnetIds: ['b', 'a'] } };
    expect(await of(same)).toBe(await of(before));
    const changes = [
      { Environment: { Variables: { A: '1', B: '3' } } },
      { VpcConfig: { SubnetIds: ['a', 'c'] } },
      { VpcConfig: { ...before.VpcConfig, SecurityGroupIds: ['sg-1'] } },
      { MemorySize: 512 },
      { Timeout: 4 },
      { Role: 'arn:aws:iam::123456789012:role/other' },
      { Runtime: 'nodejs24.x' },
      { Architectures: ['arm64'] },
      { DeadLetterConfig: { TargetArn: 'arn:aws:sqs:eu-west-3:123456789012:dead' } },
      { TracingConfig: { Mode: 'Active' } },
    ];
    const texts = await Promise.all([before, ...changes.map((change) => ({ ...before, ...change }))].map(of));
    expect(new Set(texts).size).toBe(changes.length + 1);
  });

  it('leaves out what is not there yet', async () => {
    const missing = async () => {
      throw Object.assign(new Error('not found'), { name: 'ResourceNotFoundException' });
    };
    expect(await readLiveVersions({ send: missing } as unknown as Lambda, NAMES)).toEqual([]);
    const withoutLive = fakeLambda({
      ListAliasesCommand: [{ Name: 'old', FunctionVersion: '3' }],
      ListVersionsByFunctionCommand: VERSIONS,
    });
    expect(await readLiveVersions(withoutLive, NAMES)).toEqual([]);
  });
});
