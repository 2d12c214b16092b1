import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { REAL_PARTS } from './applied-fixture.ts';
import { type Emulator, startEmulator } from './emulator/emulator.ts';
import { Workspace } from './workspace.ts';

const API = 'https://api.example.com';
const page = readFileSync(join(import.meta.dirname, '../../docs/cognito.md'), 'utf8');
/** The first one; the second, a style for managed login, needs a newer provider than a mirror may have. */
const [, configuration = ''] = /^```hcl\n(.*?)^```/ms.exec(page) ?? [];

let emulator: Emulator;
let workspace: Workspace;
beforeAll(async () => {
  emulator = await startEmulator(REAL_PARTS);
  workspace = new Workspace(REAL_PARTS, emulator.url);
  workspace.write({
    terraform: { backend: { local: {} }, required_providers: { aws: { source: 'hashicorp/aws' } } },
    provider: { aws: [{ region: 'eu-central-1' }] },
  } as unknown as TerraformDocument); // all resources are the page's
  writeFileSync(join(workspace.folder, 'pool.tf'), configuration);
  writeFileSync(join(workspace.folder, 'terraform.tfvars'), `api = "${API}"\n`);
  await workspace.init();
  await workspace.apply();
});
afterAll(async () => {
  await workspace?.remove();
  await emulator?.stop();
});

describe('the user pool of docs/cognito.md, applied', () => {
  it('is there, and a second plan changes nothing', async () => {
    expect(await workspace.plan()).toEqual([]);
    expect(await workspace.succeed('state', 'list')).toBe(
      'aws_cognito_user_pool.people\naws_cognito_user_pool_client.browser\naws_cognito_user_pool_domain.people\n',
    );
  });

  it('has a client for the code grant alone, with the addresses that the page tells', async () => {
    const state = JSON.parse(await workspace.succeed('show', '-json')) as State;
    const client = state.values.root_module.resources.find(({ type }) => type === 'aws_cognito_user_pool_client');
    expect(client?.values).toMatchObject({
      allowed_oauth_flows: ['code'],
      callback_urls: [`${API}/auth/callback/cognito`],
      logout_urls: [`${API}/auth/left`],
      enable_token_revocation: true,
      explicit_auth_flows: ['ALLOW_REFRESH_TOKEN_AUTH'],
    });
    for (const address of [`${API}/auth/callback/cognito`, `${API}/auth/left`])
      expect(page).toContain(`\`${address}\``);
  });
});

interface State {
  readonly values: { readonly root_module: { readonly resources: readonly { type: string; values: unknown }[] } };
}
