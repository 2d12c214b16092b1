import { describe, expect, it } from '@jest/globals';
import { assertGradual } from './assert-gradual.ts';

describe('assertGradual', () => {
  const alarms = { notify: [] };

  it('refuses an environment without alarms: nothing would say that a share fails', () => {
    expect(() => assertGradual({ name: 'dev', alarms: undefined })).toThrow('dev has no alarms');
    expect(() => assertGradual({ name: 'dev', alarms })).not.toThrow();
  });

  it('refuses functions with provisioned concurrency, by their names', () => {
    const functions = { authorizer: { provisionedConcurrency: { minimum: 1 } }, health: {} };
    expect(() => assertGradual({ name: 'prod', alarms, functions })).toThrow(
      'beside provisioned concurrency, which these functions have: authorizer. Deploy without --gradual',
    );
  });
});
