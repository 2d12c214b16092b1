import { readAlarms, readDashboards } from './alarms.ts';
import { createAwsClients } from './aws-clients.ts';
import { readDomains } from './domains.ts';
import { readFunctions } from './functions.ts';
import { readHttpApis } from './http-apis.ts';
import { readKeys } from './keys.ts';
import { readLogGroups, readLogPolicies } from './log-groups.ts';
import { Names } from './names.ts';
import { readNetworks } from './networks.ts';
import type { Plain } from './plain.ts';
import { readQueues } from './queues.ts';
import { readOtherIdentities, readRoles } from './roles.ts';
import { readScaling } from './scaling.ts';
import { readTables } from './tables.ts';
import { readTopics } from './topics.ts';
import { readEventSourceMappings, readSchedules } from './triggers.ts';

/**
 * All that stands in an account, asked of AWS itself by its SDK, with names in place of ids and ARNs: `table sessions`,
 * `role authorizer`, `function health:live`.
 *
 * @param endpoint of the emulator: `http://127.0.0.1:<port>`
 * @param environment whose name is in all names, such as `prod`
 */
export async function readBack(endpoint: string, environment: string): Promise<Plain> {
  const clients = createAwsClients(endpoint);
  const names = new Names(environment);
  const standing = {
    apis: await readHttpApis(clients, names),
    domains: await readDomains(clients, names),
    functions: await readFunctions(clients, names),
    scaling: await readScaling(endpoint, names),
    eventSourceMappings: await readEventSourceMappings(clients),
    schedules: await readSchedules(clients, names),
    roles: await readRoles(clients, names),
    otherIdentities: await readOtherIdentities(clients),
    tables: await readTables(clients, names),
    keys: await readKeys(clients, names),
    queues: await readQueues(clients, names),
    logGroups: await readLogGroups(clients, names),
    logPolicies: await readLogPolicies(clients),
    networks: await readNetworks(clients, names),
    topics: await readTopics(clients, names),
    alarms: await readAlarms(clients, names),
    dashboards: await readDashboards(clients),
  };
  for (const client of Object.values(clients)) client.destroy();
  return names.in(standing) as Plain;
}
