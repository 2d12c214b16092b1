import * as v from 'valibot';

const claims = v.record(v.string(), v.unknown());
const text = v.record(v.string(), v.nullable(v.string()));
const fixedAnswer = v.strictObject({
  status: v.number(),
  body: v.optional(claims, {}),
  headers: v.optional(v.record(v.string(), v.string()), {}),
});

/** So many times, else always. */
const times = v.optional(v.number());

const refreshAnswer = v.strictObject({
  /** It comes so much later. */
  delayMs: v.optional(v.number(), 0),
  /** It never comes, its connection ends, or a gateway answers 502 in its place. */
  lost: v.optional(v.picklist(['silent', 'closed', 'bad_gateway'])),
  times,
});

/** Whether a refresh brings another refresh token, and what then becomes of the old one. */
export const REFRESH_ROTATIONS = ['none', 'grace', 'strict'] as const;
export type RefreshRotation = (typeof REFRESH_ROTATIONS)[number];

/** The places of a provider that can be told what to answer. */
export const ENDPOINTS = ['authorization', 'token', 'revocation', 'end_session', 'jwks', 'discovery'] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

const schema = v.strictObject({
  /** It is down: refuses with 503 or 429, never answers, or hangs up. */
  outage: v.optional(v.picklist(['none', 'unavailable', 'throttled', 'silent', 'closed']), 'none'),
  /** One place answers just this. */
  answers: v.optional(v.record(v.picklist(ENDPOINTS), fixedAnswer), {}),
  /** What goes back to the client instead of a login page: `error`, `error_description`; so many times, else always. */
  authorizationError: v.optional(v.strictObject({ parameters: v.record(v.string(), v.string()), times })),
  /** Changes in what goes back to the client: a parameter with another value, or without one: `{iss: null}`. */
  authorizationAnswer: v.optional(text, {}),
  /** Changes in the claims of ID tokens, which are signed again: `{auth_time: null}`. */
  idToken: v.optional(claims, {}),
  /** Changes in the claims of logout tokens. */
  logoutToken: v.optional(claims, {}),
  /** It signs people in silently whatever `prompt` and `max_age` ask, `prompt=none` apart. */
  ignoresPrompt: v.optional(v.boolean(), false),
  /** Whether a sign-in brings a refresh token. */
  givesRefreshTokens: v.optional(v.boolean(), true),
  /**
   * With `grace` the old one is good for `refreshGraceSeconds` more, with `strict` not at all: its second use ends all that came of
   * that sign-in. `none` unless the provider was started otherwise.
   */
  refreshRotation: v.optional(v.picklist(REFRESH_ROTATIONS), 'none'),
  refreshGraceSeconds: v.optional(v.number(), 60),
  /** A refresh token that was not used for so long is dead; never by default, but for the keycloak shape. */
  refreshIdleSeconds: v.optional(v.number()),
  /** What becomes of the answer of a refresh that was done. */
  refreshAnswer: v.optional(refreshAnswer),
  /** It goes back to the client as if it had ended its session, which lives on. */
  ignoresLogout: v.optional(v.boolean(), false),
  /** Its clock is so much ahead; negative: behind. */
  clockOffsetSeconds: v.optional(v.number(), 0),
  /** Those who can no longer sign in or refresh, by name. */
  disabledUsers: v.optional(v.array(v.string()), []),
});

/** How the local provider departs from what a good one does. Everything is off by default. */
export type ProviderBehaviour = v.InferOutput<typeof schema>;
export type RefreshAnswer = v.InferOutput<typeof refreshAnswer>;
export type BehaviourChanges = v.InferInput<typeof schema>;

/** What a provider does now; read anew for each request. */
export type CurrentBehaviour = () => ProviderBehaviour;

/** @throws Error that names the field, when there is no such one or its value is none */
export function parseBehaviour(value: unknown): ProviderBehaviour {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw new Error(result.issues.map((issue) => `${v.getDotPath(issue) ?? 'behaviour'}: ${issue.message}`).join('; '));
}

/** Claims with changes; one that is changed to `null` is left out. */
export function changed<T extends object>(
  claims: T,
  changes: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const entries = Object.entries({ ...claims, ...changes });
  return Object.fromEntries(entries.filter(([name, value]) => value !== null || !(name in changes)));
}
