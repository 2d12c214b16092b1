import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { standardRegion } from './region.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloakroom-region-'));
afterAll(() => rmSync(folder, { recursive: true }));
let written = 0;

/** Variables of a process with these shared files, each at a path that nobody has read. */
function withFiles(config: string, credentials = '') {
  written += 1;
  const [AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE] = [config, credentials].map((text, index) => {
    const file = join(folder, `${written}-${index}`);
    writeFileSync(file, text);
    return file;
  });
  return { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE };
}

describe('the region', () => {
  const files = withFiles('[default]\nregion = eu-west-1\n[profile work]\nregion=eu-north-1\n');

  it.each([
    ['us-east-1', { AWS_REGION: 'eu-central-1' }, 'us-east-1'],
    [undefined, { AWS_REGION: 'eu-central-1', AWS_DEFAULT_REGION: 'eu-west-3' }, 'eu-central-1'],
    ['', { AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-3' }, 'eu-west-3'],
    [undefined, {}, 'eu-west-1'],
    [undefined, { AWS_PROFILE: 'work' }, 'eu-north-1'],
  ])('is the one given, or the environment’s, or that of the profile: %j, %j', async (given, variables, region) => {
    expect(await standardRegion(given, { ...files, ...variables })).toBe(region);
  });

  it('is looked for in the home folder', async () => {
    await expect(standardRegion(undefined, { HOME: folder, AWS_PROFILE: 'x' })).rejects.toThrow('no AWS region');
    const { AWS_CONFIG_FILE = '' } = withFiles('[default]\nregion = eu-west-2\n');
    const variables = { HOME: folder, AWS_CONFIG_FILE: AWS_CONFIG_FILE.replace(folder, '~') };
    expect(await standardRegion(undefined, variables)).toBe('eu-west-2');
  });

  it('that nobody says is one error, which tells where to say it', async () => {
    const nowhere = { AWS_CONFIG_FILE: folder, AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none') };
    await expect(standardRegion(undefined, nowhere)).rejects.toMatchObject({
      name: 'ConfigurationError',
      problems: [expect.stringMatching(/AWS_REGION.*`region`.*~\/\.aws\/config/)],
    });
  });

  it.each(['eu central', 'x.example.com/', '-', 'a'.repeat(64)])('is the name of one: %j is refused', async (name) => {
    await expect(standardRegion(name, {})).rejects.toThrow(/must be a name such as eu-central-1$/m);
  });
});

it('is read out of shared files as the SDK reads it, however they are written', async () => {
  const region = fc.constantFrom('eu-west-1', 'eu-west-2', 'us-east-1');
  const line = fc.oneof(
    fc.constantFrom('[default]', '[profile default]', '[work]', '[profile work]', '[profile "work"]', ' [ work ]'),
    fc.constantFrom('[services work]', '[sso-session work]', '[profile other]', '# region = x', '; [work]', '', 's3 ='),
    region.map((name) => `region = ${name}`),
    region.map((name) => `region=${name} # where it is`),
    region.map((name) => `  region =${name}`),
    fc.constantFrom(
      'output = json',
      '[broken',
      'region',
      '= x',
      'region =',
      '[default] # the first',
      '[profile work ]',
    ),
  );
  const file = fc.array(line, { maxLength: 10 }).map((lines) => lines.join('\n'));
  await fc.assert(
    fc.asyncProperty(file, file, fc.constantFrom(undefined, 'work'), async (config, credentials, profile) => {
      const variables = {
        ...withFiles(config, credentials),
        ...(profile === undefined ? {} : { AWS_PROFILE: profile }),
      };
      const ours = await standardRegion(undefined, variables).catch(() => 'none');
      expect(ours).toBe(await regionOfSdk(variables));
    }),
    { numRuns: 300 },
  );
});

/** The SDK reads the environment of its process. */
async function regionOfSdk(variables: Readonly<Record<string, string | undefined>>): Promise<string> {
  const before = { ...process.env };
  delete process.env.AWS_REGION;
  delete process.env.AWS_PROFILE;
  Object.assign(process.env, variables, { AWS_EC2_METADATA_DISABLED: 'true' });
  try {
    return await new DynamoDBClient({}).config.region().catch(() => 'none');
  } finally {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, before);
  }
}
