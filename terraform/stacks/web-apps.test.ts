import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../environments/index.ts';
import { addressesOf } from '../synthesis/terraform-document.ts';
import { EXISTING_NETWORK } from '../testing/every-field.ts';
import { type PolicyStatement, resource, resources, statementsOf, synthesized } from '../testing/synthesized.ts';
import { WEB_APPS, withWebApps } from '../testing/web-apps-environment.ts';

const { dev, prod } = ENVIRONMENTS;
const document = synthesized(withWebApps(prod));
const page = (name: string) => readFileSync(resolve(import.meta.dirname, '../../docs', name), 'utf8');
const [CONFIGURATION, LIMITS] = [page('configuration.md'), page('limits.md')];

const SESSIONS = `\${aws_dynamodb_table.sessions.arn}`;
const KEY = ['user_key', 'item'];
const STATE = [
  'prefix',
  'owner',
  'id',
  'provider_sid_hash',
  'created_at_ms',
  'idle_expires_at_ms',
  'absolute_expires_at_ms',
  'cookie',
  'keys',
];
/** But for the version, no item of Cloakroom's own has one of them. */
const OF_USER = [
  ...['web_hash', 'web_created_at', 'web_last_seen_at', 'web_idle_expires_at', 'web_absolute_expires_at'],
  ...['web_ip', 'web_user_agent', 'web_sid_hash', 'web_sid_key', 'web_ended_as', 'web_ended_at', 'version'],
];
const FOUND = [
  ...['absolute_expires_at', 'created_at', 'erased_at', 'idle_expires_at', 'idle_seconds', 'idle_set_at'],
  ...['kind', 'last_seen_at', 'not_before', 'reauth_after', 'sid_hash', 'version', 'web_absolute_expires_at'],
  ...['web_created_at', 'web_ended_as', 'web_hash', 'web_idle_expires_at', 'web_last_seen_at', 'web_sid_hash'],
];

const limited = (values: { keys?: readonly string[]; attributes: readonly string[] }, returned?: unknown) => ({
  ...(values.keys && { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': values.keys } }),
  'ForAllValues:StringEquals': { 'dynamodb:Attributes': values.attributes },
  StringEqualsIfExists:
    returned === undefined ? { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' } : { 'dynamodb:ReturnValues': returned },
  Null: { ...(values.keys && { 'dynamodb:LeadingKeys': 'false' }), 'dynamodb:Attributes': 'false' },
});
const allow = (Sid: string, Action: readonly string[], Condition: object): PolicyStatement => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource: [SESSIONS],
  Condition: Condition as NonNullable<PolicyStatement['Condition']>,
});

const STATEMENTS = [
  allow(
    'ReadWebSessions',
    ['dynamodb:GetItem'],
    limited({ keys: ['WEB#*'], attributes: [...KEY, ...STATE, 'ended_at_ms'] }),
  ),
  allow('FindUserSessions', ['dynamodb:Query'], limited({ keys: ['U#*'], attributes: [...KEY, ...FOUND] })),
  allow(
    'ChangeWebSessions',
    ['dynamodb:UpdateItem'],
    limited({ keys: ['WEB#*'], attributes: [...KEY, ...STATE, 'ended_at_ms', 'ttl'] }, ['NONE', 'UPDATED_OLD']),
  ),
  allow(
    'ChangeUserSessions',
    ['dynamodb:ConditionCheckItem', 'dynamodb:UpdateItem'],
    limited({ keys: ['U#*', 'WEB#*'], attributes: [...KEY, ...STATE, 'ended_at_ms', ...OF_USER] }, 'NONE'),
  ),
  {
    Sid: 'UseTableKey',
    Effect: 'Allow',
    Action: ['kms:Decrypt'],
    Resource: [`\${aws_kms_key.tables.arn}`],
    Condition: { StringEquals: { 'kms:ViaService': 'dynamodb.eu-central-1.amazonaws.com' } },
  },
];
const SCAN = allow('ScanWebSessions', ['dynamodb:Scan'], limited({ attributes: [...KEY, ...STATE, 'ended_at_ms'] }));

const policyOf = (id: string, of = document) => resource(of, 'aws_iam_role_policy', id);
const policies = (of: typeof document) =>
  Object.entries(resources(of, 'aws_iam_role_policy')).filter(([id]) => id.startsWith('web_app_'));
const endpointOf = (of: typeof document) => statementsOf(resource(of, 'aws_vpc_endpoint', 'dynamodb').policy);

describe('the role of a web app', () => {
  it('may do what the store does, and no more', () => {
    expect(policyOf('web_app_shop_web')).toMatchObject({ name: 'cloakroom-prod-web-sessions', role: 'shop-web' });
    expect(statementsOf(policyOf('web_app_shop_web').policy)).toEqual(STATEMENTS);
  });

  it('may list all sessions where that is said, and is named without its path', () => {
    expect(policyOf('web_app_admin_web')).toMatchObject({ name: 'cloakroom-prod-web-sessions', role: 'admin.web' });
    expect(statementsOf(policyOf('web_app_admin_web').policy)).toEqual([...STATEMENTS, SCAN]);
  });

  it('puts nothing and deletes nothing', () => {
    for (const [, { policy }] of policies(document)) {
      expect(String(policy)).not.toMatch(/PutItem|DeleteItem|BatchWriteItem|PartiQL|"\*"|dynamodb:\*/);
    }
  });

  it('can name nothing that a login, a ticket or the mark of an end consists of, and a watermark in a query alone', () => {
    const never = [
      ...['login_id', 'auth_time', 'acr', 'amr', 'client_id', 'scope', 'groups', 'roles', 'sealed', 'data'],
      ...['family_hash', 'secret_hash', 'previous_secret_hash', 'rotation_nonce', 'recheck_at', 'confirmed_at'],
      ...['burnt_at', 'reason', 'recent_creations', 'recent_silent', 'jwks'],
    ];
    const onlyRead = ['not_before', 'reauth_after'];
    for (const [, { policy }] of policies(document)) {
      for (const { Condition, Sid } of statementsOf(policy)) {
        const { 'dynamodb:Attributes': attributes = [] } = (Condition?.['ForAllValues:StringEquals'] ?? {}) as Record<
          string,
          readonly string[]
        >;
        const named = Sid === 'FindUserSessions' ? never : [...never, ...onlyRead];
        expect(attributes.filter((name) => named.includes(name))).toEqual([]);
      }
    }
  });

  it('leaves the app three fifths of what IAM takes for policies of a role', () => {
    for (const [, { policy }] of policies(document)) {
      const length = String(policy).replaceAll(/\$\{[^}]+\}/g, 'x'.repeat(140)).length;
      expect(length).toBeLessThan(4000);
    }
    expect(LIMITS).toContain('The role of a [web app](configuration.md#web-apps) gets up to 4,000 |');
  });

  it('keeps its address and its policy wherever it stands in the list', () => {
    const turned = synthesized({ ...withWebApps(prod), webApps: WEB_APPS.toReversed() });
    expect(turned).toEqual(document);
    const alone = synthesized({ ...withWebApps(prod), webApps: [WEB_APPS[1]] });
    expect(policies(alone)).toEqual([['web_app_admin_web', policyOf('web_app_admin_web')]]);
    const byArn = { roleArn: 'arn:aws:iam::123456789012:role/shop-web' };
    expect(synthesized({ ...withWebApps(prod), webApps: [byArn, WEB_APPS[1]] })).toEqual(document);
  });

  it('is given as docs/configuration.md says', () => {
    const [, section = ''] = CONFIGURATION.split('\n### Web apps\n');
    const [told = ''] = section.split('\n### ');
    const actions = new Set([...STATEMENTS, SCAN].flatMap(({ Action }) => Action));
    expect([...new Set(told.match(/(dynamodb|kms):\w+/g))].toSorted()).toEqual([...actions].toSorted());
    expect(told).toContain('`<app>-<name>-web-sessions`');
  });
});

