import { describe, expect, it } from '@jest/globals';
import { dev } from '../environments/dev/environment.ts';
import { parseEnvironment } from '../environments/environment.ts';
import { prod } from '../environments/prod/environment.ts';
import { CERTIFICATE_ARN } from '../testing/domain-environment.ts';
import { EVERY_FIELD, EXISTING_NETWORK } from '../testing/every-field.ts';
import { FIELD_CHANGES, FIXED_FIELDS, hasField, withField } from './field-changes.ts';

const DOMAIN = {
  name: 'api.example.com',
  certificateArn: CERTIFICATE_ARN,
  mutualTls: { truststoreUri: 's3://example-truststore/clients.pem', truststoreVersion: 'v1' },
};

describe('the changes of fields that are planned', () => {
  it('are those of every field', () => {
    const paths = ['network', 'domain', ...EVERY_FIELD];
    expect([...Object.keys(FIELD_CHANGES), ...Object.keys(FIXED_FIELDS)].toSorted()).toEqual(paths.toSorted());
  });

  it.each(Object.keys(FIELD_CHANGES))('gives %s another value that is allowed', (path) => {
    const base = hasField(prod, path) ? prod : { ...prod, network: EXISTING_NETWORK, domain: DOMAIN };
    expect(parseEnvironment(withField(base, path))).not.toEqual(parseEnvironment(base));
    // A key for the logs needs an account.
    const named = { ...dev, accountId: prod.accountId };
    if (hasField(named, path)) expect(parseEnvironment(withField(named, path))).not.toEqual(parseEnvironment(named));
  });
});
