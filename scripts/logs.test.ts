import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

/** With no credentials of whoever runs the tests, and none of a machine on AWS. */
const env = {
  PATH: process.env.PATH,
  HOME: '/nowhere',
  AWS_CONFIG_FILE: '/nowhere',
  AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
  AWS_EC2_METADATA_DISABLED: 'true',
};

function logs(...args: string[]) {
  const file = join(import.meta.dirname, 'logs.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], {
    encoding: 'utf8',
    env,
    timeout: 20_000,
  });
  return { status, stdout, stderr };
}

it.each([
  [[], /usage: scripts\/logs <environment>\|local/],
  [['nowhere'], /there is no environment nowhere: there are dev, .*prod, .*, local/],
  [['local', '--since', '1w'], /--since 1w is no time span: 30s, 15m, 1h or 2d/],
  [['local', '--reason', 'a" || "b'], /--reason "a\\" \|\| \\"b" is none that a log line could have/],
  [['local', '--code', 'a b'], /--code "a b" is none that a log line could have/],
  [['local', '--count', 'a,'], /--count "" is none that a log line could have/],
  [['local', '--count', 'reason', '--follow'], /--count shows a table, once/],
  [['local', '--code', 'a.b', '--request', '12345678'], /--request shows every line/],
  [['local', '--user', 'alice', '--request', '12345678'], /--request shows every line/],
  [['dev', '--user', 'alice'], /no AWS credentials: sign in .*CredentialsProviderError/],
])('scripts/logs %j says what is wrong', (args, problem) => {
  const { status, stdout, stderr } = logs(...args);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(problem);
  expect(stderr).toMatch(/^cloakroom: [^\n]*\n$/);
});

it('says that no local AWS is running, and what to do', async () => {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  const { status, stderr } = logs('local', '--aws-port', String(port));
  expect(status).toBe(1);
  expect(stderr).toContain(`no local AWS answers at http://127.0.0.1:${port}: start scripts/dev`);
});
