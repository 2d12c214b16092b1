import { describe, expect, it } from '@jest/globals';
import { createLogStore } from '../create-log-store.ts';
import { describeLogGroups } from './describe-log-groups.ts';
import { describeLogStreams } from './describe-log-streams.ts';
import { filterLogEvents } from './filter-log-events.ts';

const logs = createLogStore();
for (let group = 100; group < 170; group += 1) logs.createGroup(`/g/${group}`);
for (const [at, stream] of ['b', 'a', 'c'].entries()) logs.append('/g/100', stream, `line ${stream}`, 1000 + at);
const context = { logs, region: 'eu-central-1' };

describe('describeLogGroups', () => {
  const list = (input: object) =>
    describeLogGroups(input, context) as { logGroups: { logGroupName: string }[]; nextToken?: string };

  it('answers in pages', () => {
    const first = list({});
    const second = list({ nextToken: first.nextToken });
    expect([first.logGroups.length, second.logGroups.length, second.nextToken]).toEqual([50, 20, undefined]);
    expect(second.logGroups[0]?.logGroupName).toBe('/g/150');
  });

  it('looks for a prefix or a part of the name', () => {
    expect(list({ logGroupNamePrefix: '/g/16' }).logGroups).toHaveLength(10);
    expect(list({ logGroupNamePattern: '69' }).logGroups).toHaveLength(1);
    expect(list({ logGroupNamePrefix: '69' }).logGroups).toHaveLength(0);
  });
});

describe('describeLogStreams', () => {
  const names = (input: object) => {
    const answer = describeLogStreams({ logGroupName: '/g/100', ...input }, context);
    const { logStreams, nextToken } = answer as { logStreams: { logStreamName: string }[]; nextToken?: string };
    return { names: logStreams.map(({ logStreamName }) => logStreamName).join(''), nextToken };
  };

  it('sorts by name or by the last line', () => {
    expect(names({}).names).toBe('abc');
    expect(names({ descending: true }).names).toBe('cba');
    expect(names({ orderBy: 'LastEventTime' }).names).toBe('bac');
  });

  it('answers in pages', () => {
    expect(names({ limit: 2 })).toEqual({ names: 'ab', nextToken: '2' });
    expect(names({ limit: 2, nextToken: '2' })).toEqual({ names: 'c', nextToken: undefined });
    expect(names({ logStreamNamePrefix: 'c' }).names).toBe('c');
  });
});

it('takes a log group by its ARN', () => {
  const logGroupIdentifier = 'arn:aws:logs:eu-central-1:000000000000:log-group:/g/100';
  expect(filterLogEvents({ logGroupIdentifier }, context)).toMatchObject({ events: [{}, {}, {}] });
});
