import { beforeAll, expect, it } from '@jest/globals';
import { STATE_BUCKET, useInstallation } from './installation.ts';

const installation = useInstallation();

beforeAll(async () => {
  installation.writeEnvironment('staging');
  await installation.emulator.makeBucket(STATE_BUCKET);
});

it('plans without applying anything', async () => {
  const { code, output } = await installation.run('scripts/deploy', ['staging', '--plan-only']);
  expect(output).toContain('planned, and nothing applied (--plan-only)');
  expect(code).toBe(0);
  expect(installation.proxy.calls.filter(({ action }) => /^Create/.test(action))).toEqual([]);
});
