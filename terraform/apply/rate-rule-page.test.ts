import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { REAL_PARTS } from './applied-fixture.ts';
import { type Emulator, startEmulator } from './emulator/emulator.ts';
import { CREDENTIALS } from './overlay.ts';
import { Workspace } from './workspace.ts';

const NAME = 'api.example.com';
const TARGET = 'd-abc123.execute-api.eu-central-1.amazonaws.com';
const page = readFileSync(join(import.meta.dirname, '../../docs/domain.md'), 'utf8');
const [, section = ''] = page.split('\n## A rate rule before the API\n');
const [, configuration = ''] = /^```hcl\n(.*?)^```/ms.exec(section) ?? [];

let emulator: Emulator;
let workspace: Workspace;
let before: unknown;
beforeAll(async () => {
  emulator = await startEmulator(REAL_PARTS);
  const zone = await emulator.makeHostedZone('example.com');
  before = await emulator.inventory();
  // The page has two configurations of the provider.
  workspace = new Workspace(REAL_PARTS, emulator.url, { keepsProvider: false });
  workspace.write({
    terraform: { backend: { local: {} }, required_providers: { aws: { source: 'hashicorp/aws' } } },
    provider: { aws: [{ region: 'eu-central-1' }] },
  } as unknown as TerraformDocument); // all resources are the page's
  writeFileSync(join(workspace.folder, 'edge.tf'), configuration);
  // Terraform lays this over the page's own provider.
  const alias = { aws: [{ alias: 'us_east_1', ...CREDENTIALS }] };
  writeFileSync(join(workspace.folder, 'override.tf.json'), JSON.stringify({ provider: alias }));
  const variables = { name: NAME, domain_target: TARGET, hosted_zone_id: zone };
  writeFileSync(join(workspace.folder, 'terraform.tfvars.json'), JSON.stringify(variables));
  await workspace.init();
  await workspace.apply();
});
afterAll(async () => {
  await workspace?.remove();
  await emulator?.stop();
});

describe('the rate rule of docs/domain.md, applied', () => {
  it('is there, and a second plan changes nothing', async () => {
    expect(await workspace.plan()).toEqual([]);
    expect((await workspace.succeed('state', 'list')).trim().split('\n')).toEqual([
      'aws_acm_certificate.edge',
      'aws_acm_certificate_validation.edge',
      'aws_cloudfront_distribution.edge',
      'aws_route53_record.edge["A"]',
      'aws_route53_record.edge["AAAA"]',
      'aws_route53_record.validation',
      'aws_wafv2_web_acl.edge',
    ]);
  });

  it('stands before the API, caches nothing, and refuses by address with 429', async () => {
    const { values } = JSON.parse(await workspace.succeed('show', '-json')) as State;
    const of = (type: string) => values.root_module.resources.find((one) => one.type === type)?.values;
    const rules = of('aws_wafv2_web_acl');
    expect(rules).toMatchObject({
      scope: 'CLOUDFRONT',
      rule: [
        {
          action: [{ block: [{ custom_response: [{ response_code: 429 }] }] }],
          statement: [{ rate_based_statement: [{ limit: 300, aggregate_key_type: 'IP', evaluation_window_sec: 60 }] }],
        },
      ],
    });
    expect(of('aws_cloudfront_distribution')).toMatchObject({
      aliases: [NAME],
      web_acl_id: (rules as { arn: string }).arn,
      origin: [{ domain_name: TARGET, custom_origin_config: [{ origin_protocol_policy: 'https-only' }] }],
      default_cache_behavior: [
        {
          viewer_protocol_policy: 'https-only',
          // The ids of CachingDisabled and AllViewer, on the pages of AWS that the page here links to.
          cache_policy_id: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
          origin_request_policy_id: '216adef6-5c7f-47e4-b989-5492eafa07d3',
        },
      ],
    });
    expect(of('aws_acm_certificate')).toMatchObject({ arn: expect.stringMatching(/^arn:aws:acm:us-east-1:/) });
  });

  it('leaves nothing when it is destroyed', async () => {
    await workspace.succeed('destroy', '-no-color', '-auto-approve');
    expect(await emulator.inventory()).toEqual(before);
  });
});

interface State {
  readonly values: { readonly root_module: { readonly resources: readonly { type: string; values: unknown }[] } };
}
