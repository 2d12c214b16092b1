/** A session object of a library, or the plain data of one. */
export type SessionObject = Readonly<Record<string, unknown>>;

/** What a library says of the life of a session. */
interface CookieState {
  /** JSON text of what the cookie is, but for when it ends. */
  readonly settings: string;
  /** When it ends, in epoch milliseconds; undefined of one that ends with the browser. */
  readonly expiresAtMs: number | undefined;
}

/** Where a library keeps its cookie in a session object. */
export interface SessionShape {
  /** Top-level keys that are no data of the app's. */
  readonly apart: ReadonlySet<string>;
  cookieOf(session: SessionObject): CookieState;
  /** The members of a session that was read, for its cookie. `endsAtMs`: when it ends by the store. */
  restored(settings: Readonly<Record<string, unknown>>, endsAtMs: number): SessionObject;
}

/** express-session and @fastify/session: one member, `cookie`, an object of the library's. */
export const COOKIE_SHAPE: SessionShape = {
  apart: new Set(['cookie']),
  cookieOf({ cookie }) {
    const plain = plainOf(cookie);
    // `maxAge` is what is left until `expires`; Fastify tells when a cookie that it has read was to end.
    const { expires, maxAge, originalExpires: _, ...settings } = plain;
    const left = typeof maxAge === 'number' ? Date.now() + maxAge : undefined;
    const expiresAtMs = epochMs(expires) ?? left;
    return { settings: JSON.stringify({ ...settings, ...(expiresAtMs === undefined ? NO_END : {}) }), expiresAtMs };
  },
  restored: (settings, endsAtMs) => ({
    // A use that nobody wrote down has moved the end on. What the store goes by is never too early.
    cookie: 'expires' in settings ? settings : { ...settings, expires: new Date(endsAtMs).toISOString() },
  }),
};

const NO_END = { expires: null };

/** As JSON has it: express-session's cookie keeps its members behind getters. */
function plainOf(cookie: unknown): Readonly<Record<string, unknown>> {
  const plain: unknown = cookie === undefined ? undefined : JSON.parse(JSON.stringify(cookie) ?? 'null');
  return typeof plain === 'object' && plain !== null ? (plain as Readonly<Record<string, unknown>>) : {};
}

/** Of a date as JSON has it, or a number as express-openid-connect gives it. */
function epochMs(expires: unknown): number | undefined {
  const ms = typeof expires === 'string' ? Date.parse(expires) : expires;
  return typeof ms === 'number' && Number.isFinite(ms) ? ms : undefined;
}
