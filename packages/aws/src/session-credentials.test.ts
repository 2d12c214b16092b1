import { fakeAwsError, fakeAwsSuccess } from '@cloakroom/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createAwsSession } from './index.ts';
import {
  acceptOnlyNew,
  askQueue,
  inTurn,
  keysSeen,
  NEW,
  OLD,
  REGION,
  sessionAt,
  sessionBench,
  WAYS,
} from './session-fixture.ts';
import { sqsFrom } from './sqs.ts';
import { verifyIdentity } from './sts.ts';

const bench = sessionBench();

describe.each(WAYS)('credentials that AWS refuses, through $way,', ({ read }) => {
  it.each(['UnrecognizedClientException', 'ExpiredTokenException', 'InvalidClientTokenId', 'ExpiredToken'])(
    'are resolved again after %s, and the request is signed anew, by every client',
    async (code) => {
      acceptOnlyNew(bench, code);
      for (const send of [
        (aws = sessionAt(bench)) => read(aws),
        (aws = sessionAt(bench)) => sqsFrom(aws).send(askQueue),
        (aws = sessionAt(bench)) => verifyIdentity(aws),
      ]) {
        bench.fake.requests.length = 0;
        await send();
        expect(keysSeen(bench)).toEqual([OLD.accessKeyId, NEW.accessKeyId]);
        expect(bench.fake.requests[1]?.signature).not.toBe(bench.fake.requests[0]?.signature);
      }
    },
  );

  it('are resolved again once for all requests in flight', async () => {
    acceptOnlyNew(bench, 'UnrecognizedClientException');
    const credentials = inTurn(OLD, NEW);
    const aws = sessionAt(bench, { credentials });
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? read(aws) : sqsFrom(aws).send(askQueue))),
    );
    expect(credentials.calls).toBe(2);
    expect(bench.telemetry.counts).toEqual([{ metric: 'CredentialRefresh', dimensions: {} }]);
    expect(
      bench.telemetry.lines.map(({ code }) => code).filter((code) => code === 'aws.credentials.obtained'),
    ).toHaveLength(2);
    expect(keysSeen(bench).filter((key) => key === OLD.accessKeyId)).toHaveLength(50);
    expect(keysSeen(bench).filter((key) => key === NEW.accessKeyId)).toHaveLength(50);
  });

  it('leave a trace in the log that names the attempt and the wait, and never the key or the secret', async () => {
    acceptOnlyNew(bench, 'ExpiredTokenException');
    await read(sessionAt(bench));
    expect(bench.telemetry.lines.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'aws.client.created: DynamoDB client created successfully',
      'aws.credentials.obtained: Session credentials obtained successfully',
      'aws.credentials.refresh: Credential error (attempt 1/3), retrying in 0.1s with credential refresh',
      'aws.credentials.cleared: Clearing cached AWS clients to force credential refresh',
      'aws.credentials.obtained: Session credentials obtained successfully',
    ]);
    expect(JSON.stringify(bench.telemetry.lines)).not.toMatch(/AKIAOLD|AKIANEW|secret-of/);
    expect(bench.waits).toEqual([75]);
  });

  it('are given up after three attempts, as an outage that passes', async () => {
    bench.fake.answer(({ service }) => fakeAwsError(service, 'ExpiredTokenException'));
    const third = { accessKeyId: 'AKIATHIRDTHIRD000003', secretAccessKey: 'third' };
    const sent = read(sessionAt(bench, { credentials: inTurn(OLD, NEW, third) }));
    await expect(sent).rejects.toMatchObject({
      code: 'CREDENTIALS_REFUSED',
      unchanged: false,
      cause: { name: 'ExpiredTokenException' },
    });
    expect(keysSeen(bench)).toEqual([OLD.accessKeyId, NEW.accessKeyId, third.accessKeyId]);
    expect(bench.waits).toEqual([75, 150]);
    expect(bench.telemetry.lines.map(({ message }) => message)).toContain(
      'Credential error (attempt 2/3), retrying in 0.1s with credential refresh',
    );
  });

  it('say so when a refresh gives the same ones, and are tried again all the same', async () => {
    bench.fake.answer(({ service }) => fakeAwsError(service, 'UnrecognizedClientException'));
    const sent = read(sessionAt(bench, { credentials: inTurn(OLD) }));
    await expect(sent).rejects.toMatchObject({
      code: 'CREDENTIALS_REFUSED',
      message: expect.stringMatching(/3 times.*changed nothing.*UnrecognizedClientException/),
      unchanged: true,
      cause: { name: 'UnrecognizedClientException' },
    });
    expect(bench.fake.requests).toHaveLength(3);
    expect(bench.telemetry.lines.map(({ code }) => code)).toContain('aws.credentials.unchanged');
  });

  it('are not tried again when the wait would end after the deadline', async () => {
    acceptOnlyNew(bench, 'ExpiredTokenException');
    const aws = sessionAt(bench);
    // 75 ms to wait, and 200 ms that belong to the answer.
    aws.before({ context: { getRemainingTimeInMillis: () => 275 } });
    await expect(read(aws)).rejects.toMatchObject({ code: 'CREDENTIALS_REFUSED' });
    expect(bench.fake.requests).toHaveLength(1);
    expect(bench.waits).toEqual([]);
  });
});

describe.each(WAYS)('a read through $way', ({ read }) => {
  it('asks once, and not again, when access is denied', async () => {
    bench.fake.answer(({ service }) => fakeAwsError(service, 'AccessDeniedException'));
    const aws = sessionAt(bench);
    await expect(read(aws)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(bench.fake.requests).toHaveLength(1);
    expect(bench.telemetry.counts).toEqual([]);
  });
});

describe.each(WAYS)('the standard chain, for $way,', ({ read }) => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });

  it('gives the credentials of the environment, as on Lambda', async () => {
    process.env.AWS_ACCESS_KEY_ID = NEW.accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = NEW.secretAccessKey;
    acceptOnlyNew(bench, 'UnrecognizedClientException');
    await read(createAwsSession({ region: REGION, telemetry: bench.telemetry }));
    expect(keysSeen(bench)).toEqual([NEW.accessKeyId]);
  });

  it('is gone through again for refused credentials, and gets new ones where the container has them', async () => {
    Object.assign(process.env, {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${bench.fake.url}/credentials`,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    });
    const handedOut = [OLD, NEW];
    bench.fake.answer((request) => {
      if (request.accessKeyId === OLD.accessKeyId) return fakeAwsError(request.service, 'ExpiredTokenException');
      if (request.accessKeyId === NEW.accessKeyId) return fakeAwsSuccess(request);
      const { accessKeyId, secretAccessKey } = handedOut.shift() ?? OLD;
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      const body = { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: 'token', Expiration };
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    });
    await read(createAwsSession({ region: REGION, telemetry: bench.telemetry, random: () => 0 }));
    expect(keysSeen(bench)).toEqual(['', OLD.accessKeyId, '', NEW.accessKeyId]);
  });
});
