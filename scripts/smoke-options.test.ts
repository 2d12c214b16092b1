import { describe, expect, it } from '@jest/globals';
import { readSmokeOptions } from './smoke-options.ts';

const read = (...args: string[]) => readSmokeOptions({ args, variables: {}, readInput: async () => '\n' });

describe('the options of scripts/smoke', () => {
  it('are those of scripts/dev where nothing is said', async () => {
    const api = 'http://127.0.0.1:3000';
    expect(await read()).toMatchObject({ api, origin: api, user: 'smoke', waitSeconds: 30, tokens: undefined });
    expect((await read()).place).toBeUndefined();
  });

  it.each([[['https://api.example/v1/']], [['--base-url', 'https://api.example/v1/']]])(
    'take the address without its last slash from %j, and its origin for the page that asks',
    async (args) => {
      expect(await read(...args)).toMatchObject({ api: 'https://api.example/v1', origin: 'https://api.example' });
    },
  );

  it('takes an API on this machine for its own page, whatever environment is asked about', async () => {
    const { origin } = await read('http://127.0.0.1:3000', '--env', 'dev');
    expect(origin).toBe('http://127.0.0.1:3000');
  });

  it('ask AWS about an environment by what was synthesized for it, as a page that it allows', async () => {
    const { origin, place } = await read('https://api.example', '--env', 'dev');
    expect(origin).toBe('https://app.dev.example.com');
    expect(place).toMatchObject({
      region: 'eu-central-1',
      endpoint: undefined,
      stackFile: expect.stringMatching(/terraform\/environments\/dev\/cdk\.tf\.json$/),
    });
  });

  it('ask the AWS of scripts/dev by the data directory that it has', async () => {
    const { place } = await read('--env', 'local', '--aws-port', '4567', '--data-dir', '/data');
    expect(place).toMatchObject({ endpoint: 'http://127.0.0.1:4567', stackFile: '/data/stack/cdk.tf.json' });
    expect((await read('--env', 'local')).place?.stackFile).toMatch(/\.local\/stack\/cdk\.tf\.json$/);
  });

  it.each([
    [['http://a.example', 'http://b.example'], /usage: scripts\/smoke/],
    [['ftp://a.example'], /ftp:\/\/a.example is no http\(s\) address/],
    [['--env', 'nowhere'], /there is no environment nowhere: there are dev, .*prod, .*, local/],
    [['--env', 'dev'], /say where dev is: scripts\/smoke "\$\(terraform output -raw ApiUrl\)" --env dev/],
    [['--origin', 'https://a.example/app'], /--origin must be an exact origin/],
    [['--wait-seconds', '0'], /--wait-seconds must be a number from 1 to 600/],
    [['--stdin'], /there are no tokens on standard input/],
  ])('are refused in one line: %j', async (args, problem) => {
    await expect(read(...args)).rejects.toThrow(problem);
    await expect(read(...args)).rejects.toThrow(/^[^\n]+$/);
  });
});
