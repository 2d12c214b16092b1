import { describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../environments/index.ts';
import { resource, synthesized } from '../testing/synthesized.ts';
import { withImports } from './terraform-document.ts';
import { withoutProtection } from './without-protection.ts';

const prod = synthesized(ENVIRONMENTS.prod);

describe('a stack that may be destroyed', () => {
  const open = withoutProtection(
    withImports(prod, [{ address: 'aws_dynamodb_table.events', id: 'cloakroom-prod-events' }]),
  );

  it('protects nothing by Terraform, and imports nothing', () => {
    expect(JSON.stringify(prod)).toContain('"prevent_destroy":true');
    expect(JSON.stringify(open)).not.toContain('prevent_destroy');
    expect(open).not.toHaveProperty('import');
  });

  it('is the same otherwise: what else a lifecycle says, and what AWS protects', () => {
    expect(resource(open, 'aws_kms_key', 'logs').lifecycle).toEqual({ create_before_destroy: true });
    expect(resource(open, 'aws_dynamodb_table', 'sessions').deletion_protection_enabled).toBe(true);
    const { resource: all, ...rest } = open;
    expect(prod).toMatchObject(rest);
    for (const [type, named] of Object.entries(all)) {
      for (const [name, values] of Object.entries(named)) {
        const { lifecycle: _, ...left } = resource(prod, type, name);
        expect(left).toEqual({ ...values, lifecycle: undefined });
      }
    }
  });
});
