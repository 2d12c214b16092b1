import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { dynamoDbClient } from './create-tables.ts';
import { startDynamoDbLocal } from './start-dynamodb-local.ts';

const MODULE = join(import.meta.dirname, 'start-dynamodb-local.ts');
const onLinux = process.platform === 'linux' ? it : it.skip;

it('DynamoDB Local is out of reach of Ctrl-C, which goes to the group of the process that started it', async () => {
  const { endpoint, stop } = await startDynamoDbLocal();
  const rows = execFileSync('ps', ['-eo', 'pgid=,args=']).toString().split('\n');
  const groups = rows
    .filter((row) => row.includes(`-port ${new URL(endpoint).port} `))
    .map((row) => Number.parseInt(row, 10));
  const ours = execFileSync('ps', ['-o', 'pgid=', '-p', String(process.pid)]).toString();
  await stop();
  expect(groups).toHaveLength(1);
  expect(groups).not.toContain(Number(ours));
}, 60_000);

onLinux(
  'DynamoDB Local ends with the process that started it, be it killed',
  async () => {
    const program = `import { startDynamoDbLocal } from ${JSON.stringify(MODULE)};
    console.log((await startDynamoDbLocal()).endpoint);`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const endpoint = await new Promise<string>((resolve) =>
      parent.stdout.once('data', (text) => resolve(String(text))),
    );
    const port = Number(new URL(endpoint.trim()).port);
    expect(await accepts(port)).toBe(true);
    parent.kill('SIGKILL');
    for (let tries = 0; tries < 100 && (await accepts(port)); tries += 1) await delay(50);
    expect(await accepts(port)).toBe(false);
  },
  60_000,
);

const TABLE = {
  TableName: 'things',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
};

onLinux(
  'DynamoDB Local keeps what it has answered for, be it killed at once, though it waits for no disk',
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'cloakroom-dynamodb-'));
    const first = await startDynamoDbLocal({ dataDir });
    const client = dynamoDbClient(first.endpoint, 'eu-central-1');
    await client.call('CreateTable', TABLE);
    const ids = Array.from({ length: 50 }, (_, index) => String(index));
    await Promise.all(ids.map((id) => client.call('PutItem', { TableName: 'things', Item: { id: { S: id } } })));
    const [pid] = serversOn(first.endpoint);
    expect(readFileSync(`/proc/${pid}/maps`, 'utf8')).toContain('without-fsync.so');
    process.kill(Number(pid), 'SIGKILL');
    await first.exited;
    const second = await startDynamoDbLocal({ dataDir });
    const read = dynamoDbClient(second.endpoint, 'eu-central-1').call('Scan', { TableName: 'things', Select: 'COUNT' });
    await expect(read).resolves.toMatchObject({ Count: 50 });
    await second.stop();
    rmSync(dataDir, { recursive: true });
  },
  60_000,
);

/** The process ids of the servers on a port. */
function serversOn(endpoint: string): readonly string[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,args=']).toString().split('\n');
  return rows
    .filter((row) => row.includes(`-port ${new URL(endpoint).port} `))
    .map((row) => String(Number.parseInt(row, 10)));
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
