import { describe, expect, it } from '@jest/globals';
import { type NameOptions, type NameTools, nameSteps } from './smoke-name.ts';
import { createStepRunner, type StepResult } from './smoke-steps.ts';

const OPTIONS: NameOptions = {
  api: 'https://api.example.com',
  dnsWaitSeconds: 60,
  domainTarget: undefined,
  targetCommand: 'terraform output -raw DomainTarget',
};

/** A name that is known at the nth question; never, when there are not so many. */
function knownAt(nth: number) {
  const asked: string[] = [];
  const sleeps: number[] = [];
  const tools: NameTools = {
    async lookup(host) {
      asked.push(host);
      if (asked.length < nth) throw Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
      return { address: '203.0.113.7' };
    },
    sleep: async (ms) => void sleeps.push(ms),
  };
  return { tools, asked, sleeps };
}

async function resultOf(options: NameOptions, tools: NameTools): Promise<StepResult | undefined> {
  const runner = createStepRunner({ report: () => undefined, waiting: () => undefined });
  await runner.run(nameSteps(options, tools));
  return runner.results[0];
}

describe("the API's name", () => {
  it('is told with its address', async () => {
    const { tools, asked, sleeps } = knownAt(1);
    expect(await resultOf(OPTIONS, tools)).toMatchObject({ outcome: 'passed', detail: '203.0.113.7' });
    expect([asked, sleeps]).toEqual([['api.example.com'], []]);
  });

  it('is waited for, since a record that was just made is not known everywhere', async () => {
    const { tools, sleeps } = knownAt(4);
    expect(await resultOf(OPTIONS, tools)).toMatchObject({ outcome: 'passed' });
    expect(sleeps).toEqual([5000, 5000, 5000]);
  });

  it('is missed after the limit, with the record that must be made', async () => {
    const { tools, asked, sleeps } = knownAt(Infinity);
    const domainTarget = 'd-abc.execute-api.eu-central-1.amazonaws.com';
    expect(await resultOf({ ...OPTIONS, domainTarget }, tools)).toMatchObject({
      outcome: 'failed',
      problem: 'there is no record of api.example.com (ENOTFOUND), asked for 60 s',
      next: expect.stringContaining('add: api.example.com CNAME d-abc.execute-api.eu-central-1.amazonaws.com'),
    });
    expect(asked).toHaveLength(13);
    expect(sleeps).toHaveLength(12);
  });

  it('is missed with the command that tells what it must lead to, where nobody has said that', async () => {
    expect(await resultOf({ ...OPTIONS, dnsWaitSeconds: 0 }, knownAt(Infinity).tools)).toMatchObject({
      next: expect.stringContaining('CNAME what "terraform output -raw DomainTarget" tells'),
    });
  });

  it.each(['http://127.0.0.1:3000', 'http://localhost:3000', 'http://[::1]:3000', 'https://203.0.113.7'])(
    'is not asked for at %s',
    (api) => {
      expect(nameSteps({ ...OPTIONS, api }, knownAt(1).tools)).toEqual([]);
    },
  );
});
