import { ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { paginateListEventSourceMappings } from '@aws-sdk/client-lambda';
import type { AwsClients } from './aws-clients.ts';
import type { Names } from './names.ts';
import { byName, collect, type Plain, told, without } from './plain.ts';

/** What feeds functions, by its source: in which batches, how often a failure is tried again, and where it goes then. */
export async function readEventSourceMappings({ lambda }: AwsClients): Promise<Plain> {
  const pages = paginateListEventSourceMappings({ client: lambda }, {});
  const mappings = await collect(pages, ({ EventSourceMappings }) => EventSourceMappings);
  const identity = ['EventSourceArn', 'EventSourceMappingArn', 'LastModified', 'StateTransitionReason', 'UUID'];
  return byName(
    mappings,
    ({ EventSourceArn }) => told(EventSourceArn),
    (mapping) => without(mapping, ...identity),
  );
}

/** What invokes functions again and again, by the name of its rule. */
export async function readSchedules({ eventBridge }: AwsClients, names: Names): Promise<Plain> {
  const { Rules = [] } = await eventBridge.send(new ListRulesCommand({}));
  const rules = await Promise.all(
    Rules.map(async (rule) => {
      const { Targets = [] } = await eventBridge.send(new ListTargetsByRuleCommand({ Rule: rule.Name }));
      names.add(rule.Arn, `rule ${names.short(rule.Name)}`);
      return { rule, targets: Targets.map((target) => without(target, 'Id')) };
    }),
  );
  return byName(
    rules,
    ({ rule }) => names.short(rule.Name),
    ({ rule, targets }) => ({ ...without(rule, 'Arn', 'Name'), targets }),
  );
}
