import { describe, expect, it } from '@jest/globals';
import { assertGradual } from './assert-gradual.ts';

describe('assertGradual', () => {
  const alarms = { notify: [] };
  const sessions = { bootstrap: 'on' } as const;

  it('refuses an environment without alarms: nothing would say that a share fails', () => {
    expect(() => assertGradual({ name: 'dev', sessions, alarms: undefined })).toThrow('dev has no alarms');
    expect(() => assertGradual({ name: 'dev', sessions, alarms })).not.toThrow();
  });

  it('refuses functions with provisioned concurrency, by their names', () => {
    const functions = { authorizer: { provisionedConcurrency: { minimum: 1 } }, health: {} };
    expect(() => assertGradual({ name: 'prod', sessions, alarms, functions })).toThrow(
      'beside provisioned concurrency, which these functions have: authorizer. Deploy without --gradual',
    );
  });

  it('refuses to close sign-in by a share', () => {
    const closed = { name: 'prod', sessions: { bootstrap: 'off' }, alarms } as const;
    expect(() => assertGradual(closed)).toThrow('sign-in of prod is to be closed');
  });
});
