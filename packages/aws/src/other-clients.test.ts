import { GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { fakeAwsError } from '@cloakroom/testing';
import { describe, expect, it } from '@jest/globals';
import { kmsFrom } from './kms.ts';
import { secretsFrom } from './secrets.ts';
import { acceptOnlyNew, keysSeen, NEW, OLD, sessionAt, sessionBench } from './session-fixture.ts';

const bench = sessionBench();
const dataKey = new GenerateDataKeyCommand({ KeyId: 'alias/a', KeySpec: 'AES_256' });
const getSecret = new GetSecretValueCommand({ SecretId: 'a' });

describe.each([
  ['KMS', () => kmsFrom(sessionAt(bench)).send(dataKey), 'KMSClient'],
  ['Secrets Manager', () => secretsFrom(sessionAt(bench)).send(getSecret), 'SecretsManagerClient'],
])('the client of %s', (service, ask, clientName) => {
  it('has the credentials of the session, renewed when they are refused', async () => {
    acceptOnlyNew(bench, 'UnrecognizedClientException');
    await ask();
    expect(keysSeen(bench)).toEqual([OLD.accessKeyId, NEW.accessKeyId]);
    expect(bench.telemetry.lines.map(({ message }) => message)).toContain(`${service} client created successfully`);
  });

  it('tries three times what fails at AWS, and says then that it is not available', async () => {
    bench.fake.answer((request) => fakeAwsError(request.service, 'ThrottlingException'));
    await expect(ask()).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE', service: clientName });
    expect(bench.fake.requests).toHaveLength(3);
  });

  it('is made once', () => {
    const aws = sessionAt(bench);
    const clientOf = service === 'KMS' ? kmsFrom : secretsFrom;
    expect(clientOf(aws)).toBe(clientOf(aws));
    expect(bench.telemetry.lines.filter(({ code }) => code === 'aws.client.created')).toHaveLength(1);
  });

  it('copies no request for the log of the SDK', () => {
    const { middlewareStack } = service === 'KMS' ? kmsFrom(sessionAt(bench)) : secretsFrom(sessionAt(bench));
    expect(middlewareStack.identify().join()).not.toMatch(/logger/i);
  });
});
