import {
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  type SNSClient,
  type Subscription,
} from '@aws-sdk/client-sns';
import { allPages, ask, SNS_LIST, SNS_PUBLISH } from './ask.ts';
import type { Finding } from './finding.ts';

type Sns = Pick<SNSClient, 'send'>;

/** Whom alarms are told, each as `email ops@example.com`. */
export interface Recipients {
  readonly confirmed: readonly string[];
  readonly unconfirmed: readonly string[];
}

export async function readRecipients(sns: Sns, TopicArn: string): Promise<Recipients> {
  const subscriptions = await allPages(async (NextToken) => {
    const answer = await ask(SNS_LIST, () => sns.send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken })));
    return { items: answer.Subscriptions, next: answer.NextToken };
  });
  const named = (those: readonly Subscription[]) => those.map(({ Protocol, Endpoint }) => `${Protocol} ${Endpoint}`);
  // SNS gives an ARN to none that is not confirmed. https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
  const isConfirmed = ({ SubscriptionArn }: Subscription) => SubscriptionArn?.startsWith('arn:') === true;
  return {
    confirmed: named(subscriptions.filter(isConfirmed)),
    unconfirmed: named(subscriptions.filter((one) => !isConfirmed(one))),
  };
}

/** What is wrong with whom alarms are told. */
export function judgeRecipients(TopicArn: string, { confirmed, unconfirmed }: Recipients): readonly Finding[] {
  const where = `SNS topic ${TopicArn}`;
  const pending = unconfirmed.map((recipient) => ({
    code: 'recipient-unconfirmed' as const,
    where,
    what: `${recipient} is not confirmed`,
    next: 'open the link in the message "AWS Notification - Subscription Confirmation"; it is good for three days, then apply again',
  }));
  if (confirmed.length > 0 || pending.length > 0) return pending;
  const next = "alarms: { notify: ['ops@example.com'] } in the environment, and apply it";
  return [{ code: 'alarms-unheard', where, what: 'it has no subscription', next }];
}

/** Sends the recipients one message that is no alarm. */
export async function sendTest(sns: Sns, TopicArn: string, environment: string): Promise<void> {
  const Subject = `Cloakroom ${environment}: a test of who is told of alarms`;
  const Message = `scripts/doctor ${environment} --notify-test has sent this. Nothing is wrong, and there is nothing to do.`;
  await ask(SNS_PUBLISH, () => sns.send(new PublishCommand({ TopicArn, Subject, Message })));
}
