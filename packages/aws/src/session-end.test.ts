import { fakeAwsError, fakeAwsSuccess } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import type { AwsSession } from './index.ts';
import { inTurn, OLD, sessionAt, sessionBench, WAYS } from './session-fixture.ts';

const bench = sessionBench();
const context = { awsRequestId: 'one', getRemainingTimeInMillis: () => 10_000 };
const response = { statusCode: 503 };

function setUp(endEnvironment: () => Promise<void>) {
  const ended: unknown[] = [];
  const aws = sessionAt(bench, {
    credentials: inTurn(OLD),
    endEnvironment: async (invocation) => {
      ended.push(invocation);
      await endEnvironment();
    },
  });
  bench.fake.answer(({ service }) => fakeAwsError(service, 'UnrecognizedClientException'));
  return { aws, ended };
}

describe.each(WAYS)('an environment whose credentials are refused, through $way,', ({ read }) => {
  /** One invocation with one request, however that ends. */
  async function invoke(aws: AwsSession): Promise<void> {
    aws.before({ context });
    await read(aws).catch(() => undefined);
    await aws.after({ context, response });
  }

  const dead = () => bench.telemetry.lines.filter(({ code }) => code === 'aws.credentials.dead');

  it('ends after the second invocation, with its answer and one line that says what to do', async () => {
    const { aws, ended } = setUp(async () => undefined);
    await invoke(aws);
    expect({ ended, lines: dead() }).toEqual({ ended: [], lines: [] });
    await invoke(aws);
    expect(ended).toEqual([{ context, response }]);
    expect(dead()).toMatchObject([{ level: 'error', message: expect.stringContaining('docs/vpc-credentials.md') }]);
  });

  it('ends with an invocation that failed, too', async () => {
    const { aws, ended } = setUp(async () => undefined);
    await invoke(aws);
    aws.before({ context });
    const error = await read(aws).catch((reason: Error) => reason);
    await aws.onError({ context, error: error as Error });
    expect(ended).toMatchObject([{ error: { code: 'CREDENTIALS_REFUSED' } }]);
  });

  it('goes on when AWS knows its credentials in time', async () => {
    const { aws, ended } = setUp(async () => undefined);
    await invoke(aws);
    bench.fake.answer(fakeAwsSuccess);
    await invoke(aws);
    expect(ended).toEqual([]);
  });

  it('answers on when it cannot end', async () => {
    const { aws } = setUp(async () => Promise.reject(new Error('the Runtime API is gone')));
    await invoke(aws);
    await invoke(aws);
    expect(bench.telemetry.lines.at(-1)).toMatchObject({
      code: 'aws.credentials.not_ended',
      fields: { error: { message: 'the Runtime API is gone' } },
    });
  });

  it('is never ended outside Lambda', async () => {
    const aws = sessionAt(bench, { credentials: inTurn(OLD) });
    bench.fake.answer(({ service }) => fakeAwsError(service, 'UnrecognizedClientException'));
    for (let time = 0; time < 3; time += 1) await invoke(aws);
    expect(dead()).toEqual([]);
  });
});
