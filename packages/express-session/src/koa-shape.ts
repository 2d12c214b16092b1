import type { SessionShape } from './shape.ts';

/** Of a cookie that ends with the browser. */
const NO_END = { _session: true };

/**
 * koa-session: three members that it adds when it saves. `_expire` is when the cookie ends, `_maxAge` how long it lives; `_session`
 * stands in their place in one that ends with the browser.
 */
export const KOA_SHAPE: SessionShape = {
  apart: new Set(['_expire', '_maxAge', '_session']),
  cookieOf({ _expire, _maxAge }) {
    if (typeof _expire !== 'number') return { settings: JSON.stringify(NO_END), expiresAtMs: undefined };
    return { settings: JSON.stringify({ _maxAge }), expiresAtMs: _expire };
  },
  restored: (settings, endsAtMs) => ('_session' in settings ? settings : { ...settings, _expire: endsAtMs }),
};
