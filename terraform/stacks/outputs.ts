import type { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import { fixedId } from '../modules/fixed-id.ts';
import type { Resources } from './function-spec.ts';
import type { FunctionName } from './functions/index.ts';

interface OutputProps {
  readonly resources: Resources;
  readonly aliases: Readonly<Record<FunctionName, LambdaAlias>>;
  readonly apiUrl: string;
}

/** What scripts and people ask Terraform for: `terraform output -raw ApiUrl`. */
export function addOutputs(scope: Construct, { resources, aliases, apiUrl }: OutputProps): void {
  const functionNames = Object.entries(aliases).map(([name, alias]) => [name, alias.functionName]);
  const outputs = {
    ApiUrl: apiUrl,
    TableName: resources.sessions.name,
    EventsTableName: resources.events.name,
    QueueUrl: resources.eventsQueue.url,
    DeadLetterQueueUrls: {
      events: resources.eventsQueue.deadLettersUrl,
      changes: resources.changesDeadLetters.url,
    },
    FunctionNames: Object.fromEntries(functionNames),
  };
  for (const [name, value] of Object.entries(outputs)) {
    fixedId(new TerraformOutput(scope, name, { value }), name);
  }
}
