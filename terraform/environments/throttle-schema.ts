import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
/** Both, always: API Gateway takes a missing one for 0, and answers 429 to everybody. */
const limits = { ratePerSecond: count, burst: count };

/** How much API Gateway lets through, of all clients together. */
export const throttleSchema = v.strictObject({
  ...limits,
  /** Of each route that anybody may reach. */
  publicRoute: v.strictObject(limits),
  /** Of single routes, by their route keys: `GET /users/{userId}/events`. Whether there are such routes, the stack knows. */
  routes: v.optional(v.record(v.string(), v.strictObject(limits))),
});
