import { describe, expect, it } from '@jest/globals';
import { functionNamesOf } from '../stacks/functions/index.ts';
import { withBackchannelLogout } from '../testing/backchannel-environment.ts';
import { withBrowser } from '../testing/browser-environment.ts';
import { SETTINGS_OF_FUNCTIONS } from '../testing/functions-environment.ts';
import { type Environment, parseEnvironment } from './environment.ts';
import { ENVIRONMENTS } from './index.ts';
import { CLOAKROOM_FUNCTIONS } from './own-schema.ts';

function parse(functions: unknown, environment: Environment = ENVIRONMENTS.dev) {
  return parseEnvironment({ ...environment, functions });
}

describe('the settings of functions', () => {
  it('are taken', () => expect(parse(SETTINGS_OF_FUNCTIONS).functions).toEqual(SETTINGS_OF_FUNCTIONS));

  it.each([
    ['dev', ENVIRONMENTS.dev],
    ['with browsers', withBrowser(ENVIRONMENTS.dev)],
    ['with logout tokens', withBackchannelLogout(ENVIRONMENTS.dev)],
  ])('are of the functions that the environment has, and of no others: %s', (_, environment) => {
    const isTaken = (name: string) => {
      try {
        return parse({ [name]: { memoryMb: 256 } }, environment) !== undefined;
      } catch {
        return false;
      }
    };
    expect(CLOAKROOM_FUNCTIONS.filter(isTaken)).toEqual(functionNamesOf(environment));
  });

  it.each(['0 7 ? * MON-FRI *', '30 22 1 * ? *', '0/15 8-18 ? 1,6 2#1 2030', '0 0 L * ? *'])(
    'take the time %s',
    (cron) => {
      const provisionedConcurrency = { minimum: 1, schedule: [{ cron, minimum: 2 }] };
      expect(() => parse({ authorizer: { provisionedConcurrency } })).not.toThrow();
    },
  );

  it.each(['0 7 * * MON-FRI *', '0 7 * * 1', 'cron(0 7 ? * * *)', '0 7 ? * ? *', ''])('refuse the time %j', (cron) => {
    const provisionedConcurrency = { minimum: 1, schedule: [{ cron, minimum: 2 }] };
    expect(() => parse({ authorizer: { provisionedConcurrency } })).toThrow(
      'functions.authorizer.provisionedConcurrency.schedule.0.cron: must be six fields',
    );
  });

  it('may have as many environments ready as are reserved', () => {
    const schedule = [{ cron: '0 7 ? * * *', minimum: 1, maximum: 5 }];
    const provisionedConcurrency = { minimum: 1, maximum: 2, schedule };
    expect(() => parse({ authorizer: { reservedConcurrency: 5, provisionedConcurrency } })).not.toThrow();
    expect(() => parse({ authorizer: { reservedConcurrency: 4, provisionedConcurrency } })).toThrow(
      'reserve at least 5',
    );
  });
});
