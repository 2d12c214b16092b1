import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { endpointOf } from './endpoint.ts';

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});
beforeEach(() => {
  for (const name of Object.keys(process.env).filter((name) => name.startsWith('AWS_'))) delete process.env[name];
  process.env.AWS_CONFIG_FILE = '/dev/null';
});

const COMMANDS = {
  dynamodb: { Client: DynamoDBClient, command: new GetItemCommand({ TableName: 'any', Key: {} }) },
  sts: { Client: STSClient, command: new GetCallerIdentityCommand({}) },
};

/** Where a client of the SDK sends to, without sending. */
async function sdkEndpoint(service: keyof typeof COMMANDS, region: string): Promise<string> {
  const { Client, command } = COMMANDS[service];
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  const client = new Client({ region, credentials, accountIdEndpointMode: 'disabled' } as never) as DynamoDBClient;
  let found = '';
  client.middlewareStack.add(
    () => async (args) => {
      const { protocol, hostname, port, path } = args.request as Record<string, string | undefined>;
      found = `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`;
      throw new Error('far enough');
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await expect(client.send(command as GetItemCommand)).rejects.toThrow('far enough');
  return found;
}

const REGIONS = [
  'eu-central-1',
  'us-east-1',
  'cn-north-1',
  'us-gov-west-1',
  'us-gov-east-1',
  'eusc-de-east-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'eu-isoe-west-1',
  'us-isof-south-1',
  'il-central-1',
  'mx-central-1',
];

describe.each(['dynamodb', 'sts'] as const)('the endpoint of %s', (service) => {
  describe.each([
    ['as it is', {}],
    ['with FIPS', { AWS_USE_FIPS_ENDPOINT: 'true' }],
    ['with IPv6', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }],
    ['with both', { AWS_USE_FIPS_ENDPOINT: 'true', AWS_USE_DUALSTACK_ENDPOINT: 'true' }],
    ['with neither', { AWS_USE_FIPS_ENDPOINT: 'false', AWS_USE_DUALSTACK_ENDPOINT: 'false' }],
  ])('%s', (_, variables) => {
    it.each(REGIONS)("is the SDK's in %s", async (region) => {
      Object.assign(process.env, variables);
      expect(endpointOf(service, region, variables).href).toBe(await sdkEndpoint(service, region));
    });
  });

  const own = `AWS_ENDPOINT_URL_${service.toUpperCase()}`;
  it.each([
    ['its own variable', { [own]: 'http://127.0.0.1:1' }],
    ['the variable of all services', { AWS_ENDPOINT_URL: 'http://127.0.0.1:2' }],
    ['its own before that of all', { [own]: 'http://127.0.0.1:1', AWS_ENDPOINT_URL: 'http://127.0.0.1:2' }],
    [
      'none of them when they are to be ignored',
      { [own]: 'http://127.0.0.1:1', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
    ],
    ['no empty one', { [own]: '', AWS_ENDPOINT_URL: '' }],
    ['one with a path', { [own]: 'https://proxy.example/aws/' }],
  ])('is that of %s, as in the SDK', async (_, variables) => {
    Object.assign(process.env, variables);
    expect(endpointOf(service, 'eu-central-1', variables).href).toBe(await sdkEndpoint(service, 'eu-central-1'));
  });

  it.each(['dynamodb.example', 'ftp://dynamodb.example', '//x', 'https://'])(
    'is no %s, and the variable is named',
    (address) => {
      for (const name of [own, 'AWS_ENDPOINT_URL']) {
        expect(() => endpointOf(service, 'eu-central-1', { [name]: address })).toThrow(`${name} must be an address`);
      }
    },
  );
});
