import { describe, expect, it } from '@jest/globals';
import { assertApart } from './assert-apart.ts';
import { ENVIRONMENTS } from './index.ts';

/** Without an example in it. */
const PROD = {
  ...ENVIRONMENTS.prod,
  accountId: '271828182845',
  state: { kind: 'local' as const },
  issuers: [],
  allowedOrigins: [],
  alarms: { notify: [] },
};

describe('assertApart', () => {
  it.each<[string, object, object?]>([
    ['a name that begins with another and a dash', { name: 'prod-eu' }],
    ['an app that does the same', { app: 'cloakroom-prod', name: 'eu' }],
    ['a name that another begins with', { name: 'pro' }, { name: 'pro-d' }],
    ['the same where its account is not said', { name: 'prod-eu', accountId: undefined }],
  ])('refuses %s', (_, changes, other = {}) => {
    expect(() => assertApart({ ...PROD, ...changes }, [{ ...PROD, ...other }])).toThrow(
      /begin alike: the alarms, logs and roles/,
    );
  });

  it.each([
    ['itself', {}],
    ['a name that only begins alike', { name: 'prod2' }],
    ['another account', { name: 'prod-eu', accountId: '314159265358' }],
    ['another app', { app: 'shop', name: 'prod-eu' }],
  ])('lets %s stand beside it', (_, changes) => {
    expect(() => assertApart({ ...PROD, ...changes }, [PROD])).not.toThrow();
  });

  it('passes over an environment that is an example still', () => {
    expect(() => assertApart({ ...PROD, name: 'staging-2' }, Object.values(ENVIRONMENTS))).not.toThrow();
  });
});
