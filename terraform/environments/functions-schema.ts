import * as v from 'valibot';
import { logLevelSchema } from './log-level-schema.ts';
import { CLOAKROOM_FUNCTIONS } from './own-schema.ts';
import { provisionedSchema } from './provisioned-schema.ts';

const whole = (least: number, most: number, problem: string) =>
  v.pipe(v.number(), v.integer(problem), v.minValue(least, problem), v.maxValue(most, problem));

const functionName = v.pipe(
  v.string(),
  v.check(
    (name) => CLOAKROOM_FUNCTIONS.includes(name),
    `is no function of Cloakroom; these are: ${CLOAKROOM_FUNCTIONS.join(', ')}. Those of your own have memoryMb in own.functions`,
  ),
);

const functionSettings = v.strictObject({
  /** A function has processor time by its memory: half of one at 884 MB. */
  memoryMb: v.optional(whole(128, 10_240, 'must be 128 to 10240: Lambda takes no other')),
  /** What this function logs, in place of `logLevel`. */
  logLevel: v.optional(logLevelSchema),
  /** Whether Lambda sends X-Ray a trace of its invocations. Default: off. */
  tracing: v.optional(v.picklist(['active', 'off'])),
  /** Environments that the account keeps for this function, and the most that it gets. */
  reservedConcurrency: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1, 'must be at least 1: with 0 the function would never run. Leave it out to reserve nothing'),
    ),
  ),
  /** Environments of the live version that have started before anybody asks. */
  provisionedConcurrency: v.optional(provisionedSchema),
  /** Batches of the queue at the same time: of store-event alone. Default: 50. */
  maximumConcurrency: v.optional(whole(2, 1000, 'must be 2 to 1000: Lambda takes no other')),
});

/** What single functions of Cloakroom get, by their name, where that is not what they get by default. */
export const functionsSchema = v.record(functionName, functionSettings);

/** What one function gets. */
export type FunctionSettings = v.InferOutput<typeof functionSettings>;
