import { readdirSync, rmSync } from 'node:fs';
import { ENVIRONMENTS } from '@cloakroom/terraform';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createRun, OTHER, PAGE, POOL, SIGN_IN } from './configure-fixture.ts';

const { run, folder } = createRun();
afterAll(() => rmSync(folder, { recursive: true }));

/** The options, with another text in the place of one. */
const changed = (options: readonly string[], from: string, to: string) => options.map((one) => one.replace(from, to));

const VPC = ['--vpc-id', 'vpc-11111111', '--subnet-id', 'subnet-11111111', '--subnet-id', 'subnet-22222222'];

describe('scripts/configure', () => {
  it.each<[string, readonly string[], string]>([
    [
      'an account that is none',
      ['--account', '12', ...POOL.slice(2), ...PAGE],
      '--account: accountId: must be the twelve digits',
    ],
    ['a region that is none', [...POOL, ...PAGE, '--region', 'Frankfurt'], '--region: region: must be an AWS region'],
    ['an app of one letter', [...POOL, ...PAGE, '--app', 'a'], '--app: app: must be 2 to 20'],
    [
      'a bucket that is none',
      [...POOL, ...PAGE, '--state-bucket', 'A_B'],
      '--state-bucket: state.bucket: must be a bucket name',
    ],
    [
      'a user pool that is none',
      ['--account', '111122223333', '--user-pool-id', 'pool', '--client-id', 'w', ...PAGE],
      '--user-pool-id: pool is none',
    ],
    [
      'two providers',
      [...POOL, ...PAGE, '--issuer', 'https://id.shop.dev'],
      '--user-pool-id and --issuer exclude each other',
    ],
    [
      'an http issuer',
      [...changed(OTHER, 'https', 'http'), ...PAGE],
      '--user-pool-id, --issuer: issuers: 0.issuer: must be an https URL',
    ],
    [
      'an issuer of this machine',
      [...changed(OTHER, 'https://id.shop.dev', 'https://localhost'), ...PAGE],
      '--user-pool-id, --issuer: issuers.0.issuer: https://localhost is this machine',
    ],
    ['an empty client', [...POOL, ...PAGE, '--client-id', ''], '--client-id: issuers: 0.clientIds.1'],
    ['no audience', [...OTHER.slice(0, -2), ...PAGE], '--audience: issuers: needs audiences'],
    [
      'an audience of Cognito',
      [...POOL, ...PAGE, '--audience', 'x'],
      '--audience, --algorithm, --profile and --login-claim are for other',
    ],
    ['a profile that is none', [...OTHER, ...PAGE, '--profile', 'saml'], '--profile: issuers: 0.profile'],
    ['a signature that is none', [...OTHER, ...PAGE, '--algorithm', 'HS256'], '--algorithm: issuers: 0.algorithms.0'],
    ['a claim that is none', [...OTHER, ...PAGE, '--login-claim', 'jti'], '--login-claim: issuers: 0.loginClaim'],
    ['an alias that is none', [...POOL, ...PAGE, '--alias', 'A B'], '--alias: issuers: 0.alias'],
    [
      'a page with a path',
      [...POOL, '--origin', 'https://app.shop.dev/x'],
      '--frontend, --origin: allowedOrigins.0: must be an exact origin',
    ],
    ['a page without a domain', [...POOL, '--frontend', 'https://app.shop.dev'], '--domain: publicUrl is missing'],
    [
      'a page of another site',
      [...POOL, ...changed(SIGN_IN, 'api.shop.dev', 'api.other.dev')],
      '--frontend, --domain: frontends of cognito: https://app.shop.dev is another site',
    ],
    [
      'a client that nobody knows',
      [...POOL, ...SIGN_IN, '--browser-client-id', 'y'],
      '--browser-client-id: issuers: has a contradiction in browser of cognito: clientId y is none',
    ],
    [
      'a domain that is none',
      [...POOL, ...PAGE, '--domain', 'API', '--hosted-zone-id', 'Z1'],
      '--domain: domain.name: must be a host name',
    ],
    [
      'a domain without a certificate',
      [...POOL, ...PAGE, '--domain', 'api.shop.dev'],
      '--hosted-zone-id, --certificate-arn: domain: has neither, and needs exactly one',
    ],
    ['a zone of nothing', [...POOL, ...PAGE, '--hosted-zone-id', 'Z1'], '--domain is missing'],
    [
      'a certificate of another region',
      [
        ...POOL,
        ...PAGE,
        '--domain',
        'api.shop.dev',
        '--certificate-arn',
        'arn:aws:acm:eu-west-1:111122223333:certificate/1',
      ],
      '--certificate-arn: domain.certificateArn is of eu-west-1',
    ],
    ['a secret without a page', [...POOL, ...PAGE, '--client-secret-name', 'web'], '--frontend is missing'],
    ['a VPC of another kind', [...POOL, ...PAGE, '--vpc', 'old'], '--vpc: old is none of none, new, existing'],
    ['a VPC without an id', [...POOL, ...PAGE, '--vpc', 'existing'], '--vpc-id is missing'],
    [
      'one subnet',
      [
        ...POOL,
        ...PAGE,
        '--vpc-id',
        'vpc-11111111',
        '--subnet-id',
        'subnet-11111111',
        '--route-table-id',
        'rtb-11111111',
      ],
      '--subnet-id: network.subnetIds',
    ],
    [
      'no route table',
      [
        ...POOL,
        ...PAGE,
        '--vpc-id',
        'vpc-11111111',
        '--subnet-id',
        'subnet-11111111',
        '--subnet-id',
        'subnet-22222222',
      ],
      '--route-table-id: network: needs routeTableIds',
    ],
    [
      'an endpoint without a VPC',
      [...POOL, ...PAGE, '--sqs-security-group-id', 'sg-11111111'],
      '--dynamodb-prefix-list-id, --sqs-security-group-id, --sts-security-group-id: goes with --vpc existing alone',
    ],
    [
      'an endpoint that is none',
      [...POOL, ...PAGE, ...VPC, '--sqs-security-group-id', 'x'],
      '--dynamodb-prefix-list-id, --sqs-security-group-id, --sts-security-group-id: network.endpoints',
    ],
    [
      'a range of no VPC',
      [...POOL, ...PAGE, '--vpc', 'new', '--vpc-cidr', '10.0.0.0/8'],
      '--vpc-cidr: network.cidrBlock',
    ],
    ['one zone', [...POOL, ...PAGE, '--vpc', 'new', '--zone', 'a'], '--zone: network.subnets'],
    [
      'a zone of another region',
      [...POOL, ...PAGE, '--vpc', 'new', '--zone', 'us-east-1a', '--zone', 'b'],
      '--zone: network.subnets: us-east-1a is not in the region',
    ],
    [
      'days that are none',
      [...POOL, ...PAGE, '--refresh-token-days', 'many'],
      '--refresh-token-days: many is no number',
    ],
    [
      'no days',
      [...POOL, ...PAGE, '--refresh-token-days', '0'],
      '--refresh-token-days: sessions.loginMaxLifetimeSeconds',
    ],
    [
      'nobody that could be told',
      [...POOL, ...PAGE, '--notify', 'me'],
      '--notify: alarms.notify.0: must be an e-mail address',
    ],
    [
      'a boundary that is none',
      [...POOL, ...PAGE, '--permissions-boundary', 'x'],
      '--permissions-boundary: permissionsBoundary: must be',
    ],
    ['a tag without a value', [...POOL, ...PAGE, '--tag', 'x'], '--tag: must be key=value'],
    ['a tag of AWS', [...POOL, ...PAGE, '--tag', 'aws:x=y'], '--tag: tags'],
    [
      'what Terraform would read',
      [...POOL, ...PAGE, '--client-id', '$'.concat('{x}')],
      '<environment>: no value may hold',
    ],
  ])('refuses %s by the option that it came from', async (_, args, problem) => {
    await expect(run(args)).rejects.toThrow(`  - ${problem}`);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses a name whose alarms, logs and roles would be taken for those of another', async () => {
    const prod = { ...ENVIRONMENTS.prod, name: 'q', accountId: '111122223333', state: { kind: 'local' as const } };
    const q = { ...prod, issuers: [], allowedOrigins: [], alarms: { notify: [] } };
    const environments = { q, qa: { ...q, name: 'qa' }, 'qa-2': { ...q, name: 'qa-2' } };
    await expect(run([...POOL, ...PAGE], { environments })).rejects.toThrow(
      '  - <environment>: name: cloakroom-qa- and cloakroom-qa-2- of qa-2 begin alike',
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});
