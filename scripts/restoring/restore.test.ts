import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { isoTime, type User, userKey } from '@cloakroom/core';
import { createSessionStore } from '@cloakroom/sessions';
import { readTableNames } from '@cloakroom/terraform';
import { aCreation, aSignIn, newUser } from '@cloakroom/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { accountFixture } from './account-fixture.ts';
import type { RestoreOptions } from './options.ts';
import { restore } from './restore.ts';

type Account = Awaited<ReturnType<typeof accountFixture>>;
let account: Account;
beforeEach(async () => {
  account = await accountFixture();
});

const LATEST: RestoreOptions = { environment: 'prod', to: 'latest', tables: ['sessions'], resume: false, yes: true };
const run = (options: Partial<RestoreOptions> = {}) => restore({ ...LATEST, ...options }, account.world);

function storeOf(table: string) {
  const { environment, dynamodb, nowMs } = account.world;
  const { bearerIdleSeconds, ticketIdleSeconds, touchIntervalSeconds, loginMaxLifetimeSeconds } = environment.sessions;
  const idle = { bearerIdleSeconds, ticketIdleSeconds, touchIntervalSeconds };
  return createSessionStore({ dynamodb, table, nowMs, idle, loginMaxLifetimeSeconds, remainingMs: () => 1000 });
}

const oldStore = () => storeOf(`${account.prefix}-sessions`);
const newName = () =>
  `${account.prefix}-sessions-${account.state.latest.toISOString().replaceAll(/[-T:]/g, '').slice(0, 12)}`;
const signInOf = (user: User = newUser('cognito')) =>
  aCreation(aSignIn({ user, authTime: Math.floor(Date.now() / 1000) - 60 }));

function putEvent(user: User) {
  const Item = { user_key: { S: userKey(user) }, event_key: { S: `${isoTime(0)}#c` } };
  return account.world.dynamodb.send(new PutItemCommand({ TableName: `${account.prefix}-events`, Item }));
}

/** One session from before the time that is restored, and one login that began and ended after it. */
async function history() {
  const before = signInOf();
  const { session } = await oldStore().create(before);
  await account.remember();
  const since = signInOf();
  await oldStore().create(since);
  await oldStore().revoke({ user: since.login.user, id: since.login.loginId });
  return { before, since, session };
}

const OUT = { code: expect.stringMatching(/LOGIN_ENDED|SIGN_IN_TOO_EARLY/) };

