import type { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import { SESSION_CHANGE_PATTERNS } from '@cloakroom/sessions';
import { Construct } from 'constructs';
import { FED_BY_QUEUE } from '../environments/function-problems.ts';
import { StreamConsumer } from '../modules/dynamodb/stream-consumer.ts';
import { Schedule } from '../modules/lambda/schedule.ts';
import { QueueConsumer } from '../modules/queues/queue-consumer.ts';
import type { Resources } from './function-spec.ts';
import type { OfFunctions } from './functions/index.ts';

/** Well under the hour after which an issuer's keys count as old. Inside a VPC a new key is known by this schedule alone. */
const KEYS_REFRESH_MINUTES = { outside: 10, insideVpc: 1 };

export interface TriggersProps {
  /** What every name in AWS begins with. */
  readonly prefix: string;
  readonly resources: Resources;
  readonly aliases: OfFunctions<LambdaAlias>;
}

/** What invokes functions, besides clients: the queue of events, the stream of the sessions table, and the schedule. */
export function addTriggers(scope: Construct, { prefix, resources, aliases }: TriggersProps): void {
  const { environment, eventsQueue, sessions, changesDeadLetters, schedulesDeadLetters } = resources;
  const { eventsBatchWindowSeconds: batchWindowSeconds, functions, network } = environment;
  const consumers = new Construct(scope, 'consumers');
  new QueueConsumer(consumers, 'events', {
    queueArn: eventsQueue.arn,
    alias: aliases['store-event'],
    batchWindowSeconds,
    maximumConcurrency: functions?.[FED_BY_QUEUE.name]?.maximumConcurrency ?? FED_BY_QUEUE.maximumConcurrency,
  });
  new StreamConsumer(consumers, 'changes', {
    streamArn: sessions.requireStreamArn(),
    alias: aliases['record-changes'],
    deadLettersArn: changesDeadLetters.arn,
    patterns: SESSION_CHANGE_PATTERNS,
  });
  new Schedule(new Construct(scope, 'schedules'), 'refresh-keys', {
    name: `${prefix}-refresh-keys`,
    description: "Keeps the table's copy of the issuers' key sets current",
    everyMinutes: KEYS_REFRESH_MINUTES[network === undefined ? 'outside' : 'insideVpc'],
    alias: aliases['refresh-keys'],
    deadLettersArn: schedulesDeadLetters.arn,
  });
}
