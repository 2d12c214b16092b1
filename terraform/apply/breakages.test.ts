import { beforeAll, describe, expect, it } from '@jest/globals';
import { prod as plainProd } from '../environments/prod/environment.ts';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { withAttachedApis } from '../testing/attached-environment.ts';
import { withFunctions } from '../testing/functions-environment.ts';
import { withWebApps } from '../testing/web-apps-environment.ts';
import { useAccount } from './applied-fixture.ts';
import { PROTECTED_BEHIND, PROTECTED_IN_PROD, refusedToDestroy } from './destroy-protection.ts';
import { differences } from './differences.ts';
import { expectedProd } from './expected/expected.ts';
import { ROLES_OF_WEB_APPS } from './expected/web-apps.ts';
import { EXPECTED_WILDCARDS } from './expected/wildcards.ts';
import { protectedChanges } from './planned-change.ts';
import { readBack } from './read-back/read-back.ts';
import { wildcardsIn } from './read-back/wildcards.ts';

/*
 * Whether the checks of the other tests see what they are there for: each is asked about a copy of prod that is broken.
 */

const account = useAccount();
const prod = withWebApps(withFunctions(withAttachedApis(plainProd)));

type Arguments = Readonly<Record<string, unknown>>;
type Break = (document: TerraformDocument) => TerraformDocument;

/** A copy with other arguments of one resource. */
function changing(address: string, change: (before: Arguments) => Arguments): Break {
  const [type = '', name = ''] = address.split('.');
  return (document) => {
    const named = document.resource[type] ?? {};
    const before = named[name];
    if (before === undefined) throw new Error(`there is no ${address}`);
    return { ...document, resource: { ...document.resource, [type]: { ...named, [name]: change(before) } } };
  };
}

/** Puts a broken copy of prod in place of prod. */
function breakBy(...breaks: readonly Break[]): void {
  const broken = breaks.reduce((document, breakIt) => breakIt(document), account.stackOf(prod));
  account.workspace.write(broken);
}

const withoutProtection = (address: string) => changing(address, ({ lifecycle: _, ...others }) => others);

beforeAll(async () => {
  const { workspace } = account;
  await account.emulator.makeBucket('example-cloakroom-state-prod');
  for (const role of ROLES_OF_WEB_APPS) await account.emulator.makeRole(role);
  workspace.write(account.stackOf(prod));
  await workspace.init();
  await workspace.apply();
});

describe('validate', () => {
  it('names a misspelled argument and a value that is none', async () => {
    breakBy(
      changing('aws_sqs_queue.events', (queue) => ({ ...queue, visibility_timeout: 60 })),
      changing('aws_dynamodb_table.events', (table) => ({ ...table, billing_mode: 'PAY_BY_REQUEST' })),
    );
    const { code, output } = await account.workspace.run('validate', '-no-color');
    expect(code).toBe(1);
    expect(output).toMatch(/No argument or block type is named "visibility_timeout"/);
    expect(output).toMatch(/PAY_BY_REQUEST/);
  });
});

describe('a plan', () => {
  const replaceSessions = changing('aws_dynamodb_table.sessions', (table) => ({
    ...table,
    range_key: 'session',
    attribute: [
      { name: 'user_key', type: 'S' },
      { name: 'session', type: 'S' },
    ],
  }));

  it('is refused when it replaces a protected table', async () => {
    breakBy(replaceSessions);
    await expect(account.workspace.planActions()).rejects.toThrow('Instance cannot be destroyed');
  });

  it('tells of a table that it replaces', async () => {
    breakBy(replaceSessions, withoutProtection('aws_dynamodb_table.sessions'));
    const changes = await account.workspace.planActions();
    expect(protectedChanges(changes)).toEqual(['replace aws_dynamodb_table.sessions']);
  });

  it('tells what can be destroyed and should not be, and what is protected behind it', async () => {
    const unprotected = Object.values(PROTECTED_BEHIND).flat();
    breakBy(...unprotected.map(withoutProtection));
    const { output } = await account.workspace.run('plan', '-no-color', '-destroy', '-refresh=false');
    const others = PROTECTED_IN_PROD.filter((address) => !unprotected.includes(address));
    expect(refusedToDestroy(output)).toEqual([...others, ...Object.keys(PROTECTED_BEHIND)].sort());
  });
});

describe('what is read back', () => {
  const read = () => readBack(account.emulator.url, 'prod');
  const placesOf = (lines: readonly string[]) => [...new Set(lines.map((line) => line.split(':')[0]))];

  it('tells, once it is applied, of a missing permission, of a missing payload format and of a policy with *', async () => {
    const expected = expectedProd(account.runtime);
    expect(differences(await read(), expected)).toEqual([]);
    breakBy(
      // None of it, where leaving it out would leave others without what they wait for.
      changing('aws_lambda_permission.get_users_userid_export', (permission) => ({ ...permission, count: 0 })),
      changing('aws_apigatewayv2_integration.list_events', ({ payload_format_version: _, ...others }) => others),
      changing('aws_iam_role_policy.enqueue_event', ({ policy, ...others }) => ({
        ...others,
        policy: String(policy).replace(/"Resource":\[[^\]]*\]/, '"Resource":["*"]'),
      })),
    );
    await account.workspace.plan({ refresh: false });
    await account.workspace.applyPlan();
    const standing = await read();
    expect(placesOf(differences(standing, expected))).toEqual([
      'apis › cloakroom › routes › GET /users/{userId}/events › integration › PayloadFormatVersion',
      'functions › user-data › invokers',
      'roles › enqueue-event › policies › code-vpc cloakroom',
    ]);
    expect(differences(wildcardsIn(standing), EXPECTED_WILDCARDS)).toEqual([
      ': has "roles › enqueue-event › policies › code-vpc cloakroom › SendEvents: on *", which is not expected',
      ': lacks "functions › user-data › invokers: for api cloakroom/*/GET/users/*/export"',
    ]);
  });
});
