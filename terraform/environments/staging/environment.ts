import { cognitoIssuer } from '../cognito-issuer.ts';
import { defaults } from '../defaults.ts';
import type { Environment } from '../environment.ts';
import { own } from './routes.ts';

/** As prod, smaller. `EXAMPLE` and `example` are to be replaced before a deployment. */
export const staging: Environment = {
  ...defaults,
  name: 'staging',
  state: { kind: 's3', bucket: 'example-cloakroom-state-staging', region: 'eu-central-1' },
  issuers: [cognitoIssuer({ alias: 'cognito', userPoolId: 'eu-central-1_EXAMPLE', clientIds: ['EXAMPLE-client-id'] })],
  allowedOrigins: ['https://app.staging.example.com'],
  logRetentionDays: 30,
  throttle: { ratePerSecond: 200, burst: 400, publicRoute: { ratePerSecond: 40, burst: 80 } },
  alarms: { notify: ['on-call@example.com'] },
  protection: { preventDestroy: true, deletionProtection: false },
  network: {
    cidrBlock: '10.20.0.0/20',
    subnets: [
      { availabilityZone: 'eu-central-1a', cidrBlock: '10.20.0.0/22' },
      { availabilityZone: 'eu-central-1b', cidrBlock: '10.20.4.0/22' },
    ],
    flowLogs: true,
  },
  own,
};
