import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { dev } from '../environments/dev/environment.ts';
import { useRecordedAccount } from './recorded-account.ts';
import type { Outcome } from './started-program.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/troubleshooting.md'), 'utf8');
const BUCKET = 'cloakroom-state';

const recorded = useRecordedAccount();

beforeAll(async () => {
  const { account } = recorded;
  await account.emulator.makeBucket(BUCKET);
  const state = { kind: 's3', bucket: BUCKET, region: dev.region } as const;
  const protection = { preventDestroy: true, deletionProtection: false };
  account.workspace.write(account.stackOf({ ...dev, state, protection }));
  await account.workspace.init();
});

/** Runs a command to the letter as the page tells it, its `<names>` filled in, and says how it ended. */
async function asTold(command: string, values: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  expect(PAGE).toContain(`\n${command}`);
  const filledIn = Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`<${name}>`, value), command);
  const [, ...args] = filledIn.split(/\s+#/)[0]?.trim().split(' ') ?? [];
  return recorded.account.workspace.run(...args, '-no-color');
}

async function succeedsAsTold(command: string, values: Readonly<Record<string, string>> = {}): Promise<void> {
  const { code, output } = await asTold(command, values);
  if (code !== 0) throw new Error(`${command} failed:\n${output}`);
}

/** Only so much of the stack as the case is about: the rest takes its time and tells nothing. */
function only(address: string): readonly string[] {
  return ['-no-color', '-auto-approve', `-target=${address}`];
}

async function fails(...args: readonly string[]): Promise<string> {
  const { code, output } = await recorded.account.workspace.run(...args);
  expect({ args, code }).toEqual({ args, code: 1 });
  return output;
}

/** What is left to do: nothing, when 0 changes are planned. */
async function isDone(address: string): Promise<boolean> {
  const { code, output } = await recorded.account.workspace.run(
    'plan',
    '-no-color',
    '-detailed-exitcode',
    `-target=${address}`,
  );
  if (code === 1) throw new Error(output);
  return code === 0;
}

describe('a first apply that was refused half way', () => {
  const address = 'aws_dynamodb_table.sessions';

  /** An apply in which AWS refuses an action leaves a resource tainted, and the next one says that it is protected. */
  async function isRefused(action: string): Promise<void> {
    recorded.proxy.refuse((call) => call.action === action);
    expect(await fails('apply', ...only(address))).toContain('AccessDenied');
    recorded.proxy.letPass();
    expect(await fails('apply', ...only(address))).toContain('Instance cannot be destroyed');
  }

  it('leaves a key and a table tainted, and protected: untainted, they are finished in place', async () => {
    await isRefused('EnableKeyRotation');
    await succeedsAsTold('terraform untaint aws_kms_key.tables');
    await isRefused('UpdateContinuousBackups');
    await succeedsAsTold('terraform untaint aws_dynamodb_table.sessions');
    await recorded.account.workspace.succeed('apply', ...only(address));
    const done = recorded.proxy.calls.map(({ action }) => action);
    expect(done.filter((action) => /^(Create|Delete|Schedule)/.test(action))).toEqual(['CreateKey', 'CreateTable']);
    expect(done).toEqual(expect.arrayContaining(['EnableKeyRotation', 'UpdateContinuousBackups']));
    expect(await isDone(address)).toBe(true);
  });
});

describe('Terraform, killed when a table was made and nobody had heard of it', () => {
  const address = 'aws_dynamodb_table.events';
  let lockId = '';

  it('leaves the state locked', async () => {
    const held = recorded.proxy.holdAnswer(
      ({ action, input }) => action === 'CreateTable' && input.TableName === 'cloakroom-dev-events',
    );
    const applying = recorded.account.workspace.start('apply', ...only(address));
    await held;
    applying.kill();
    await applying.outcome;
    const output = await fails('plan', '-no-color', `-target=${address}`);
    expect(output).toContain('Error acquiring the state lock');
    lockId = /ID: +(\S+)/.exec(output)?.[1] ?? '';
  });

  it('is unlocked, told of the table by import, and finishes with nothing left to do', async () => {
    await succeedsAsTold('terraform force-unlock -force <id>', { id: lockId });
    expect(await fails('apply', ...only(address))).toMatch(/ResourceInUseException|already exists/i);
    await succeedsAsTold('terraform import aws_dynamodb_table.events cloakroom-<environment>-events', {
      environment: 'dev',
    });
    recorded.proxy.forget();
    await recorded.account.workspace.succeed('apply', ...only(address));
    expect(recorded.proxy.calls.filter(({ action }) => /^(CreateTable|DeleteTable)/.test(action))).toEqual([]);
    expect(await isDone(address)).toBe(true);
  });
});
