import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { readSynthesized } from './smoke-stack.ts';

it('reads of each function its zip, whether it is pinned, and whether it lets people in', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'cloakroom-')), 'cdk.tf.json');
  const lambda = (name: string, variables = {}) => ({
    function_name: `app-${name}`,
    filename: `${name}.zip`,
    source_code_hash: `sha-${name}`,
    environment: { variables },
  });
  const aliasOf = (function_version: string) => ({ name: 'live', function_version });
  const resource = {
    aws_dynamodb_table: { events: { name: 'app-events', ttl: { attribute_name: 'ttl' } } },
    aws_lambda_function: { authorizer: lambda('authorizer'), list_events: lambda('list-events', { BOOTSTRAP: 'off' }) },
    aws_lambda_alias: { list_events: aliasOf('41'), authorizer: aliasOf(`\${aws_lambda_function.authorizer.version}`) },
  };
  writeFileSync(file, JSON.stringify({ resource }));
  expect(readSynthesized(file)).toEqual({
    tables: [{ name: 'app-events', ttlAttribute: 'ttl' }],
    functions: [
      { name: 'app-authorizer', zip: 'authorizer.zip', codeSha256: 'sha-authorizer' },
      {
        name: 'app-list-events',
        zip: 'list-events.zip',
        codeSha256: 'sha-list-events',
        pinnedTo: '41',
        bootstrap: 'off',
      },
    ],
  });
});
