import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { secretValue } from './secret-value.ts';

const VALUE = 'p@ss word "ü" with-$pecials';
let received: { readonly target: unknown; readonly input: Record<string, unknown> }[] = [];
let answer: { readonly status: number; readonly body: object } = { status: 200, body: {} };
const server = createServer(async (request, response) => {
  received.push({ target: request.headers['x-amz-target'], input: JSON.parse(await text(request)) });
  response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(answer.body));
});
let awsPort = '';
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  awsPort = String((server.address() as AddressInfo).port);
});
afterAll(() => void server.close());
beforeEach(() => {
  received = [];
  answer = { status: 200, body: {} };
});

async function secret(args: readonly string[], input: string | Buffer = VALUE) {
  const file = join(import.meta.dirname, 'secret.ts');
  const { AWS_PROFILE: _, AWS_ACCESS_KEY_ID: __, ...rest } = process.env;
  const env = {
    ...rest,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SHARED_CREDENTIALS_FILE: '/none',
    AWS_CONFIG_FILE: '/none',
  };
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...args], { env });
  child.stdin.on('error', () => undefined).end(input);
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((ended) => child.once('close', ended)),
  ]);
  return { stdout, stderr, status };
}

describe('scripts/secret', () => {
  it('puts what comes from standard input, and shows none of it', async () => {
    const { status, stdout, stderr } = await secret(['local', 'web-client', '--aws-port', awsPort], `${VALUE}\n`);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe('cloakroom-dev/web-client is set\n');
    expect(received).toEqual([
      {
        target: 'secretsmanager.PutSecretValue',
        input: {
          SecretId: 'cloakroom-dev/web-client',
          SecretString: VALUE,
          ClientRequestToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      },
    ]);
  });

  it.each<[string[], string | Buffer, RegExp]>([
    [[], VALUE, /usage: scripts\/secret <environment>\|local <name>/],
    [['dev'], VALUE, /usage:/],
    [['nowhere', 'web-client'], VALUE, /there is no environment nowhere: there are dev, .*prod, .*, local/],
    [['dev', 'web-client'], VALUE, /no issuer of dev has the clientSecretName web-client: there is none/],
    [['local', 'web-client', 'a-value'], '', /the value comes from standard input, never from an argument/],
    [['local', 'web-client'], '\n', /there is no value on standard input/],
    [['local', 'web-client'], Buffer.from([0xff, 0xfe]), /the value is not UTF-8 text/],
    [['local', 'web-client'], 'x'.repeat(65_537), /the value has more than 65536 bytes/],
    [
      ['local', 'web-client', '--aws-port', '1'],
      VALUE,
      /no local AWS answers at http:\/\/127.0.0.1:1: start scripts\/dev/,
    ],
  ])('says in one line what is wrong with %j', async (args, input, problem) => {
    const { status, stdout, stderr } = await secret(args, input);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(problem);
    expect(stderr).toMatch(/^cloakroom: [^\n]*\n$/);
    expect(stderr).not.toContain('a-value');
    expect(received).toEqual([]);
  });

  it('says of a secret that is not there where it is looked for', async () => {
    answer = { status: 400, body: { __type: 'ResourceNotFoundException', message: 'none' } };
    const { status, stderr } = await secret(['local', 'web-client', '--aws-port', awsPort]);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'cloakroom: there is no secret cloakroom-dev/web-client in the stack that scripts/dev runs\n',
    });
  });

  it('says of what is not allowed what would allow it', async () => {
    answer = { status: 400, body: { __type: 'AccessDeniedException', message: 'no' } };
    const { stderr } = await secret(['local', 'web-client', '--aws-port', awsPort]);
    expect(stderr).toContain('these AWS credentials may not set the secret: allow them secretsmanager:PutSecretValue');
  });
});

describe('secretValue', () => {
  it.each([
    ['value', 'value'],
    ['value\n', 'value'],
    ['value\r\n', 'value'],
    ['value\n\n', 'value\n'],
    [' value ', ' value '],
    ['-----BEGIN\nKEY\n-----END\n', '-----BEGIN\nKEY\n-----END'],
  ])('leaves out the newline at the end, and nothing else: %j', (read, value) => {
    expect(secretValue(Buffer.from(read))).toBe(value);
  });
});
