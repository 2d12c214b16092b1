import { readEnv } from '@cloakroom/core';
import { recordTelemetry } from '@cloakroom/testing';
import { expect, it } from '@jest/globals';
import { awsEnv, awsSessionFrom } from './session.ts';

it('makes the session of the region that Lambda tells, with a role or without one', () => {
  expect(readEnv(awsEnv, { AWS_REGION: 'eu-central-1' })).toEqual({ AWS_REGION: 'eu-central-1' });
  const role = 'arn:aws:iam::123456789012:role/cloakroom';
  const env = readEnv(awsEnv, { AWS_REGION: 'eu-central-1', CLOAKROOM_ROLE_ARN: role });
  expect(env.CLOAKROOM_ROLE_ARN).toBe(role);
  expect(awsSessionFrom(env, recordTelemetry()).region).toBe('eu-central-1');
});

it('asks for the region, and for a role that is not empty', () => {
  const read = () => readEnv(awsEnv, { CLOAKROOM_ROLE_ARN: '' });
  expect(read).toThrow(
    expect.objectContaining({ problems: ['AWS_REGION is missing', 'CLOAKROOM_ROLE_ARN is missing'] }),
  );
});
