import { describe, expect, it } from '@jest/globals';
import { checkVariables } from './check-variables.ts';

describe('checkVariables', () => {
  it.each([
    'AWS_REGION',
    'AWS_DEFAULT_REGION',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_LAMBDA_FUNCTION_NAME',
    'LAMBDA_TASK_ROOT',
    '_HANDLER',
    '_X_AMZN_TRACE_ID',
  ])('refuses %s, which Lambda sets itself', (name) => {
    expect(() => checkVariables('cloakroom-dev-health', { [name]: 'x' })).toThrow(
      `cloakroom-dev-health sets variables that Lambda reserves: ${name}`,
    );
  });

  it('refuses more than 4 KB, as Lambda does', () => {
    expect(() => checkVariables('f', { A: 'x'.repeat(4088) })).not.toThrow();
    expect(() => checkVariables('f', { A: 'x'.repeat(4089) })).toThrow('f has 4097 B of variables');
  });

  it('measures JSON text, in which a quotation mark is two characters', () => {
    expect(() => checkVariables('f', { A: '"'.repeat(2044) })).not.toThrow();
    expect(() => checkVariables('f', { A: '"'.repeat(2045) })).toThrow('f has 4098 B of variables');
  });
});
