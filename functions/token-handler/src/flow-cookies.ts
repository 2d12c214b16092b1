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
  /** Epoch seconds, as the cookie says, 0 once it is done: decides about the order of cookies alone. */
  readonly startedAt: number;
}

export interface FlowCookieSettings {
  /** Of the ticket's cookie: those of flows begin like it. */
  readonly name: string;
  readonly isSecure: boolean;
}

const VALUE = /^(0|[1-9]\d{8,10})\.([\w-]{43})$/;
/** Before all others, so that what is done makes room first. */
const DONE = 0;

/** The flows of a request, newest first. A cookie that is there twice was planted, and counts for none. */
export function heldFlows(header: string | undefined, { name: base }: FlowCookieSettings): readonly HeldFlow[] {
  const cookies = parseCookies(header);
  const flows = cookies.flatMap(({ name, value }) => {
    const [, startedAt, secret] = VALUE.exec(value) ?? [];
    const named = nameOf(name, base);
    const isOnce = cookies.filter((other) => other.name === name).length === 1;
    if (named === undefined || startedAt === undefined || secret === undefined || !isOnce) return [];
    return [{ ...named, name, secret, startedAt: Number(startedAt) }];
  });
  return flows.sort((one, two) => two.startedAt - one.startedAt);
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
export function doneCookie({ name, secret }: HeldFlow, settings: FlowCookieSettings): string {
  return setCookie(name, `${DONE}.${secret}`, { ...attributesOf(settings), maxAgeSeconds: REPEATS_SECONDS });
}

/** Always Lax: the provider is another site, and its redirect a navigation. */
function attributesOf({ isSecure }: FlowCookieSettings) {
  return { sameSite: 'Lax', isSecure } as const;
}
