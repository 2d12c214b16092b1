import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { commandOf, readConfigureOptions } from './answers.ts';

describe('the options of scripts/configure', () => {
  it('are taken once, or as often as they are given', () => {
    const args = [
      'qa',
      '--account',
      '111122223333',
      '--client-id',
      'a',
      '--client-id',
      'b',
      '--no-production',
      '--force',
    ];
    expect(readConfigureOptions(args)).toEqual({
      name: 'qa',
      force: true,
      answers: { single: { account: '111122223333' }, repeated: { 'client-id': ['a', 'b'] }, production: false },
    });
    expect(readConfigureOptions(['qa'])).toEqual({ name: 'qa', force: false, answers: { single: {}, repeated: {} } });
  });

  it.each([[[]], [['qa', 'prod']]])('are refused with the usage for %j', (args) => {
    expect(() => readConfigureOptions(args)).toThrow('usage: scripts/configure <environment>');
  });

  it('are refused when nobody knows them', () => {
    expect(() => readConfigureOptions(['qa', '--acount', '1'])).toThrow("'--acount'");
  });

  it('come back from the command that is shown, whatever a shell would make of them', () => {
    const answers = {
      single: { app: '-x', account: 'it\'s $HOME; `id` "q" \\', issuer: 'https://id.shop.dev/a?b=c&d' },
      repeated: { 'client-id': ['a b', '', '$(id)'], origin: ['https://app.shop.dev'] },
      production: true,
    };
    const script = `each() { for one; do printf '%s\\036' "$one"; done; }; ${commandOf('qa', answers).replace('scripts/configure', 'each')}`;
    const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\x1e').slice(0, -1);
    expect(readConfigureOptions(words)).toEqual({ name: 'qa', force: false, answers });
  });
});
