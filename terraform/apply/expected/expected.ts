import { ATTACHED_TO_PROD, expectedFunctions } from './functions.ts';
import { expectedApis } from './http-api.ts';
import { expectedAlarms, expectedDashboards, expectedTopics } from './monitoring.ts';
import { expectedNetworks } from './networks.ts';
import { expectedRoles } from './roles.ts';
import { EXPECTED_SCALING } from './scaling.ts';
import { EXPECTED_QUEUES, expectedKeys, expectedLogGroups, expectedTables } from './storage.ts';
import { expectedEventSourceMappings, expectedSchedules } from './triggers.ts';
import type { Variant } from './variant.ts';

/*
 * What is to stand after an apply, written down for people and from what is asked of Cloakroom, not from the code that makes it:
 * nothing here may be imported from the modules and stacks that it is held against.
 */

/** Everything in an account with one environment, and nothing else. */
function everything(variant: Variant) {
  return {
    apis: expectedApis(variant),
    domains: {},
    functions: expectedFunctions(variant),
    scaling: variant.hasSettings ? EXPECTED_SCALING : {},
    eventSourceMappings: expectedEventSourceMappings(variant),
    schedules: expectedSchedules(variant),
    roles: expectedRoles(variant),
    otherIdentities: [],
    tables: expectedTables(variant),
    keys: expectedKeys(variant),
    queues: EXPECTED_QUEUES,
    logGroups: expectedLogGroups(variant),
    logPolicies: [],
    networks: expectedNetworks(variant),
    topics: expectedTopics(variant),
    alarms: expectedAlarms(variant),
    dashboards: expectedDashboards(variant),
  };
}

/** @param runtime Node's, as it was applied */
export function expectedProd(runtime: string) {
  return everything({
    runtime,
    allowedOrigins: ['https://app.example.com'],
    throttle: { all: { ratePerSecond: 1000, burst: 2000 }, publicRoute: { ratePerSecond: 200, burst: 400 } },
    attachedApis: ATTACHED_TO_PROD,
    hasWebApps: true,
    hasSettings: true,
    deletionProtection: true,
    logRetentionDays: 365,
    hasLogKey: true,
    hasVpc: true,
    notified: ['email on-call@example.com'],
  });
}

/** @param runtime Node's, as it was applied */
export function expectedDev(runtime: string) {
  return everything({
    runtime,
    allowedOrigins: ['https://app.dev.example.com'],
    throttle: { all: { ratePerSecond: 50, burst: 100 }, publicRoute: { ratePerSecond: 10, burst: 20 } },
    attachedApis: [],
    hasWebApps: false,
    hasSettings: false,
    deletionProtection: false,
    logRetentionDays: 7,
    hasLogKey: false,
    hasVpc: false,
    notified: undefined,
  });
}
