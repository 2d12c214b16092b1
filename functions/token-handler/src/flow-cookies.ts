import { clearCookie, parseCookies, setCookie } from '@cloakroom/http';
import type { FlowCookie } from '@cloakroom/sessions';

/** As long as the flow itself. */
const LIFETIME_SECONDS = 60 * 60;
/** As long as a repeated callback is known: the cookie of a flow that is done is not needed longer. */
const REPEATS_SECONDS = 60;
/** Hidden navigations to the login route must not fill the header up. */
const MAX_COOKIES = 5;

/** `sign-in` comes back to the callback, `leaving` to `/auth/left`. */
export type FlowKind = 'sign-in' | 'leaving';

const MARKS = { 'sign-in': 'flow', leaving: 'left' } as const;

/** A flow that the browser is on. Whether there is such a flow, the table knows. */
export interface HeldFlow extends FlowCookie {
  readonly kind: FlowKind;
  readonly name: string;
  /** Epoch seconds, as the cookie says, and so never a reason to let anybody in. */
  readonly startedAt: number;
  /** It is kept for a while, so that a reload is known. */
  readonly isDone: boolean;
}

export interface FlowCookieSettings {
  /** Of the ticket's cookie: those of flows begin like it. */
  readonly name: string;
  readonly isSecure: boolean;
}

const DONE = 'done';
const VALUE = /^(done)?([1-9]\d{8,10})\.([\w-]{43})$/;

/**
 * The flows of a request, newest first, and those that are done at the end. A cookie that is there twice was planted, and counts for
 * none.
 */
export function heldFlows(header: string | undefined, { name: base }: FlowCookieSettings): readonly HeldFlow[] {
  const cookies = parseCookies(header);
  const flows = cookies.flatMap(({ name, value }) => {
    const [, done, startedAt, secret] = VALUE.exec(value) ?? [];
    const named = nameOf(name, base);
    const isOnce = cookies.filter((other) => other.name === name).length === 1;
    if (named === undefined || startedAt === undefined || secret === undefined || !isOnce) return [];
    return [{ ...named, name, secret, startedAt: Number(startedAt), isDone: done !== undefined }];
  });
  // Browsers send the older of two first (RFC 6265 §5.4).
  return flows.reverse().sort((one, two) => Number(one.isDone) - Number(two.isDone) || two.startedAt - one.startedAt);
}

function nameOf(name: string, base: string): Pick<HeldFlow, 'kind' | 'state'> | undefined {
  for (const kind of ['sign-in', 'leaving'] as const) {
    const state = name.startsWith(prefixOf(base, kind)) ? name.slice(prefixOf(base, kind).length) : '';
    if (/^[\w-]{22}$/.test(state)) return { kind, state };
  }
  return undefined;
}

function prefixOf(base: string, kind: FlowKind): string {
  return `${base}-${MARKS[kind]}-`;
}

/** `Set-Cookie` of a new flow, and for each one that has to go for it. */
export function beginCookies(
  flow: FlowCookie & Pick<HeldFlow, 'kind' | 'startedAt'>,
  held: readonly HeldFlow[],
  settings: FlowCookieSettings,
): readonly string[] {
  const name = `${prefixOf(settings.name, flow.kind)}${flow.state}`;
  const value = `${flow.startedAt}.${flow.secret}`;
  const surplus = held.slice(MAX_COOKIES - 1);
  return [
    setCookie(name, value, { ...attributesOf(settings), maxAgeSeconds: LIFETIME_SECONDS }),
    ...surplus.map((old) => clearCookie(old.name, attributesOf(settings))),
  ];
}

/** A reload of the callback must still be known, for a minute. */
export function doneCookie({ name, startedAt, secret }: HeldFlow, settings: FlowCookieSettings): string {
  return setCookie(name, `${DONE}${startedAt}.${secret}`, {
    ...attributesOf(settings),
    maxAgeSeconds: REPEATS_SECONDS,
  });
}

/** Always Lax: the provider is another site, and its redirect a navigation. */
function attributesOf({ isSecure }: FlowCookieSettings) {
  return { sameSite: 'Lax', isSecure } as const;
}
