import type { Environment } from '../environments/environment.ts';
import { prod } from '../environments/prod/environment.ts';
import { ATTACHED_APIS } from './attached-environment.ts';
import { CERTIFICATE_ARN } from './domain-environment.ts';
import { fieldPaths } from './field-paths.ts';
import { WEB_APPS } from './web-apps-environment.ts';

/** Fields that no environment of ours sets; they need not go together. */
const UNSET: Partial<Environment> = {
  publicUrl: 'https://api.example.com',
  permissionsBoundary: 'arn:aws:iam::123456789012:policy/developers',
  tags: { team: 'identity' },
  dataRoleArn: 'arn:aws:iam::123456789012:role/data',
  endpointUrls: { dynamodb: 'https://a.example', sqs: 'https://b.example', sts: 'https://c.example' },
  domain: {
    name: 'api.example.com',
    certificateArn: CERTIFICATE_ARN,
    hostedZoneId: 'Z0123456789ABCDEFGHIJ',
    mutualTls: { truststoreUri: 's3://example-truststore/clients.pem', truststoreVersion: 'v1' },
    defaultEndpoint: 'off',
  },
  throttle: { ...prod.throttle, routes: { 'GET /sessions': { ratePerSecond: 1, burst: 1 } } },
  functions: {},
  attachTo: ATTACHED_APIS,
  webApps: WEB_APPS,
  sessions: { ...prod.sessions, absoluteSeconds: 3600, ttlHours: 1 },
  tables: { sessions: 'cloakroom-prod-sessions-202601311200', events: 'cloakroom-prod-events-202601311200' },
  alarms: { notify: [], runbooksUrl: 'https://wiki.example.com/runbooks', thresholds: {} },
};

/** A VPC that somebody else made. */
export const EXISTING_NETWORK = {
  vpcId: 'vpc-0123456789abcdef0',
  subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  routeTableIds: ['rtb-0123456789abcdef0'],
  endpoints: 'create' as const,
};

/** The path of every field that an environment may have. */
export const EVERY_FIELD: readonly string[] = fieldPaths({
  ...prod,
  ...UNSET,
  network: { ...prod.network, ...EXISTING_NETWORK },
});
