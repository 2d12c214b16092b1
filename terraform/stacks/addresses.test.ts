import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { localEnvironment } from '../environments/local.ts';
import { builtInIssuers } from '../environments/local-issuers.ts';
import { addressesOf } from '../synthesis/terraform-document.ts';
import { withAttachedApis } from '../testing/attached-environment.ts';
import { withBackchannelLogout } from '../testing/backchannel-environment.ts';
import { withBrowser } from '../testing/browser-environment.ts';
import { withDomain } from '../testing/domain-environment.ts';
import { EXAMPLES } from '../testing/examples.ts';
import { withFunctions } from '../testing/functions-environment.ts';
import { withOwnRoutes } from '../testing/own-environment.ts';
import { synthesized } from '../testing/synthesized.ts';
import { withWebApps } from '../testing/web-apps-environment.ts';

const EXAMPLE_NAMES = Object.keys(EXAMPLES) as (keyof typeof EXAMPLES)[];
const GOLDEN = resolve(import.meta.dirname, '../golden');

type Part =
  | 'alarms'
  | 'attached'
  | 'backchannel'
  | 'backchannel-alarms'
  | 'browser'
  | 'browser-alarms'
  | 'domain'
  | 'functions'
  | 'hand-in'
  | 'own-routes'
  | 'web-apps';

function golden(name: keyof typeof EXAMPLES | Part): readonly string[] {
  return readFileSync(join(GOLDEN, `${name}.txt`), 'utf8')
    .trim()
    .split('\n');
}

/** What a part adds to an environment, which has alarms about it only where it has alarms at all. */
function withAlarms(name: keyof typeof EXAMPLES, part: 'browser' | 'backchannel'): readonly string[] {
  return EXAMPLES[name].alarms === undefined ? golden(part) : [...golden(part), ...golden(`${part}-alarms`)];
}

/**
 * A changed address makes Terraform destroy a resource and create another. When one is added or dropped on purpose:
 * scripts/synth dev --addresses > terraform/golden/dev.txt, and so on.
 */
describe('the addresses of all resources', () => {
  it.each(EXAMPLE_NAMES)('do not move in %s', (name) => {
    expect(addressesOf(synthesized(EXAMPLES[name]))).toEqual(golden(name));
  });

  it.each(EXAMPLE_NAMES)('are those and these in %s with a browser side', (name) => {
    const all = [...golden(name), ...withAlarms(name, 'browser')];
    expect(addressesOf(synthesized(withBrowser(EXAMPLES[name])))).toEqual(all.toSorted());
  });

  it.each(EXAMPLE_NAMES)('are those and these in %s with logout tokens', (name) => {
    const all = [...golden(name), ...withAlarms(name, 'backchannel')];
    expect(addressesOf(synthesized(withBackchannelLogout(EXAMPLES[name])))).toEqual(all.toSorted());
  });

  it.each(EXAMPLE_NAMES)('are those and these in %s with a domain', (name) => {
    const all = [...golden(name), ...golden('domain')];
    expect(addressesOf(synthesized(withDomain(EXAMPLES[name])))).toEqual(all.toSorted());
  });

  it.each(EXAMPLE_NAMES)('are those and these in %s with routes of a team', (name) => {
    const all = [...golden(name), ...golden('own-routes')];
    expect(addressesOf(synthesized(withOwnRoutes(EXAMPLES[name])))).toEqual(all.toSorted());
  });

  it.each(EXAMPLE_NAMES)('are those and these in %s with APIs that exist', (name) => {
    const all = [...golden(name), ...golden('attached')];
    expect(addressesOf(synthesized(withAttachedApis(EXAMPLES[name])))).toEqual(all.toSorted());
  });

  it.each(EXAMPLE_NAMES)('are those and these in %s with settings of functions', (name) => {
    const all = [...golden(name), ...golden('functions')];
    expect(addressesOf(synthesized(withFunctions(EXAMPLES[name])))).toEqual(all.toSorted());
  });

  it.each(EXAMPLE_NAMES)('are those and these in %s with web apps', (name) => {
    const all = [...golden(name), ...golden('web-apps')];
    expect(addressesOf(synthesized(withWebApps(EXAMPLES[name])))).toEqual(all.toSorted());
  });

  it('are those of dev with a browser side, handing in, alarms and a web app on a local machine, whose client has no secret', () => {
    const api = 'http://127.0.0.1:3000';
    const issuers = builtInIssuers('http://localhost:3002');
    const local = localEnvironment({ issuers, api, allowedOrigins: [api] });
    const parts = ['dev', 'browser', 'hand-in', 'alarms', 'browser-alarms'] as const;
    const withoutSecret = parts.flatMap(golden).filter((address) => !address.includes('secret'));
    const all = [...withoutSecret, 'aws_iam_role_policy.web_app_cloakroom_local_web_app'];
    expect(addressesOf(synthesized(local, { deployable: false }))).toEqual(all.toSorted());
  });
});

describe('environments', () => {
  it('differ in nothing but their data', () => {
    const prodAsDev = synthesized({ ...EXAMPLES.prod, name: 'dev', state: { kind: 'local' } });
    const prod = JSON.stringify(synthesized({ ...EXAMPLES.prod, state: { kind: 'local' } }));
    const renamed = prod
      .replaceAll('cloakroom-prod', 'cloakroom-dev')
      .replace('"environment":"prod"', '"environment":"dev"');
    expect(JSON.parse(renamed)).toEqual(prodAsDev);
  });
});
