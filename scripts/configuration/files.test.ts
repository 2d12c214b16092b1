import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import { cognitoIssuer, defaults } from '@cloakroom/terraform';
import { CODE_POINT } from '@cloakroom/testing/code-points';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Answers, readConfigureOptions } from './answers.ts';
import { environmentOf } from './environment-of.ts';
import { environmentSource } from './files.ts';
import { dataOf } from './problems.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** What the file exports, when nothing else in it does anything. */
function exported(source: string): unknown {
  const script = source
    .split('\n')
    .filter((line) => !line.startsWith('import '))
    .join('\n')
    .replace('export const environment: Environment =', 'exported =');
  const context = { cognitoIssuer, defaults, own: 'own', exported: undefined };
  runInNewContext(script, context);
  expect(Object.keys(context)).toEqual(['cognitoIssuer', 'defaults', 'own', 'exported']);
  return JSON.parse(JSON.stringify(context.exported));
}

const fragment = fc.oneof(
  fc.string({ unit: CODE_POINT, maxLength: 3 }),
  fc.constantFrom(
    "'",
    '"',
    '\\',
    '`',
    `\${1}`,
    ', own: intruder(), x: ',
    '\n',
    '\u2028',
    '\r',
    '*/',
    '__proto__',
    '\\u0027',
  ),
);
const text = fc.array(fragment, { maxLength: 6 }).map((fragments) => fragments.join(''));
const answers: fc.Arbitrary<Answers> = fc.record({
  single: fc.record(
    {
      account: text,
      app: text,
      'user-pool-id': text,
      alias: text,
      region: text,
      domain: text,
      'hosted-zone-id': text,
      'vpc-id': text,
      'refresh-token-days': fc.constantFrom('30', '7'),
    },
    { requiredKeys: [] },
  ),
  repeated: fc.record(
    {
      'client-id': fc.array(text),
      tag: fc.array(text),
      origin: fc.array(text),
      frontend: fc.array(text),
      notify: fc.array(text),
    },
    { requiredKeys: [] },
  ),
});

describe('the file that is written', () => {
  it('holds the very texts that were typed, and does nothing else', () => {
    fc.assert(
      fc.property(text, answers, (name, typed) => {
        const fields = environmentOf(name, typed, undefined);
        const data = { ...dataOf(fields), own: 'own' };
        expect(exported(environmentSource(fields))).toEqual(JSON.parse(JSON.stringify(data)));
      }),
    );
  });

  it.each([
    ['--user-pool-id eu-central-1_AbCdEfGhI --client-id one --origin https://app.shop.dev'],
    [
      `--issuer https://id.shop.dev/realms/people ${Array.from('abcdefgh', (one) => `--client-id ${one.repeat(20)}`).join(' ')} --audience it's --frontend https://app.shop.dev --domain api.shop.dev --hosted-zone-id Z1 --app shop --region eu-west-1 --refresh-token-days 7 --notify a@shop.dev --vpc new --production --client-secret-name web`,
    ],
    [
      '--user-pool-id eu-central-1_AbCdEfGhI --frontend https://app.shop.dev --vpc-id vpc-0123456789abcdef0 --subnet-id subnet-11111111 --subnet-id subnet-22222222 --route-table-id rtb-11111111',
    ],
  ])('is as the formatter has it: %s', (options) => {
    const { name, answers: told } = readConfigureOptions(['qa', '--account', '111122223333', ...options.split(' ')]);
    const input = environmentSource(environmentOf(name, told, undefined));
    const args = ['format', `--stdin-file-path=${join(ROOT, 'terraform/environments/qa/environment.ts')}`];
    expect(execFileSync(join(ROOT, 'node_modules/.bin/biome'), args, { cwd: ROOT, input, encoding: 'utf8' })).toBe(
      input,
    );
  });
});
