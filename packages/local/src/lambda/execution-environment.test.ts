import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { type ExecutionEnvironment, startEnvironment } from './execution-environment.ts';
import { ownRuntimeClient } from './runtime-process.ts';

const TALKATIVE = `import { writeSync } from 'node:fs';
export const handler = async ({ megabytes }) => {
  for (let count = 0; count < megabytes; count += 1) writeSync(1, 'x'.repeat(999_999) + '\\n');
};`;

let environment: ExecutionEnvironment | undefined;
afterAll(() => environment?.stop());

it('ends after an invocation when its output takes much room, and not before', async () => {
  const taskRoot = mkdtempSync(join(tmpdir(), 'environment-'));
  writeFileSync(join(taskRoot, 'index.mjs'), TALKATIVE);
  let bytes = 0;
  const started = await startEnvironment({
    args: [ownRuntimeClient(), 'index.handler'],
    taskRoot,
    memoryMb: 128,
    timeoutMs: 15_000,
    variables: (runtimeApi) => ({ AWS_LAMBDA_RUNTIME_API: runtimeApi, LAMBDA_TASK_ROOT: taskRoot }),
    writeLog: (message) => {
      bytes += message.length;
    },
  });
  environment = started;
  const invoke = (megabytes: number) =>
    started.run({ payload: JSON.stringify({ megabytes }), functionArn: 'arn', version: '1' });
  expect(await invoke(20)).toMatchObject({ failed: false });
  expect(started.isEnded()).toBe(false);
  expect(await invoke(20)).toMatchObject({ failed: false });
  expect(started.isEnded()).toBe(true);
  expect(bytes).toBeGreaterThan(39_000_000);
});
