import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Permissions } from './holders.ts';
import { narrowingsOf } from './narrowings.ts';
import { PASSED } from './passed.ts';
import { currentRecord, latestRecord, narrowingsSince, type ReleaseRecord, recordRelease } from './record.ts';
import { refusals } from './refusals.ts';

const current = currentRecord();
const newFolder = () => mkdtempSync(join(tmpdir(), 'cloakroom-releases-'));

/** A release of before in which the code of events could do one thing more. */
function withMore(version: string): ReleaseRecord {
  const record: ReleaseRecord = structuredClone(current);
  const policy = record.shapes.most?.resource.aws_iam_role_policy?.enqueue_event?.policy;
  (policy as { Statement: { Action: string[] }[] }).Statement[0]?.Action.push('sqs:PurgeQueue');
  return { ...record, version };
}

describe('this release', () => {
  it('still allows all that code of the one before may need', () => {
    const earlier = latestRecord();
    if (earlier === undefined) throw new Error('no release was recorded: scripts/release');
    expect(refusals(narrowingsSince(earlier, current), earlier.version, PASSED)).toEqual([]);
  });

  it('is seen to be narrower than a stack from before the first, where it is', () => {
    const file = join(import.meta.dirname, '../apply/releases/before-0.1.0-prod.tf.json');
    const permissions = JSON.parse(readFileSync(file, 'utf8')) as Permissions;
    const found = narrowingsOf({ version: '0.0.9', permissions }, current.shapes.most ?? { resource: {} });
    const told = found.map(({ holder, action, because }) => `${holder} ${action}: ${because}`);
    for (const line of [
      'aws_iam_role.user_data dynamodb:BatchWriteItem: no statement allows it',
      'aws_vpc_endpoint.dynamodb dynamodb:BatchWriteItem: no statement allows it',
      `aws_iam_role.enqueue_event sqs:SendMessage: it demands StringEquals aws:SourceVpc ["\${aws_vpc.network.id}"]`,
    ]) {
      expect(told).toContain(line);
    }
  });
});

describe('a web app', () => {
  it('whose role loses what its store does is told of as such', () => {
    const today: ReleaseRecord = structuredClone(current);
    const policy = today.shapes.apps?.resource.aws_iam_role_policy?.web_app_web?.policy;
    (policy as { Statement: unknown[] }).Statement.shift();
    const [lost, ...others] = narrowingsSince({ ...current, version: '0.0.9' }, today);
    expect(others).toEqual([]);
    expect(lost?.sentence).toBe(
      'web may no longer: dynamodb:GetItem on aws_dynamodb_table.sessions, since no statement allows it. ' +
        'Version 0.0.9 of the store in web apps runs on under weights and after a rollback: keep it for one release, then remove it',
    );
  });
});

describe('the record of a release', () => {
  it('holds who may do what of every function, and is the same each time', () => {
    expect(currentRecord()).toEqual(current);
    const { aws_lambda_function: functions = {}, aws_iam_role_policy: policies = {} } =
      current.shapes.most?.resource ?? {};
    expect(Object.keys(functions).length).toBeGreaterThan(11);
    for (const name of Object.keys(functions)) expect(policies).toHaveProperty(`${name}_runtime`);
  });

  it('is written for the version of the package, and the latest counts', () => {
    const folder = newFolder();
    const file = recordRelease(folder);
    expect(file).toBe(join(folder, `${current.version}.json`));
    expect(latestRecord(folder)).toEqual(current);
    for (const version of ['0.9.0', '0.10.0', '0.2.0', '0.11.0-rc.1']) {
      writeFileSync(join(folder, `${version}.json`), JSON.stringify({ ...current, version }));
    }
    expect(latestRecord(folder)?.version).toBe('0.10.0');
  });

  it('is refused to a release that takes away what code of the one before needs, and names both', () => {
    const folder = newFolder();
    writeFileSync(join(folder, '0.0.9.json'), JSON.stringify(withMore('0.0.9')));
    expect(() => recordRelease(folder)).toThrow(
      /^the release is not recorded:\ncloakroom-prod-enqueue-event may no longer: sqs:PurgeQueue on aws_sqs_queue\.events, .*Version 0\.0\.9 of enqueue-event runs on/,
    );
    expect(readdirSync(folder)).toEqual(['0.0.9.json']);
  });
});

describe('what may go, since a release has passed', () => {
  const narrowings = narrowingsSince(withMore('0.0.9'), current);
  const line = {
    release: '0.0.9',
    holder: 'aws_iam_role.enqueue_event',
    action: 'sqs:PurgeQueue',
    resource: `\${aws_sqs_queue.events.arn}`,
    why: 'no code of 0.0.9 purges',
  };

  it('is what is listed, for the release of before alone', () => {
    expect(refusals(narrowings, '0.0.9', [line])).toEqual([]);
    expect(refusals(narrowings, '0.0.9', [])).toEqual([expect.stringMatching(/PurgeQueue .* runs on/)]);
    expect(refusals(narrowings, '0.0.9', [{ ...line, release: '0.0.8' }])).toHaveLength(2);
  });

  it('is listed no longer than it is narrowed', () => {
    expect(refusals([], '0.0.9', [line])).toEqual([expect.stringMatching(/^passed\.ts: .* take the line out$/)]);
  });
});
