import { beforeAll, describe, expect, it } from '@jest/globals';
import { dev } from '../environments/dev/environment.ts';
import type { Domain } from '../environments/domain-schema.ts';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { withDomain } from '../testing/domain-environment.ts';
import { expectedDomains } from './expected/domain.ts';
import { gatewayAlone } from './gateway-alone.ts';
import { createAwsClients } from './read-back/aws-clients.ts';
import { readDomains } from './read-back/domains.ts';
import { Names } from './read-back/names.ts';
import { useRecordedAccount } from './recorded-account.ts';

const recorded = useRecordedAccount();
/** What is there before, of whoever has the name. */
let hostedZoneId = '';
let certificateArn = '';
let before: unknown;

beforeAll(async () => {
  const { emulator, workspace } = recorded.account;
  hostedZoneId = await emulator.makeHostedZone('example.com');
  certificateArn = await emulator.makeCertificate('api.example.com');
  before = await emulator.inventory();
  workspace.write(stackOf());
  await workspace.init();
  await workspace.apply();
});

function stackOf(domain?: Partial<Domain>): TerraformDocument {
  const environment = domain === undefined ? dev : withDomain(dev, { hostedZoneId, ...domain });
  return gatewayAlone(recorded.account.stackOf(environment));
}

/** Applies a stack, and returns what was asked of AWS, in order. It must be all that there is to do. */
async function applied(domain?: Partial<Domain>): Promise<readonly string[]> {
  const { workspace } = recorded.account;
  workspace.write(stackOf(domain));
  recorded.proxy.forget();
  await workspace.apply();
  const calls = recorded.proxy.calls.map(({ action, input }) =>
    action === 'UpdateApi'
      ? `UpdateApi: own address ${input.disableExecuteApiEndpoint === true ? 'off' : 'on'}`
      : action,
  );
  expect(await workspace.plan()).toEqual([]);
  return calls.filter((call) => /^(Create|Delete|Update|Change)/.test(call));
}

async function standing() {
  const { gateway } = createAwsClients(recorded.account.emulator.url);
  const domains = await readDomains({ gateway }, new Names('dev'));
  gateway.destroy();
  return domains;
}

const isRecord = (call: string) => call === 'ChangeResourceRecordSets';

describe('a domain whose zone is in Route 53', () => {
  it('comes to an API that is in use, whose own address goes last, just before the domain leads to it', async () => {
    const calls = await applied({});
    expect(calls.slice(-2)).toEqual(['UpdateApi: own address off', 'CreateApiMapping']);
    const made = calls.indexOf('CreateDomainName');
    expect(calls.slice(0, made).filter(isRecord)).toHaveLength(1);
    expect(calls.slice(made, -2).filter(isRecord)).toHaveLength(2);
    expect(await standing()).toEqual(expectedDomains());
  });

  it('tells what its name leads to, and where that is', async () => {
    const told = JSON.parse(await recorded.account.workspace.succeed('output', '-json')) as Record<string, unknown>;
    expect(told).toMatchObject({
      ApiUrl: { value: 'https://api.example.com' },
      DomainTarget: { value: expect.stringMatching(/^d-\d+\.execute-api\.eu-central-1\.amazonaws\.com$/) },
      DomainTargetHostedZoneId: { value: 'Z1U9ULNL0V5AJ3' },
    });
  });

  it('asks clients for a certificate, in its place', async () => {
    const mutualTls = { truststoreUri: 's3://example-truststore/clients.pem', truststoreVersion: 'v1' };
    await applied({ mutualTls });
    const told = { TruststoreUri: 's3://example-truststore/clients.pem', TruststoreVersion: 'v1' };
    expect(await standing()).toEqual(expectedDomains(told));
  });

  it('takes a certificate that somebody else has had issued, asks clients for none, and stays where it is', async () => {
    const calls = await applied({ hostedZoneId: undefined, certificateArn });
    expect(calls).not.toContain('CreateDomainName');
    expect(await standing()).toEqual(expectedDomains());
    expect(await recorded.account.workspace.succeed('state', 'list')).not.toMatch(/acm|route53/);
  });

  it('goes after the own address of the API is back', async () => {
    const calls = await applied();
    expect(calls).toContain('UpdateApi: own address on');
    expect(calls.indexOf('UpdateApi: own address on')).toBeLessThan(calls.indexOf('DeleteDomainName'));
    expect(await standing()).toEqual({});
  });
});

describe('a domain beside the own address of the API', () => {
  it('is there, and leads to the API, before that address goes', async () => {
    const calls = await applied({ hostedZoneId: undefined, certificateArn, defaultEndpoint: 'on' });
    expect(calls.at(-1)).toBe('CreateApiMapping');
    expect(calls).not.toContain('UpdateApi: own address off');
    expect(await applied({ hostedZoneId: undefined, certificateArn })).toEqual(['UpdateApi: own address off']);
  });

  it('leads to the API until that address is back', async () => {
    const calls = await applied({ hostedZoneId: undefined, certificateArn, defaultEndpoint: 'on' });
    expect(calls).toEqual(['UpdateApi: own address on']);
    expect(await applied()).toEqual(expect.arrayContaining(['DeleteApiMapping', 'DeleteDomainName']));
  });

  it('leaves nothing when all is destroyed', async () => {
    // Another name: moto takes records that were deleted for some that are still there.
    await applied({ name: 'sessions.example.com' });
    await recorded.account.workspace.succeed('destroy', '-no-color', '-auto-approve');
    expect(await recorded.account.emulator.inventory()).toEqual(before);
  });
});
