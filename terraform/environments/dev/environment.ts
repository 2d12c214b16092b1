import { cognitoIssuer } from '../cognito-issuer.ts';
import { defaults } from '../defaults.ts';
import type { Environment } from '../environment.ts';
import { own } from './routes.ts';

/** Made and destroyed at will: no VPC, short logs. `EXAMPLE` and `example.com` are to be replaced before a deployment. */
export const dev: Environment = {
  ...defaults,
  name: 'dev',
  state: { kind: 'local' },
  issuers: [cognitoIssuer({ alias: 'cognito', userPoolId: 'eu-central-1_EXAMPLE', clientIds: ['EXAMPLE-client-id'] })],
  allowedOrigins: ['https://app.dev.example.com'],
  logRetentionDays: 7,
  throttle: { ratePerSecond: 50, burst: 100, publicRoute: { ratePerSecond: 10, burst: 20 } },
  protection: { preventDestroy: false, deletionProtection: false },
  own,
};
