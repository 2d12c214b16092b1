import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { fakeAwsError, fakeAwsSuccess } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import { OLD, sessionAt, sessionBench, WAYS } from './session-fixture.ts';

const bench = sessionBench();
const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.0' };
const page = { status: 502, headers: { 'content-type': 'text/html' }, body: '<html><h1>Bad Gateway</h1></html>' };

describe.each(WAYS)('a read through $way', ({ way, read }) => {
  it.each([
    ['an answer that is cut off', 'cut' as const],
    ['the page of a proxy', page],
  ])('is DEPENDENCY_UNAVAILABLE after three attempts: %s', async (_, answer) => {
    bench.fake.answer(() => answer);
    await expect(read(sessionAt(bench))).rejects.toMatchObject({
      code: 'DEPENDENCY_UNAVAILABLE',
      service: 'DynamoDBClient',
    });
    expect(bench.fake.requests).toHaveLength(3);
  });

  it.each(['{"Item":', '<html>', 'null', '""', '[1'])(
    'never takes for an empty answer what is none: %s',
    async (body) => {
      bench.fake.answer(() => ({ status: 200, headers: JSON_TYPE, body }));
      const asked = read(sessionAt(bench));
      // The SDK reads null and a text as an object without an item: that is "no session", which lets nobody in.
      if (way === "the SDK's client" && ['null', '""'].includes(body))
        await expect(asked).resolves.not.toHaveProperty('Item');
      else await expect(asked).rejects.toThrow();
    },
  );

  it('is signed again by the time of AWS when the clock of the machine is wrong, and right from then on', async () => {
    const awsMs = Date.now() + 3_600_000;
    const date = new Date(awsMs).toUTCString();
    bench.fake.answer((request) => {
      const answer =
        Math.abs(request.signedAtMs - awsMs) < 300_000
          ? fakeAwsSuccess(request)
          : fakeAwsError('dynamodb', 'InvalidSignatureException');
      return typeof answer === 'string' ? answer : { ...answer, headers: { ...answer.headers, date } };
    });
    const aws = sessionAt(bench);
    await read(aws);
    await read(aws);
    expect(bench.fake.requests.map(({ signedAtMs }) => Math.abs(signedAtMs - awsMs) < 300_000)).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('a read through the lean client', () => {
  it('repeats of what AWS says no line but the first: others may hold the token of its credentials', async () => {
    const message =
      "The signature does not match.\n\nThe canonical string should have been\n'POST\n/\nx-amz-security-token:canary'";
    const body = JSON.stringify({ __type: 'com.amazon.coral.service#InvalidSignatureException', message });
    bench.fake.answer(() => ({ status: 400, headers: JSON_TYPE, body }));
    await expect(sessionAt(bench).items.getItem({ TableName: 'any', Key: {} })).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: 'The signature does not match.',
    });
  });

  it('names what it could not read', async () => {
    bench.fake.answer(() => ({ status: 200, headers: JSON_TYPE, body: '<html>' }));
    await expect(sessionAt(bench).items.getItem({ TableName: 'any', Key: {} })).rejects.toMatchObject({
      code: 'DEPENDENCY_UNAVAILABLE',
      message: expect.stringContaining('unreadable answer: not a JSON object'),
    });
    expect(bench.fake.requests).toHaveLength(3);
  });

  it('meets a kept connection that was closed meanwhile, and has its three attempts left', async () => {
    const known = new Set<number | undefined>();
    let failures = 2;
    bench.fake.answer((request) => {
      if (known.has(request.clientPort)) return 'reset';
      known.add(request.clientPort);
      if (bench.fake.requests.length === 1) return fakeAwsSuccess(request);
      failures -= 1;
      return failures >= 0 ? 'reset' : fakeAwsSuccess(request);
    });
    const { items } = sessionAt(bench);
    const input = { TableName: 'any', Key: {} };
    await items.getItem(input);
    expect(await items.getItem(input)).toEqual({});
    // The first one, the kept connection, and three attempts.
    expect(bench.fake.requests).toHaveLength(5);
    expect(bench.waits).toHaveLength(2);
  });

  it('is ended with its invocation, not when its own two seconds are up: none goes on in a frozen environment', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const aws = sessionAt(bench);
    aws.before({ context: { getRemainingTimeInMillis: () => 400 } });
    const startedAt = performance.now();
    const asked = aws.items.getItem({ TableName: 'any', Key: {} });
    const [socket] = (await once(server, 'connection')) as [Socket];
    const closed = once(socket.resume(), 'close');
    await expect(asked).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    await closed;
    expect(performance.now() - startedAt).toBeLessThan(1500);
    server.close();
  });

  it('logs nothing but that the client and credentials are there', async () => {
    bench.fake.answer(fakeAwsSuccess);
    await sessionAt(bench).items.getItem({ TableName: 'any', Key: { user_key: { S: 'secret-of-a-user' } } });
    expect(bench.telemetry.lines.map(({ code }) => code)).toEqual(['aws.client.created', 'aws.credentials.obtained']);
    expect(JSON.stringify(bench.telemetry.lines)).not.toContain('secret');
  });
});

describe('warming up', () => {
  it('opens the connection that the first read uses', async () => {
    bench.fake.answer((request) => ({
      ...(fakeAwsSuccess(request) as object),
      status: request.service === '' ? 404 : 200,
      body: '{}',
    }));
    const aws = sessionAt(bench);
    await aws.warmUp();
    expect(bench.telemetry.lines.map(({ code }) => code)).toContain('aws.credentials.obtained');
    await aws.items.getItem({ TableName: 'any', Key: {} });
    expect(bench.fake.requests.map(({ operation }) => operation)).toEqual(['', 'GetItem']);
    expect(new Set(bench.fake.requests.map(({ clientPort }) => clientPort)).size).toBe(1);
  });

  it('leaves credentials that take longer to the first read', async () => {
    bench.fake.answer(fakeAwsSuccess);
    const late = Promise.withResolvers<typeof OLD>();
    const aws = sessionAt(bench, { credentials: () => late.promise });
    await aws.warmUp();
    late.resolve(OLD);
    expect(await aws.items.getItem({ TableName: 'any', Key: {} })).toEqual({});
  });

  it.each(['reset', 'hang'] as const)('never fails, and takes a second at most: %s', async (answer) => {
    bench.fake.answer(() => answer);
    const startedAt = performance.now();
    await sessionAt(bench).warmUp();
    expect(performance.now() - startedAt).toBeLessThan(1500);
  });
});
