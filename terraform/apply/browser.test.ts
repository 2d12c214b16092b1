import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { dev } from '../environments/dev/environment.ts';
import { prod } from '../environments/prod/environment.ts';
import { withBackchannelLogout } from '../testing/backchannel-environment.ts';
import { withBrowser } from '../testing/browser-environment.ts';
import { useAccount } from './applied-fixture.ts';
import { expectedForBrowsers } from './expected/browser.ts';
import { SECOND_PLAN } from './known-differences.ts';
import { readBack } from './read-back/read-back.ts';
import { readSecrets } from './read-back/secrets.ts';

const account = useAccount();
const environment = withBackchannelLogout(withBrowser({ ...dev, accountId: prod.accountId }));
let before: unknown;

beforeAll(async () => {
  await readBack(account.emulator.url, 'dev');
  before = await account.emulator.inventory();
  account.workspace.write(account.stackOf(environment));
  await account.workspace.init();
  await account.workspace.apply();
});

describe('dev where people sign in by browser, applied by Terraform', () => {
  it('has nothing more to change but what the emulator tells in other words', async () => {
    expect(await account.workspace.plan()).toEqual(SECOND_PLAN);
  });

  it('has a token handler, its key, its role and its routes as they are written down for people, and those for logout tokens', async () => {
    expect(await readBack(account.emulator.url, 'dev')).toMatchObject(expectedForBrowsers(account.runtime));
  });

  it('has one secret, which nobody has set, and which the state knows no value of', async () => {
    expect(await readSecrets(account.emulator.url)).toEqual([
      { name: 'cloakroom-dev/cognito-client', isUnderOurKey: true, versions: 0 },
    ]);
    const state = JSON.parse(readFileSync(join(account.workspace.folder, 'terraform.tfstate'), 'utf8'));
    const types = new Set(state.resources.map(({ type }: { type: string }) => type));
    expect(types).toContain('aws_secretsmanager_secret');
    expect(types).not.toContain('aws_secretsmanager_secret_version');
  });

  it('loses all of it, and nothing else, when nobody signs in by browser any more, and no logout tokens come', async () => {
    account.workspace.write(account.stackOf({ ...dev, accountId: prod.accountId }));
    const planned = await account.workspace.plan();
    const gone = planned.filter(({ action }) => action === 'delete').map(({ address }) => address);
    const golden = ['browser', 'backchannel'].flatMap((name) =>
      readFileSync(join(import.meta.dirname, `../golden/${name}.txt`), 'utf8')
        .trim()
        .split('\n'),
    );
    expect(gone.toSorted()).toEqual(golden.toSorted());
    expect(planned.filter(({ action }) => action === 'replace' || action === 'create')).toEqual([]);
    account.workspace.write(account.stackOf(environment));
  });

  it('leaves nothing when it is destroyed', async () => {
    await account.workspace.succeed('destroy', '-no-color', '-auto-approve');
    expect(await account.emulator.inventory()).toEqual(before);
  });
});
