import * as v from 'valibot';

/** How the cookie of tickets is written. */
export const cookieSchema = v.strictObject({
  /** With a prefix that keeps other hosts from setting it: `__Host-`, or `__Host-Http-` for browsers that know it. */
  name: v.pipe(v.string(), v.regex(/^[\w-]{1,70}$/, 'must be 1 to 70 letters, digits, _ and -')),
  /** `None` for a page on another site than the API; where browsers still let such cookies through. */
  sameSite: v.picklist(['Lax', 'Strict', 'None']),
  /** Whether it outlives the browser, up to the end of the session. */
  persistent: v.boolean(),
  /** False on this machine alone, for browsers that keep no secure cookie of http. */
  secure: v.boolean(),
});

export type Cookie = v.InferOutput<typeof cookieSchema>;