describe('the endpoint of DynamoDB', () => {
  const passing = (of: typeof document) => endpointOf(of).slice(1);
  const pass = (roles: readonly string[], ...actions: readonly string[]) => ({
    Effect: 'Allow',
    Principal: '*',
    Action: actions.map((action) => `dynamodb:${action}`),
    Resource: [SESSIONS],
    Condition: { ArnEquals: { 'aws:PrincipalArn': roles } },
  });

  it('lets web apps through, each for what its role may do', () => {
    expect(passing(document)).toEqual([
      pass(['arn:aws:iam::123456789012:role/shop-web'], 'ConditionCheckItem', 'GetItem', 'Query', 'UpdateItem'),
      pass(
        ['arn:aws:iam::123456789012:role/team/admin.web'],
        ...['ConditionCheckItem', 'GetItem', 'Query', 'Scan', 'UpdateItem'],
      ),
    ]);
  });

  it('has one statement for all apps that do the same, in the order of their names', () => {
    const webApps = [{ role: 'b-web' }, { role: 'a-web' }];
    expect(passing(synthesized({ ...prod, webApps }))).toMatchObject([
      {
        Condition: {
          ArnEquals: { 'aws:PrincipalArn': ['a', 'b'].map((x) => `arn:aws:iam::123456789012:role/${x}-web`) },
        },
      },
    ]);
  });

  it('lets pass what it did before, with web apps and without', () => {
    expect(endpointOf(document)[0]).toEqual(endpointOf(synthesized(prod))[0]);
    expect(endpointOf(synthesized(prod))).toHaveLength(1);
  });

  it('has room for as many apps as there may be, with the longest names and paths', () => {
    const name = (index: number) => `${'n'.repeat(62)}${10 + index}`;
    const webApps = Array.from({ length: 20 }, (_, index) => ({
      roleArn: `arn:aws:iam::123456789012:role/${'p'.repeat(510)}/${name(index)}`,
      scan: index % 2 === 0,
    }));
    const { policy } = resource(synthesized({ ...prod, webApps }), 'aws_vpc_endpoint', 'dynamodb');
    const without = resource(synthesized(prod), 'aws_vpc_endpoint', 'dynamodb').policy;
    expect(String(policy).length - String(without).length).toBeLessThan((20_480 * 2) / 3);
    expect(LIMITS).toContain('of the longest names and paths under two thirds more |');
  });

  it('needs no account where it is not made here, and a role is told by its name', () => {
    const there = { ...EXISTING_NETWORK, endpoints: { dynamodbPrefixListId: 'pl-66a5400f' } };
    const { accountId: _, ...noAccount } = { ...prod, customerLogKey: false };
    for (const environment of [dev, { ...noAccount, network: there }]) {
      const of = synthesized({ ...environment, webApps: [{ role: 'shop-web' }] });
      expect(statementsOf(policyOf('web_app_shop_web', of).policy)).toHaveLength(STATEMENTS.length);
      expect(addressesOf(of)).not.toContain('aws_vpc_endpoint.dynamodb');
    }
  });
});
