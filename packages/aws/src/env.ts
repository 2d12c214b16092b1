import { type EnvOf, type Telemetry, text } from '@cloakroom/core';
import * as v from 'valibot';
import { type AwsSession, createAwsSession } from './session.ts';

/** Lambda itself sets the region. The role is for whoever runs a function with credentials that are not those of its role. */
export const awsEnv = {
  AWS_REGION: text,
  CLOAKROOM_ROLE_ARN: v.optional(text),
};

export function awsSessionFrom(env: EnvOf<typeof awsEnv>, telemetry: Telemetry): AwsSession {
  return createAwsSession({ region: env.AWS_REGION, roleArn: env.CLOAKROOM_ROLE_ARN, telemetry });
}
