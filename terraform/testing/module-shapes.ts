import { cognitoIssuer } from '../environments/cognito-issuer.ts';
import { dev } from '../environments/dev/environment.ts';
import type { Environment } from '../environments/environment.ts';
import { prod } from '../environments/prod/environment.ts';
import { withBackchannelLogout } from './backchannel-environment.ts';
import { withBrowser } from './browser-environment.ts';
import { EXISTING_NETWORK } from './every-field.ts';
import { OWN } from './own-environment.ts';

/** Without an example of this repository. */
export const REAL = {
  issuers: [cognitoIssuer({ alias: 'cognito', userPoolId: 'eu-central-1_Shop12345', clientIds: ['shop'] })],
  allowedOrigins: ['https://app.shop.test'],
};
const named = { dynamodbPrefixListId: 'pl-0123456789abcdef0', sqsSecurityGroupId: 'sg-0123456789abcdef0' };

/** Environments, each with another structure. */
export const SHAPES = {
  dev: { ...dev, ...REAL },
  prod: {
    ...prod,
    ...REAL,
    alarms: { notify: [] },
    permissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess',
    publicUrl: 'https://d111111abcdef8.execute-api.eu-central-1.amazonaws.com',
  },
  browser: withBackchannelLogout(withBrowser({ ...prod, ...REAL, alarms: { notify: [] } })),
  existing: {
    ...dev,
    ...REAL,
    dataRoleArn: 'arn:aws:iam::123456789010:role/data',
    network: EXISTING_NETWORK,
    endpointUrls: { dynamodb: 'https://a.test', sqs: 'https://b.test' },
  },
  named: {
    ...dev,
    ...REAL,
    network: { ...EXISTING_NETWORK, endpoints: { ...named, stsSecurityGroupId: 'sg-0123456789abcdef1' } },
    endpointUrls: { sts: 'https://c.test' },
    sessions: { ...dev.sessions, ttlHours: 12 },
    publicUrl: 'https://d111111abcdef8.cloudfront.net',
  },
  domain: {
    ...dev,
    ...REAL,
    domain: {
      name: 'api.shop.test',
      certificateArn: 'arn:aws:acm:eu-central-1:210987654321:certificate/shop',
      mutualTls: { truststoreUri: 's3://shop-trust/clients.pem', truststoreVersion: 'v1' },
    },
    throttle: { ...dev.throttle, routes: { 'GET /sessions': { ratePerSecond: 1, burst: 1 } } },
    own: OWN,
    permissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess',
  },
  zone: {
    dataRoleArn: 'arn:aws:iam::123456789010:role/data',
    ...dev,
    ...REAL,
    domain: { name: 'api.shop.test', hostedZoneId: 'Z0123456789ABCDEFGHIJ' },
  },
} as const satisfies Readonly<Record<string, Environment>>;
