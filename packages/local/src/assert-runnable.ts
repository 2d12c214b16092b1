import { parseTable } from './dynamodb/table-definition.ts';
import { readMappings } from './event-sources/start-event-sources.ts';
import { readGateway } from './http-api/configuration.ts';
import { readPermissions } from './iam/read-permissions.ts';
import { readKeys } from './kms/read-keys.ts';
import { createFunctionCatalog } from './lambda/function-catalog.ts';
import { readAlarms } from './metrics/alarms/read-alarms.ts';
import { readSchedules } from './schedules/read-schedules.ts';
import { readSecrets } from './secrets/read-secrets.ts';
import { readQueues } from './sqs/create-queues.ts';
import type { ResolvedStack } from './stack/resolved-stack.ts';

/**
 * Reads everything that the parts will read, before the first of them starts: what the local AWS would have to ignore,
 * though AWS acts on it, is refused.
 *
 * @throws StackError with the path of what is not understood
 */
export function assertRunnable(stack: ResolvedStack): void {
  const catalog = createFunctionCatalog(stack);
  const lambda = { find: (name: string, qualifier?: string) => catalog.find(name, qualifier)?.target };
  stack.list('aws_dynamodb_table').forEach(parseTable);
  readQueues(stack);
  readPermissions(stack);
  readKeys(stack);
  readSecrets(stack);
  readMappings({ stack, lambda });
  readSchedules({ stack, lambda });
  readGateway(stack);
  readAlarms(stack);
}
