import { describe, expect, it } from '@jest/globals';
import { ENVIRONMENTS } from '../environments/index.ts';
import { toProviderFree } from '../testing/provider-free.ts';
import { synthesized } from '../testing/synthesized.ts';
import { withImports } from './terraform-document.ts';

const dev = synthesized(ENVIRONMENTS.dev);
const TABLE = { address: 'aws_dynamodb_table.sessions', id: 'cloakroom-dev-sessions' };

describe('a stack that adopts what AWS has already', () => {
  it('has a block `import` for each, and is the same otherwise', () => {
    const log = { address: 'aws_cloudwatch_log_group.health', id: '/aws/lambda/cloakroom-dev-health' };
    expect(withImports(dev, [log, TABLE])).toEqual({
      ...dev,
      import: [
        { to: 'aws_cloudwatch_log_group.health', id: '/aws/lambda/cloakroom-dev-health' },
        { to: 'aws_dynamodb_table.sessions', id: 'cloakroom-dev-sessions' },
      ],
    });
  });

  it('is the same stack when there is nothing to adopt', () => {
    expect(withImports(dev, [])).toBe(dev);
  });

  it('refuses every address that it does not have, and says what to do', () => {
    const gone = { address: 'aws_cloudwatch_log_group.flow_logs', id: '/aws/vpc/cloakroom-dev' };
    const other = { address: 'aws_dynamodb_table.others', id: 'others' };
    expect(() => withImports(dev, [TABLE, gone, other])).toThrow(
      expect.objectContaining({
        problems: [
          'adopted.json: aws_cloudwatch_log_group.flow_logs is not in the stack: take the line out, and /aws/vpc/cloakroom-dev stays in AWS without Terraform; or set again what made it',
          expect.stringContaining('adopted.json: aws_dynamodb_table.others is not in the stack'),
        ],
      }),
    );
  });

  it('is checked without a provider as if it adopted nothing', () => {
    expect(toProviderFree(withImports(dev, [TABLE]))).toEqual(toProviderFree(dev));
  });
});
