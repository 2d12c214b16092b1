import { GetQueueAttributesCommand, paginateListQueues } from '@aws-sdk/client-sqs';
import type { AwsClients } from './aws-clients.ts';
import type { Names } from './names.ts';
import { byName, collect, type Plain, without } from './plain.ts';
import { statementsOf } from './policy-statements.ts';

/** What is in a queue, and when it was made. */
const CONTENTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
];
const JSON_ATTRIBUTES = ['RedrivePolicy', 'RedriveAllowPolicy'] as const;

/** Every queue, by its name: its times in seconds, encryption, where letters go, and who is refused. */
export async function readQueues({ sqs }: AwsClients, names: Names): Promise<Plain> {
  const urls = await collect(paginateListQueues({ client: sqs }, {}), ({ QueueUrls }) => QueueUrls);
  const queues = await Promise.all(
    urls.map(async (QueueUrl) => {
      const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
      const name = names.short(QueueUrl.split('/').at(-1));
      names.add(Attributes.QueueArn, `queue ${name}`);
      names.add(QueueUrl, `URL of queue ${name}`);
      return { name, Attributes };
    }),
  );
  return byName(
    queues,
    ({ name }) => name,
    ({ Attributes }) => settingsOf(Attributes),
  );
}

function settingsOf(attributes: Readonly<Record<string, string>>): Plain {
  const { Policy } = attributes;
  const parsed = JSON_ATTRIBUTES.flatMap((name) => {
    const text = attributes[name];
    return text === undefined ? [] : [[name, JSON.parse(text) as unknown] as const];
  });
  return {
    ...without(attributes, ...CONTENTS, 'QueueArn', 'Policy'),
    ...Object.fromEntries(parsed),
    ...(Policy === undefined ? {} : { policy: statementsOf(Policy) }),
  };
}
