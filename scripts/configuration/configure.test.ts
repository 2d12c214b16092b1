import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENTS } from '@cloakroom/terraform';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfigureOptions } from './answers.ts';
import { type ConfigureTools, configure } from './configure.ts';
import { createRun, OTHER, PAGE, POOL, ROUTES, SIGN_IN } from './configure-fixture.ts';

let { run, folder, said, asked } = {} as ReturnType<typeof createRun>;
beforeEach(() => {
  ({ run, folder, said, asked } = createRun());
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Answers each question by the first line whose key is in it. */
function person(lines: Readonly<Record<string, readonly string[]>>): NonNullable<ConfigureTools['person']> {
  const left = Object.entries(lines).map(([key, answers]) => ({ key, answers: [...answers] }));
  return {
    say: (line) => said.push(line),
    async ask(question) {
      asked.push(question);
      return left.find(({ key, answers }) => question.includes(key) && answers.length > 0)?.answers.shift() ?? '';
    },
  };
}

describe('scripts/configure', () => {
  it('writes an environment with a Cognito user pool, and says what comes next', async () => {
    expect(await run([...POOL, ...PAGE])).toBe(`import { cognitoIssuer } from '../cognito-issuer.ts';
import { defaults } from '../defaults.ts';
import type { Environment } from '../environment.ts';
import { own } from './routes.ts';

/** Begun by scripts/configure, and yours to change: docs/configuration.md has every field. */
export const environment: Environment = {
  ...defaults,
  name: 'qa',
  accountId: '111122223333',
  state: {
    kind: 's3',
    bucket: 'cloakroom-state-111122223333',
    region: 'eu-central-1',
  },
  issuers: [
    cognitoIssuer({
      alias: 'cognito',
      userPoolId: 'eu-central-1_AbCdEfGhI',
      clientIds: ['web'],
    }),
  ],
  allowedOrigins: ['https://app.shop.dev'],
  logRetentionDays: 7,
  throttle: {
    ratePerSecond: 50,
    burst: 100,
    publicRoute: {
      ratePerSecond: 10,
      burst: 20,
    },
  },
  protection: {
    preventDestroy: false,
    deletionProtection: false,
  },
  own,
};
`);
    expect(readFileSync(join(folder, 'qa/routes.ts'), 'utf8')).toBe(readFileSync(ROUTES, 'utf8'));
    expect(asked).toEqual(['https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI']);
    expect(said.at(-1)).toContain(
      'next: scripts/bootstrap-state qa, unless there is the bucket cloakroom-state-111122223333',
    );
  });

  it('writes one with another provider, as its discovery document says', async () => {
    const written = await run([...OTHER, ...SIGN_IN, '--client-secret-name', 'web', '--refresh-token-days', '7']);
    expect(written.replace(/\s+/g, ' ')).toContain(
      "issuers: [ { alias: 'people', issuer: 'https://id.shop.dev', jwksUri: 'https://id.shop.dev/keys', profile: 'rfc9068', algorithms: ['ES256'], clientIds: ['web'], audiences: ['shop'], loginClaim: 'sid', browser: { clientId: 'web', clientSecretName: 'web', frontends: [ { url: 'https://app.shop.dev', }, ], }, }, ], allowedOrigins: ['https://app.shop.dev'], domain: { name: 'api.shop.dev', hostedZoneId: 'Z0123456789', },",
    );
    expect(written).toContain('sessions: {\n    ...defaults.sessions,\n    loginMaxLifetimeSeconds: 604800,\n  },');
  });

  it.each([
    ['https://shop.okta.com/oauth2/default', "profile: 'okta'", "loginClaim: 'auth_time'", 'providers.md#okta'],
    ['https://login.microsoftonline.com/8f7e/v2.0', "profile: 'entra'", "loginClaim: 'sid'", '#microsoft-entra-id'],
    ['https://shop.eu.auth0.com/', "profile: 'plain'", "loginClaim: 'sid'", 'providers.md#auth0'],
    ['https://id.shop.dev/realms/people', "profile: 'keycloak'", "loginClaim: 'sid'", 'providers.md#keycloak'],
  ])('knows what tokens of %s are like', async (issuer, profile, loginClaim, page) => {
    const written = await run([...OTHER.map((one) => one.replace('https://id.shop.dev', issuer)), ...PAGE]);
    expect(written).toContain(profile);
    expect(written).toContain(loginClaim);
    expect(said.join()).toContain(page);
  });

  it('protects what is called production, and what is said to be', async () => {
    const written = [
      await run([...POOL, ...PAGE, '--production']),
      await run([...POOL, ...PAGE, '--no-production', '--force']),
    ];
    expect(written.map((one) => one.includes('preventDestroy: true'))).toEqual([true, false]);
    const options = readConfigureOptions(['prod-eu', ...POOL, ...PAGE]);
    const discover = async (issuer: string) => ({ issuer, jwksUri: '', algorithms: [], hasSid: false });
    await configure(options, {
      folder,
      environments: {},
      routesTemplate: ROUTES,
      person: undefined,
      discover,
      say() {},
    });
    expect(readFileSync(join(folder, 'prod-eu/environment.ts'), 'utf8')).toContain('deletionProtection: true');
  });

  it('divides a VPC that is made among its zones', async () => {
    const written = await run([
      ...POOL,
      ...PAGE,
      '--vpc',
      'new',
      '--vpc-cidr',
      '10.1.0.0/20',
      '--zone',
      'a',
      '--zone',
      'eu-central-1c',
    ]);
    expect(written.replace(/\s+/g, ' ')).toContain(
      "cidrBlock: '10.1.0.0/20', subnets: [ { availabilityZone: 'eu-central-1a', cidrBlock: '10.1.0.0/22', }, { availabilityZone: 'eu-central-1c', cidrBlock: '10.1.4.0/22', }, ],",
    );
  });

  it('names all that is missing at once, and shows the command so far, where there is nobody to ask', async () => {
    await expect(run(['--region', 'eu-west-1'])).rejects.toThrow(
      /--account is missing[\s\S]*--user-pool-id is missing, or --issuer[\s\S]*--client-id is missing[\s\S]*--origin is missing[\s\S]*the command so far: scripts\/configure qa --region eu-west-1$/,
    );
  });

  it('takes a VPC that exists, with the endpoints that it has', async () => {
    const subnets = ['--subnet-id', 'subnet-11111111', '--subnet-id', 'subnet-22222222'];
    const endpoints = ['--dynamodb-prefix-list-id', 'pl-11111111', '--sqs-security-group-id', 'sg-11111111'];
    const written = await run([...POOL, ...PAGE, '--vpc-id', 'vpc-11111111', ...subnets, ...endpoints]);
    expect(written.replace(/\s+/g, ' ')).toContain(
      "vpcId: 'vpc-11111111', subnetIds: ['subnet-11111111', 'subnet-22222222'], endpoints: { dynamodbPrefixListId: 'pl-11111111', sqsSecurityGroupId: 'sg-11111111', },",
    );
  });

  it('writes over nothing, but says what would change, and does that by force', async () => {
    await run([...POOL, ...PAGE]);
    const file = join(folder, 'qa/environment.ts');
    writeFileSync(join(folder, 'qa/routes.ts'), 'our own');
    writeFileSync(file, 'as we have it');
    const environments = { qa: { ...ENVIRONMENTS.prod, name: 'qa' } };
    await expect(run([...POOL, ...PAGE], { environments })).rejects.toThrow(
      /environment\.ts is there, and nothing was written[\s\S]*- accountId: "123456789012" → "111122223333"[\s\S]*- alarms: \{.*\} → nothing/,
    );
    expect(readFileSync(file, 'utf8')).toBe('as we have it');
    said.length = 0;
    expect(await run([...POOL, ...PAGE, '--force'], { environments })).toContain("accountId: '111122223333'");
    expect(said.join('\n')).toContain('- accountId: "123456789012" → "111122223333"');
    expect(readFileSync(join(folder, 'qa/routes.ts'), 'utf8')).toBe('our own');
  });

  it('asks for what is missing, again until it is right, and shows the command that says the same', async () => {
    const lines = {
      'AWS account': ['12', '111122223333'],
      production: ['perhaps', 'no'],
      'user pool': ['https://id.shop.dev/', 'https://id.shop.dev'],
      Clients: ['', 'web, app'],
      Identifiers: ['web', 'shop'],
      'sign in by a cookie': ['https://app.shop.dev/'],
      'call the API with tokens': ['https://app.shop.dev'],
      VPC: ['new'],
    };
    const discover = async (issuer: string) => {
      if (issuer.endsWith('/')) throw new Error('says that the issuer is another');
      return { issuer, jwksUri: `${issuer}/keys`, algorithms: ['RS256'], hasSid: false };
    };
    const written = await run([], { person: person(lines), discover });
    expect(written).toContain("clientIds: ['web', 'app']");
    expect(written).toContain("loginClaim: 'auth_time'");
    expect(written).toContain("availabilityZone: 'eu-central-1b'");
    expect(said).toEqual(
      expect.arrayContaining([
        expect.stringContaining('--account: accountId: must be the twelve digits'),
        'perhaps is neither yes nor no',
        'says that the issuer is another',
        expect.stringContaining('--audience: issuers: has an audience that is a client id'),
        expect.stringContaining('--frontend: issuers: 0.browser.frontends.0'),
      ]),
    );
    const command = said.find((line) => line.startsWith('the same without a question: ')) ?? '';
    said.length = 0;
    const again = command.split(': scripts/configure qa ')[1]?.split(' ') ?? [];
    expect(await run([...again.map((word) => word.replaceAll("'", '')), '--force'], { discover })).toBe(written);
  });

  it('asks nothing where nothing is missing', async () => {
    await run([...POOL, ...PAGE], { person: person({}) });
    expect(asked).toEqual(['https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI']);
  });

  it('asks nobody for a provider that was given and is wrong', async () => {
    const discover = () => Promise.reject(new Error('there is no such provider'));
    const given = ['--issuer', 'https://id.shop.dev'];
    await expect(run(given, { person: person({}), discover })).rejects.toThrow('there is no such provider');
    expect(asked).toEqual([]);
  });
});
