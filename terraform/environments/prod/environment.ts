import { cognitoIssuer } from '../cognito-issuer.ts';
import { defaults } from '../defaults.ts';
import type { Environment } from '../environment.ts';
import { own } from './routes.ts';

/** What people sign in to. `EXAMPLE`, `example` and the account are to be replaced before a deployment. */
export const prod: Environment = {
  ...defaults,
  name: 'prod',
  accountId: '123456789012',
  state: { kind: 's3', bucket: 'example-cloakroom-state-prod', region: 'eu-central-1' },
  issuers: [cognitoIssuer({ alias: 'cognito', userPoolId: 'eu-central-1_EXAMPLE', clientIds: ['EXAMPLE-client-id'] })],
  allowedOrigins: ['https://app.example.com'],
  logRetentionDays: 365,
  customerLogKey: true,
  throttle: { ratePerSecond: 1000, burst: 2000, publicRoute: { ratePerSecond: 200, burst: 400 } },
  alarms: { notify: ['on-call@example.com'] },
  protection: { preventDestroy: true, deletionProtection: true },
  network: {
    cidrBlock: '10.30.0.0/20',
    subnets: [
      { availabilityZone: 'eu-central-1a', cidrBlock: '10.30.0.0/22' },
      { availabilityZone: 'eu-central-1b', cidrBlock: '10.30.4.0/22' },
      { availabilityZone: 'eu-central-1c', cidrBlock: '10.30.8.0/22' },
    ],
    flowLogs: true,
  },
  own,
};