describe('a restore', () => {
  it('brings the table back, and lets in nobody by what was there or has ended since', async () => {
    const { before, since, session } = await history();
    await run();
    const store = storeOf(newName());
    expect(await store.get(session.user, session.id)).toBeUndefined();
    for (const request of [before, since]) await expect(store.create(request)).rejects.toMatchObject(OUT);
  });

  it('moves everything by one deploy, when the restored table is closed and the old one takes no writes', async () => {
    await history();
    let atDeploy: readonly string[] = [];
    let isFrozen = false;
    let names = {};
    account.world.prepare = async () => {
      atDeploy = (await account.itemsOf(newName())).map(({ item }) => item?.S ?? '');
      isFrozen = await oldStore()
        .create(signInOf())
        .then(
          () => false,
          ({ message }) => message.includes('explicit deny'),
        );
    };
    account.state.deploy = () => {
      names = readTableNames(account.world.folder);
      expect(existsSync(join(account.world.folder, 'adopted.json'))).toBe(true);
      return 0;
    };
    await run();
    expect(atDeploy.filter((item) => item.startsWith('SESSION#'))).toEqual([]);
    expect(atDeploy.filter((item) => item === 'USER').length).toBe(2);
    expect(isFrozen).toBe(true);
    expect(names).toEqual({ sessions: newName() });
    expect(account.steps).toEqual([
      expect.stringMatching(/node.* .*scripts\/deploy\.ts prod --plan-only$/),
      'terraform state pull',
      'terraform state rm aws_dynamodb_table.sessions',
      expect.stringMatching(/node.* .*scripts\/deploy\.ts prod --yes$/),
      'terraform state pull',
    ]);
    expect(account.state.held.sessions).toBe(newName());
    expect(existsSync(join(account.world.folder, 'adopted.json'))).toBe(false);
  });

  it('says what is lost before it asks, and at the end what stays', async () => {
    await history();
    await run();
    const text = account.said.join('\n');
    expect(text).toContain(`lost is everything that was written after ${account.state.latest.toISOString()}`);
    expect(text).toContain('everybody must sign in again');
    expect(text).toContain('3 partitions, 1 sessions ended, 0 users erased again');
    expect(text).toContain(`${newName()}: every setting is as it was`);
    expect(text).toContain(`delete-table --region eu-central-1 --table-name ${account.prefix}-sessions`);
  });

  it('goes on with --resume wherever it was interrupted, and ends as if it had not been', async () => {
    const { before, session } = await history();
    const failed: string[] = [];
    for (let failing = 1, isDone = false; !isDone; failing += 1) {
      let sent = 0;
      account.state.before = (command) => {
        sent += 1;
        if (sent !== failing) return;
        failed.push(command);
        throw new Error('ECONNRESET');
      };
      const resume = account.world.progress.read() !== undefined;
      isDone = await run({ resume }).then(
        () => true,
        () => false,
      );
      expect(failing).toBeLessThan(400);
    }
    account.state.before = () => undefined;
    expect(new Set(failed).size).toBeGreaterThan(5);
    expect(account.world.progress.read()).toBeUndefined();
    expect(await storeOf(newName()).get(session.user, session.id)).toBeUndefined();
    await expect(storeOf(newName()).create(before)).rejects.toMatchObject(OUT);
    expect(account.state.held.sessions).toBe(newName());
  });

  it('does not close again what is closed when the deploy has failed', async () => {
    await history();
    account.state.deploy = () => 1;
    await expect(run()).rejects.toThrow('go on with --resume');
    account.state.deploy = () => 0;
    await run({ resume: true });
    const again = account.said.slice(account.said.findIndex((line) => line.includes('is restored already')));
    for (const done of ['restored already', 'takes no writes already', 'is closed already']) {
      expect(again.join('\n')).toContain(done);
    }
    expect(again.join('\n')).not.toContain('closing ');
  });

  it('compares the settings too when the deploy has moved everything and found a fault, and deploys again', async () => {
    await history();
    const moved = account.tools.run;
    account.tools.run = (program, args, folder) =>
      moved(program, args, folder) === 0 && args.at(-1) === '--yes' ? 1 : 0;
    await expect(run()).rejects.toThrow('the deploy has found a fault');
    expect(account.said.join('\n')).toContain('every setting is as it was');
    account.tools.run = moved;
    await run({ resume: true });
    expect(account.steps.filter((line) => line.endsWith('deploy.ts prod --yes'))).toHaveLength(2);
  });

  it('takes a deploy that nobody has confirmed for none', async () => {
    await history();
    account.tools.run = (_, args) => {
      if (args[0] === 'state') delete account.state.held.sessions;
      return 0;
    };
    await expect(run()).rejects.toThrow('has not moved everything');
    expect(account.world.progress.read()?.isSwitched).toBeUndefined();
  });

  it('tells each setting that the restored table lacks', async () => {
    await history();
    const { before } = account.state;
    account.state.before = (command) => {
      const table = account.kept.get(newName());
      if (command === 'DescribeTimeToLiveCommand' && table !== undefined) table.ttl = false;
      before(command);
    };
    await expect(run()).rejects.toThrow(
      /is not set as .* was: time to live: .*ENABLED.* before, .*DISABLED.* now\. Deploy again/,
    );
  });

  it('erases again what came back of users who were erased since, sessions and events', async () => {
    const user = newUser('cognito');
    await oldStore().create(signInOf(user));
    await putEvent(user);
    const other = newUser('cognito');
    await putEvent(other);
    await account.remember();
    await oldStore().markErased(user);
    await run({ tables: ['sessions', 'events'] });
    const events = await account.itemsOf(newName().replace('-sessions-', '-events-'));
    expect(events.map(({ user_key }) => user_key?.S)).toEqual([userKey(other)]);
    expect(account.said.join('\n')).toContain('1 users erased again');
  });

  it('asks the sessions that are in use who was erased, where events alone are restored', async () => {
    const user = newUser('cognito');
    await putEvent(user);
    await account.remember();
    await oldStore().markErased(user);
    await run({ tables: ['events'] });
    expect(await account.itemsOf(newName().replace('-sessions-', '-events-'))).toEqual([]);
    expect(account.state.held).toMatchObject({ sessions: `${account.prefix}-sessions` });
  });

  it('brings a deleted table back from the backup of its end, and finds those who came since by their events', async () => {
    const { before } = await history();
    const since = newUser('cognito');
    await putEvent(since);
    const old = `${account.prefix}-sessions`;
    await account.real.send(new DeleteTableCommand({ TableName: old }));
    account.kept.delete(old);
    account.state.deleted.add(old);
    await expect(run({ to: Date.now() - 600_000 })).rejects.toThrow('was deleted: there is its state of');
    await run();
    const name = Object.values(readTableNames(account.world.folder))[0] ?? '';
    await expect(storeOf(name).create(before)).rejects.toMatchObject(OUT);
    await expect(storeOf(name).create(signInOf(since))).rejects.toMatchObject(OUT);
    expect(account.said.join('\n')).toContain('there is no original to compare it with');
  });
});

