import { cognitoIssuer } from '../environments/cognito-issuer.ts';
import { defaults } from '../environments/defaults.ts';
import type { Environment } from '../environments/environment.ts';

const cognito = cognitoIssuer({ alias: 'cognito', userPoolId: 'eu-central-1_EXAMPLE', clientIds: ['EXAMPLE'] });
const FRONTEND = 'https://app.example.com';

/** As little as there can be: no VPC, no browsers. */
const least: Environment = {
  ...defaults,
  name: 'dev',
  state: { kind: 'local' },
  issuers: [cognito],
  allowedOrigins: [FRONTEND],
  logRetentionDays: 7,
  throttle: { ratePerSecond: 50, burst: 100, publicRoute: { ratePerSecond: 10, burst: 20 } },
  protection: { preventDestroy: false, deletionProtection: false },
};

/** All functions that there can be, those that need no internet in a VPC of their own, and every key and endpoint. */
const most: Environment = {
  ...least,
  name: 'prod',
  accountId: '123456789012',
  issuers: [
    {
      ...cognito,
      backchannelLogout: true,
      browser: {
        clientId: 'EXAMPLE',
        clientAuth: { method: 'client_secret_basic' },
        clientSecretName: 'cognito-client',
        frontends: [{ url: FRONTEND }],
      },
    },
  ],
  publicUrl: 'https://api.example.com',
  sessions: { ...defaults.sessions, handIn: true },
  customerLogKey: true,
  dataRoleArn: 'arn:aws:iam::210987654321:role/data',
  attachTo: [{ kind: 'rest', apiId: 'a1b2c3d4e5', stage: 'live' }],
  alarms: { notify: [] },
  network: {
    cidrBlock: '10.30.0.0/20',
    subnets: [
      { availabilityZone: 'eu-central-1a', cidrBlock: '10.30.0.0/22' },
      { availabilityZone: 'eu-central-1b', cidrBlock: '10.30.4.0/22' },
    ],
    flowLogs: true,
  },
};

/** What web apps may do: their store is as old as they were deployed, whatever runs here. */
const apps: Environment = {
  ...least,
  name: 'apps',
  accountId: '123456789012',
  network: most.network,
  webApps: [{ role: 'web' }, { role: 'admin-web', scan: true }],
};

/**
 * The stacks whose permissions a release keeps. Not those of `terraform/environments`: a team changes these, and the record of a release
 * is about the code alone.
 */
export const SHAPES: Readonly<Record<string, Environment>> = { least, most, apps };
