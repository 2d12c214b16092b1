import { GetTopicAttributesCommand, paginateListSubscriptionsByTopic, paginateListTopics } from '@aws-sdk/client-sns';
import type { AwsClients } from './aws-clients.ts';
import type { Names } from './names.ts';
import { byName, collect, type Plain, told, without } from './plain.ts';
import { statementsOf } from './policy-statements.ts';

/** Texts of SNS about the topic itself, and how it tries a delivery again by default. */
const IDENTITY = ['DisplayName', 'EffectiveDeliveryPolicy', 'Owner', 'Policy', 'TopicArn'];
/** How many there are is seen by those that there are. */
const COUNTS = ['SubscriptionsConfirmed', 'SubscriptionsDeleted', 'SubscriptionsPending'];

/** Every topic, by its name: under which key, who may publish, and who is told. */
export async function readTopics({ sns }: AwsClients, names: Names): Promise<Plain> {
  const topics = await collect(paginateListTopics({ client: sns }, {}), ({ Topics }) => Topics);
  const read = await Promise.all(
    topics.map(async ({ TopicArn }) => {
      const { Attributes = {} } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
      const pages = paginateListSubscriptionsByTopic({ client: sns }, { TopicArn });
      const subscriptions = await collect(pages, (page) => page.Subscriptions);
      const name = names.short(TopicArn?.split(':').at(-1));
      names.add(TopicArn, `topic ${name}`);
      return {
        name,
        Attributes,
        tells: subscriptions.map(({ Protocol, Endpoint }) => `${Protocol} ${Endpoint}`).sort(),
      };
    }),
  );
  return byName(
    read,
    ({ name }) => name,
    ({ Attributes, tells }) => ({
      ...without(Attributes, ...IDENTITY, ...COUNTS),
      policy: statementsOf(told(Attributes.Policy)),
      tells,
    }),
  );
}
