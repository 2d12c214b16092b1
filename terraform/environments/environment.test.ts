import { describe, expect, it } from '@jest/globals';
import { ATTACHED_APIS } from '../testing/attached-environment.ts';
import { EXISTING_NETWORK } from '../testing/every-field.ts';
import { parseEnvironment } from './environment.ts';
import { ENVIRONMENTS } from './index.ts';

const { dev, prod } = ENVIRONMENTS;

/** An environment with an API that exists, changed as told, for each argument. */
const attached = (...changes: readonly object[]) => ({
  ...prod,
  attachTo: changes.map((change) => ({ ...ATTACHED_APIS[0], ...change })),
});

const ownFunction = (name: string) => ({ functions: { [name]: { entry: 'apps/a.ts' } }, routes: { 'GET /a': name } });

describe('parseEnvironment', () => {
  it('takes any number of environments, and a name of AWS as long as can be', () => {
    const longest = { ...dev, app: 'a'.repeat(20), name: 'qa-2', own: ownFunction('f'.repeat(32)) };
    expect(parseEnvironment(longest)).toEqual(longest);
    const atLimit = { ...dev, app: 'a'.repeat(20), name: 'n'.repeat(20), own: ownFunction('f'.repeat(22)) };
    expect(parseEnvironment(atLimit)).toEqual(atLimit);
  });

  it.each(Object.entries(ENVIRONMENTS))('accepts %s', (_, environment) => {
    expect(parseEnvironment(environment)).toMatchObject(environment);
  });

  it.each<[string, object, string]>([
    ['an unknown field', { ...dev, regoin: 'eu-central-1' }, 'regoin'],
    ['a region that is none', { ...dev, region: 'Frankfurt' }, 'region: must be an AWS region'],
    ['a pattern for an origin', { ...dev, allowedOrigins: ['*'] }, 'allowedOrigins.0'],
    ['a pattern in an origin', { ...dev, allowedOrigins: ['https://*.example.com'] }, 'allowedOrigins.0'],
    ['the origin null', { ...dev, allowedOrigins: ['null'] }, 'allowedOrigins.0'],
    ['an origin with a path', { ...dev, allowedOrigins: ['https://app.example.com/'] }, 'must be an exact origin'],
    ['an origin in capitals', { ...dev, allowedOrigins: ['https://App.example.com'] }, 'must be an exact origin'],
    [
      'an origin of an app with a path',
      { ...dev, allowedOrigins: ['capacitor://localhost/'] },
      'must be an exact origin',
    ],
    ['an app of one letter', { ...dev, app: 'a' }, 'app: must be 2 to 20'],
    ['an app that ends in a hyphen', { ...dev, app: 'shop-' }, 'app: must be 2 to 20'],
    ['an app too long', { ...dev, app: 'a'.repeat(21) }, 'app: must be 2 to 20'],
    ['a name of one letter', { ...dev, name: 'd' }, 'name: must be 2 to 20'],
    ['a name in capitals', { ...dev, name: 'Dev' }, 'name: must be 2 to 20'],
    ['a name too long', { ...dev, name: 'd'.repeat(21) }, 'name: must be 2 to 20'],
    ['the name of the local stack', { ...dev, name: 'local' }, 'name: must not be local'],
    [
      'a function whose name AWS would refuse',
      { ...dev, app: 'a'.repeat(20), name: 'n'.repeat(20), own: ownFunction('f'.repeat(23)) },
      'has 65 characters, and AWS takes 64',
    ],
    ['a level that is none', { ...dev, logLevel: 'TRACE' }, 'logLevel'],
    [
      'a sampling in per cent',
      { ...dev, authorizerLogSampling: 10 },
      'authorizerLogSampling: must be a number from 0 to 1',
    ],
    [
      'a sampling below nothing',
      { ...dev, authorizerLogSampling: -0.1 },
      'authorizerLogSampling: must be a number from 0 to 1',
    ],
    [
      'a sampling as text',
      { ...dev, authorizerLogSampling: '0.1' },
      'authorizerLogSampling: must be a number from 0 to 1',
    ],
    [
      'a lifetime in seconds and in hours',
      { ...dev, sessions: { ...dev.sessions, absoluteSeconds: 3600, ttlHours: 1 } },
      'sessions.absoluteSeconds 3600 and sessions.ttlHours 1 say the same: leave one of them out',
    ],
    ['half an hour', { ...dev, sessions: { ...dev.sessions, ttlHours: 0.5 } }, 'sessions.ttlHours'],
    [
      'a role that is a user',
      { ...dev, dataRoleArn: 'arn:aws:iam::123456789012:user/x' },
      'dataRoleArn: must be the ARN',
    ],
    ['an endpoint with a query', { ...dev, endpointUrls: { sqs: 'https://sqs.example?a' } }, 'endpointUrls.sqs'],
    ['an endpoint of another service', { ...dev, endpointUrls: { s3: 'https://s3.example' } }, 'endpointUrls.s3'],
    ['no origin', { ...dev, allowedOrigins: [] }, 'allowedOrigins'],
    ['a public URL with a slash at the end', { ...dev, publicUrl: 'https://api.example.com/' }, 'publicUrl'],
    ['a public URL with a query', { ...dev, publicUrl: 'https://api.example.com?a' }, 'publicUrl'],
    ['issuers that the functions would refuse', { ...dev, issuers: [{}] }, 'issuers: 0.alias'],
    [
      'a role over users of nobody',
      {
        ...dev,
        issuers: [{ ...dev.issuers[0], roles: [{ claim: 'groups', value: 'admins', administers: ['nobody'] }] }],
      },
      'issuers: has a role for no such alias',
    ],
    [
      'a service that is no client',
      { ...dev, issuers: [{ ...dev.issuers[0], services: ['nobody'] }] },
      'issuers: has a service that is none of its clientIds',
    ],
    ['no issuer', { ...dev, issuers: [] }, 'needs at least one issuer'],
    ['an account that is none', { ...prod, accountId: '1234' }, 'accountId: must be the twelve digits'],
    ['a key for the logs of no account', { ...dev, customerLogKey: true }, 'customerLogKey needs accountId'],
    ['APIs of no account', { ...dev, attachTo: ATTACHED_APIS }, 'attachTo needs accountId'],
    [
      'an API of unknown kind',
      attached({ kind: 'http2' }),
      "attachTo.0.kind: kind must be 'http', 'rest' or 'websocket'",
    ],
    ['an API by its address', attached({ apiId: 'https://a.example' }), 'attachTo.0.apiId: must be the id of an API'],
    ['a stage with a slash', attached({ stage: 'live/v1' }), 'attachTo.0.stage: must be the name of a stage'],
    ['the default stage of a REST API', attached({ kind: 'rest', stage: '$default' }), 'attachTo.0.stage: must be'],
    ['an API without a stage', attached({ stage: undefined }), 'attachTo.0.stage'],
    ['an API that stands twice', attached({}, {}), 'attachTo: API h1t2t3p4a5 stands twice with one stage'],
    ['an API of two kinds', attached({}, { kind: 'rest', stage: 'live' }), 'attachTo: API h1t2t3p4a5 has two kinds'],
    ['a retention that CloudWatch does not know', { ...dev, logRetentionDays: 8 }, 'logRetentionDays'],
    ['a time of zero', { ...dev, keysMaxAgeSeconds: 0 }, 'keysMaxAgeSeconds'],
    ['half a second', { ...dev, sessions: { ...dev.sessions, absoluteSeconds: 0.5 } }, 'sessions.absoluteSeconds'],
    ['a binding that is none', { ...dev, sessions: { ...dev.sessions, binding: 'loose' } }, 'sessions.binding'],
    [
      'an address kept in another way',
      { ...dev, sessions: { ...dev.sessions, ipStorage: 'hashed' } },
      'sessions.ipStorage',
    ],
    [
      'a touch so rare that sessions would idle out between two',
      { ...dev, sessions: { ...dev.sessions, bearerIdleSeconds: 1799 } },
      'touchIntervalSeconds is 300 and must be at most a sixth of bearerIdleSeconds, which is 1799',
    ],
    [
      'a path for a bucket',
      { ...dev, state: { kind: 's3', bucket: '/tmp/state', region: 'eu-west-1' } },
      'state.bucket',
    ],
    ['a state elsewhere', { ...dev, state: { kind: 'local', path: '/tmp/state' } }, 'state.path'],
    [
      'subnets of another region',
      { ...prod, region: 'eu-west-1' },
      'network.subnets: eu-central-1a is not in the region eu-west-1',
    ],
    [
      'one subnet',
      {
        ...prod,
        network: { ...prod.network, subnets: [{ availabilityZone: 'eu-central-1a', cidrBlock: '10.30.0.0/22' }] },
      },
      'network.subnets',
    ],
    [
      'an id that is none',
      { ...prod, network: { ...EXISTING_NETWORK, vpcId: 'vpc' } },
      'network.vpcId: must be an id, vpc-…',
    ],
    [
      'one subnet that exists',
      { ...prod, network: { ...EXISTING_NETWORK, subnetIds: ['subnet-01234567'] } },
      'subnetIds',
    ],
    [
      'a network that is made and exists',
      { ...prod, network: { ...prod.network, ...EXISTING_NETWORK } },
      'network.cidrBlock',
    ],
    [
      'an endpoint of DynamoDB in no route table',
      { ...prod, network: { ...EXISTING_NETWORK, routeTableIds: undefined } },
      'needs routeTableIds',
    ],
    [
      'endpoints of unknown kind',
      { ...prod, network: { ...EXISTING_NETWORK, endpoints: { s3: 'sg-01234567' } } },
      "network.endpoints: must be 'create'",
    ],
    ['a range that is none', { ...prod, network: { ...prod.network, cidrBlock: '10.0.0/16' } }, 'network.cidrBlock'],
    ['a range too wide', { ...prod, network: { ...prod.network, cidrBlock: '10.0.0.0/8' } }, 'network.cidrBlock'],
    [
      'a value that Terraform would read as an expression',
      {
        ...dev,
        state: { kind: 's3', bucket: 'b-ucket', region: 'eu-west-1' },
        publicUrl: `https://a.example/\${path.module}`,
      },
      'Terraform would read them',
    ],
    ['a template directive', { ...dev, publicUrl: 'https://a.example/%{if}' }, 'Terraform would read them'],
    ['nothing', {}, 'name'],
  ])('refuses %s, and says where', (_, environment, problem) => {
    expect(() => parseEnvironment(environment)).toThrow(problem);
  });

  it.each([
    EXISTING_NETWORK,
    { ...EXISTING_NETWORK, endpoints: { sqsSecurityGroupId: 'sg-01234567' } },
    {
      ...EXISTING_NETWORK,
      routeTableIds: undefined,
      endpoints: { dynamodbPrefixListId: 'pl-66a5400f', stsSecurityGroupId: 'sg-01234567' },
    },
  ])('accepts a network that exists: %j', (network) => {
    expect(parseEnvironment({ ...prod, network }).network).toEqual(network);
  });

  it('accepts an API with two stages', () => {
    const environment = attached({}, { stage: 'next' });
    expect(parseEnvironment(environment)).toMatchObject(environment);
  });

  it('names every problem at once', () => {
    expect(() => parseEnvironment({ ...dev, region: 'x', logRetentionDays: 8 })).toThrow(
      /region.*\n.*logRetentionDays/s,
    );
  });
});
