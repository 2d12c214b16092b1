import { fakeAwsError, fakeAwsSuccess } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import { inTurn, keysSeen, NEW, OLD, sessionAt, sessionBench, WAYS } from './session-fixture.ts';
import { verifyIdentity } from './sts.ts';

const bench = sessionBench();

describe.each(WAYS)('an assumed role, for $way,', ({ read }) => {
  const ROLE = 'arn:aws:iam::000000000000:role/cloakroom';
  const credentialsOf = (key: string, expiresAt: string) =>
    `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken><Expiration>${expiresAt}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

  /** STS hands out ROLE1, ROLE2…; `refused` keys are refused by every service. */
  function handOutRoles(refused: string[], minutes = 60) {
    let assumed = 0;
    bench.fake.answer((request) => {
      if (refused.includes(request.accessKeyId)) return fakeAwsError(request.service, 'ExpiredToken', 403);
      if (request.operation !== 'AssumeRole') return fakeAwsSuccess(request);
      assumed += 1;
      const body = credentialsOf(`ROLE${assumed}`, new Date(Date.now() + minutes * 60_000).toISOString());
      return { status: 200, headers: { 'content-type': 'text/xml' }, body };
    });
  }

  it('signs every request but the one that assumes it', async () => {
    handOutRoles([]);
    const aws = sessionAt(bench, { roleArn: ROLE });
    await read(aws);
    const identity = await verifyIdentity(aws);
    expect(identity).toEqual({ account: '000000000000', arn: expect.stringContaining('assumed-role') });
    expect(bench.fake.requests.map(({ operation, accessKeyId }) => [operation, accessKeyId])).toEqual([
      ['AssumeRole', OLD.accessKeyId],
      ['GetItem', 'ROLE1'],
      ['GetCallerIdentity', 'ROLE1'],
    ]);
  });

  it('is assumed again when AWS says that its credentials have expired, with own credentials renewed too if need be', async () => {
    handOutRoles(['ROLE1', OLD.accessKeyId]);
    const refusedLater = sessionAt(bench, { roleArn: ROLE });
    await read(refusedLater);
    expect(bench.fake.requests.map(({ operation, accessKeyId }) => [operation, accessKeyId])).toEqual([
      ['AssumeRole', OLD.accessKeyId],
      ['AssumeRole', NEW.accessKeyId],
      ['GetItem', 'ROLE1'],
      ['AssumeRole', NEW.accessKeyId],
      ['GetItem', 'ROLE2'],
    ]);
  });

  it('is assumed again before its credentials end', async () => {
    handOutRoles([], 60);
    let later = 0;
    const aws = sessionAt(bench, { roleArn: ROLE, nowMs: () => Date.now() + later });
    await read(aws);
    later = 56 * 60_000;
    await read(aws);
    expect(keysSeen(bench).filter((key) => key.startsWith('ROLE'))).toEqual(['ROLE1', 'ROLE2']);
  });

  it('passes on that it may not be assumed, without a second try', async () => {
    bench.fake.answer(({ service }) => fakeAwsError(service, 'AccessDenied', 403));
    const aws = sessionAt(bench, { roleArn: ROLE });
    await expect(read(aws)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(bench.fake.requests).toHaveLength(1);
  });

  it('names STS when it cannot be assumed because STS is down', async () => {
    bench.fake.answer(({ service }) => fakeAwsError(service, 'InternalFailure', 500));
    const sent = read(sessionAt(bench, { roleArn: ROLE }));
    await expect(sent).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE', service: 'STSClient' });
  });

  it('tells own unchanged credentials from those of the role', async () => {
    handOutRoles([OLD.accessKeyId]);
    const aws = sessionAt(bench, { roleArn: ROLE, credentials: inTurn(OLD) });
    await expect(read(aws)).rejects.toMatchObject({
      code: 'CREDENTIALS_REFUSED',
      unchanged: true,
    });
    expect(keysSeen(bench)).toEqual([OLD.accessKeyId, OLD.accessKeyId, OLD.accessKeyId]);
  });

  it.each(['AccessKeyId', 'SecretAccessKey', 'SessionToken', 'Expiration'])(
    'is not taken without %s',
    async (element) => {
      const whole = credentialsOf('ROLE1', new Date().toISOString());
      const body = whole.replace(new RegExp(`<${element}>.*</${element}>`), '');
      bench.fake.answer(() => ({ status: 200, headers: { 'content-type': 'text/xml' }, body }));
      await expect(read(sessionAt(bench, { roleArn: ROLE }))).rejects.toThrow(
        `STS answered without credentials for ${ROLE}`,
      );
      expect(bench.fake.requests).toHaveLength(1);
    },
  );
});
