import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, expect, it } from '@jest/globals';
import { readChanges } from '../../plan/planned-changes.ts';
import { withoutKnownDifferences } from '../known-differences.ts';
import { STATE_BUCKET, useInstallation } from './installation.ts';

const installation = useInstallation();
const PREFIX = 'cloakroom-staging';
const REGION = ['--region', 'eu-central-1', '--output', 'json'];
/** Long enough for whoever acts while a share is watched. */
const GRADUAL = ['staging', '--gradual', '25', '--bake-minutes', '5', '--yes'];

beforeAll(async () => {
  installation.writeEnvironment('staging', 'alarms: { notify: [] },');
  await installation.emulator.makeBucket(STATE_BUCKET);
});

/** Runs a program as it should end, and returns what it printed. */
async function run(program: string, args: readonly string[], expected = 0): Promise<string> {
  const { code, output } = await installation.run(program, args);
  if (code !== expected) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}

const aws = (...args: readonly string[]) => run('aws', [...args, ...REGION]);

/** Starts a deployment by shares, and returns when it watches the alarms. */
async function startGradual() {
  const script = installation.start('scripts/deploy', GRADUAL);
  let isOver = false;
  void script.outcome.then(() => {
    isOver = true;
  });
  while (!script.output().includes('watching the alarms')) {
    if (isOver) throw new Error(`the deployment ended:\n${script.output()}`);
    await wait(100);
  }
  return script;
}

/** Changes the code of a function, as somebody does who mends it. */
function changeHealth(release: string): void {
  const file = join(installation.folder, 'functions/health/src/index.ts');
  writeFileSync(file, `${readFileSync(file, 'utf8')}\nprocess.title = '${release}';\n`);
}

/** The version that `live` of a function is, and the shares of others. */
async function liveOf(name: string): Promise<object> {
  const output = await aws('lambda', 'get-alias', '--function-name', `${PREFIX}-${name}`, '--name', 'live');
  const { FunctionVersion: version, RoutingConfig } = JSON.parse(output);
  return { version, ...RoutingConfig?.AdditionalVersionWeights };
}

function pinned(): unknown {
  const file = join(installation.environmentFolder('staging'), 'pinned.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** What Terraform would change of the stack as it was synthesized last, but for what the emulator tells in other words. */
async function leftToDo(): Promise<readonly string[]> {
  const folder = installation.environmentFolder('staging');
  await installation.run('terraform', ['plan', '-input=false', '-out=.terraform/story.tfplan'], folder);
  const { output } = await installation.run('terraform', ['show', '-json', '.terraform/story.tfplan'], folder);
  return withoutKnownDifferences(readChanges(JSON.parse(output))).map(({ action, address }) => `${action} ${address}`);
}

it('is deployed', async () => {
  await run('scripts/deploy', ['staging', '--yes']);
  await installation.keepProvider('staging');
  expect(await liveOf('health')).toEqual({ version: '1' });
});

it('gives new code a share, which no plan moves and the next deployment tells of, after it was interrupted', async () => {
  changeHealth('second');
  const script = await startGradual();
  expect(await liveOf('health')).toEqual({ version: '1', 2: 0.25 });
  expect(await liveOf('authorizer')).toEqual({ version: '1' });
  script.kill();
  await script.outcome;
  expect(pinned()).toMatchObject({ health: { version: '1', next: { version: '2', weight: 0.25 }, reason: 'rollout' } });
  expect(await leftToDo()).toEqual([]);
  expect(await run('scripts/deploy', ['staging', '--yes'], 1)).toContain(
    'health 1 → 2 at 25 %): end it first, by scripts/deploy staging --finish or --revert',
  );
  expect(await liveOf('health')).toEqual({ version: '1', 2: 0.25 });
});

it('finishes that', async () => {
  await run('scripts/deploy', ['staging', '--finish']);
  expect(await liveOf('health')).toEqual({ version: '2' });
  expect(pinned()).toEqual({});
});

it('takes the share back when an alarm fires, and leaves the version before where it is', async () => {
  changeHealth('third');
  const script = await startGradual();
  expect(await liveOf('health')).toEqual({ version: '2', 3: 0.25 });
  const state = ['--state-value', 'ALARM', '--state-reason', 'many requests are refused'];
  await aws('cloudwatch', 'set-alarm-state', '--alarm-name', `${PREFIX}-denied-rate`, ...state);
  const { code, output } = await script.outcome;
  expect(code).toBe(1);
  expect(output).toContain(`${PREFIX}-denied-rate, while a share went to the new versions`);
  expect(await liveOf('health')).toEqual({ version: '2' });
  expect(pinned()).toMatchObject({ health: { version: '2', reason: 'rollout' } });
});

it('lets the newest version serve when it is released', async () => {
  await run('scripts/rollback', ['staging', '--release', '--yes']);
  expect(await liveOf('health')).toEqual({ version: '3' });
  expect(pinned()).toEqual({});
  expect(await leftToDo()).toEqual([]);
});

it('goes back, and no deployment rolls forward, but says since when it is pinned', async () => {
  expect(await run('scripts/rollback', ['staging', 'health', '--yes'])).toContain('health: live is 2');
  expect(pinned()).toMatchObject({ health: { version: '2', reason: 'rollback' } });
  expect(await leftToDo()).toEqual([]);
  const output = await run('scripts/deploy', ['staging', '--yes']);
  expect(output).toMatch(/health stays at version 2, pinned since [\d-]+T.*Z by a rollback/);
  expect(output).toContain(`of which pinned: ${PREFIX}-health to 2`);
  expect(await liveOf('health')).toEqual({ version: '2' });
});

it('does not undo a rollback whose file was never committed', async () => {
  const file = join(installation.environmentFolder('staging'), 'pinned.json');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, '{}');
  expect(await run('scripts/deploy', ['staging', '--yes'], 1)).toContain('the account has pins that');
  writeFileSync(file, text);
  expect(await liveOf('health')).toEqual({ version: '2' });
});