it('takes no table out of the state but the one that it began from', async () => {
  await history();
  account.state.held.sessions = 'restored-by-somebody-else';
  await expect(run()).rejects.toThrow('the stack uses restored-by-somebody-else, and this restore began from');
  expect(account.steps.filter((step) => step.includes('state rm'))).toEqual([]);
});

describe('a restore is refused, and nothing is changed,', () => {
  async function refused(options: Partial<RestoreOptions>, message: string | RegExp) {
    const sent: string[] = [];
    account.state.before = (command) => void sent.push(command);
    await expect(run(options)).rejects.toThrow(message);
    expect(sent.filter((command) => !/^(Describe|List|Get)/.test(command))).toEqual([]);
    expect(account.steps).toEqual([]);
  }

  it('to a time that the table has no more, or not yet', async () => {
    await refused({ to: Date.now() - 40 * 86_400_000 }, 'cannot be restored: from');
    await refused({ to: Date.now() }, 'cannot be restored: from');
  });

  it('to a time from before the marks of erasures go', () =>
    refused({ to: Date.now() - 31 * 86_400_000 }, 'more than 30 days ago'));

  it('while a function is pinned to a version that names the old table', async () => {
    const pin = { version: '3', reason: 'rollback', since: new Date().toISOString() };
    writeFileSync(join(account.world.folder, 'pinned.json'), JSON.stringify({ authorizer: pin }));
    await refused({}, 'authorizer would go on with the old table');
  });

  it('without recovery', async () => {
    const table = account.kept.get(`${account.prefix}-sessions`);
    if (table !== undefined) table.recovery = false;
    await refused({}, 'has no point-in-time recovery');
  });

  it('without anything to resume', () => refused({ resume: true }, 'no restore of prod is under way here'));

  it('beside one that is under way', async () => {
    account.world.progress.write({ environment: 'prod', startedAt: '', to: 'earlier', tables: {} });
    await refused({}, 'a restore of prod to earlier is under way');
  });

  it('to a table that there is', async () => {
    await account.remember();
    account.state.deploy = () => 1;
    await expect(run()).rejects.toThrow('--resume');
    account.world.progress.remove();
    await expect(run()).rejects.toThrow('there is a table');
  });

  it('whose deploy would not come to its plan', async () => {
    const sent: string[] = [];
    account.state.before = (command) => void sent.push(command);
    account.state.plan = () => 1;
    await expect(run()).rejects.toThrow('has not come to its plan; see above. Nothing was changed');
    expect(sent.filter((command) => !/^(Describe|List|Get)/.test(command))).toEqual([]);
    expect(account.world.progress.read()).toBeUndefined();
  });

  it('that nobody has confirmed', async () => {
    const sent: string[] = [];
    account.state.before = (command) => void sent.push(command);
    account.tools.confirm = async () => false;
    await run();
    expect(account.said.at(-1)).toBe('nothing was changed');
    expect(sent.filter((command) => !/^(Describe|List|Get)/.test(command))).toEqual([]);
  });
});

it('closes nothing by a clock that is slow', async () => {
  const { session } = await history();
  account.world.nowMs = () => Date.now() - 10_000;
  await expect(run()).rejects.toThrow(/clock of this machine is \d+ s behind AWS's/);
  const left = await account.itemsOf(newName());
  expect(left.map(({ item }) => item?.S)).toContain(`SESSION#${session.id}`);
});
