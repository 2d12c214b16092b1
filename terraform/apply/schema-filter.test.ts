import { beforeAll, describe, expect, it } from '@jest/globals';
import { prod as plainProd } from '../environments/prod/environment.ts';
import { withAttachedApis } from '../testing/attached-environment.ts';
import { withBrowser } from '../testing/browser-environment.ts';
import { withFunctions } from '../testing/functions-environment.ts';
import { useAccount } from './applied-fixture.ts';
import { withKeptTypes } from './provider-schema.ts';

const account = useAccount();
const prod = withFunctions(withAttachedApis(withBrowser(plainProd)));

beforeAll(async () => {
  const { workspace } = account;
  workspace.write(account.stackOf({ ...prod, state: { kind: 'local' } }));
  await workspace.init();
});

interface Told {
  readonly timestamp: string;
  readonly relevant_attributes: readonly unknown[];
}

/** The plan as Terraform tells it, but for when it was made, and for the order of what Terraform tells in any. */
function comparable(told: string): unknown {
  const { timestamp, relevant_attributes, ...plan } = JSON.parse(told) as Told;
  expect(timestamp).toMatch(/^\d{4}-/);
  return { ...plan, relevant_attributes: relevant_attributes.map((one) => JSON.stringify(one)).toSorted() };
}

describe('the provider that is kept for all runs', () => {
  it('plans prod as one does that Terraform starts itself, to the last attribute', async () => {
    const { workspace } = account;
    const its = async (...args: readonly string[]) => (await workspace.start(...args).outcome).output;
    expect(await its('plan', '-no-color', '-out=plan')).toContain(' to add, 0 to change, 0 to destroy.');
    const plan = comparable(await its('show', '-json', 'plan'));
    await workspace.succeed('plan', '-no-color', '-out=plan');
    expect(comparable(await workspace.succeed('show', '-json', 'plan'))).toEqual(plan);
  });
});

/** A field of protobuf with a text or a message in it, shorter than 128 bytes. */
function field(number: number, content: string | Buffer): Buffer {
  return Buffer.concat([Buffer.from([number * 8 + 2, Buffer.byteLength(content)]), Buffer.from(content)]);
}

/** A message of gRPC, as it is sent. */
function message(...fields: readonly Buffer[]): Buffer {
  const content = Buffer.concat(fields);
  return Buffer.concat([Buffer.from([0, 0, 0, 0, content.length]), content]);
}

const entry = (number: number, type: string) => field(number, Buffer.concat([field(1, type), field(2, 'schema')]));

describe('withKeptTypes', () => {
  it('leaves out types that no test works with, and keeps all else byte for byte', () => {
    const provider = field(1, 'the provider');
    const kept = [provider, entry(2, 'aws_sqs_queue'), entry(3, 'aws_iam_policy_document'), entry(7, 'arn_parse')];
    const [first = provider, ...rest] = kept;
    const answer = message(first, entry(2, 'aws_quicksight_template'), ...rest, entry(8, 'aws_eks_cluster_auth'));
    expect(withKeptTypes(answer)).toEqual(message(...kept));
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a compressed message', Buffer.from([1, 0, 0, 0, 0])],
    ['a number in place of a message', Buffer.from([0, 0, 0, 0, 2, 8, 1])],
    ['a message that is longer than the answer', Buffer.from([0, 0, 0, 0, 3, 10, 9, 65])],
    ['half a number', Buffer.from([0, 0, 0, 0, 1, 128])],
  ])('takes %s for no schema', (_, answer) => {
    expect(() => withKeptTypes(answer)).toThrow(/schema/);
  });
});
