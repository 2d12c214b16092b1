import { clientInfo } from '@cloakroom/http/client-info';
import type { WebContent } from '@cloakroom/sessions/web';
import { keysOf } from './keys.ts';
import { ownerOf } from './owner.ts';
import { type Settings, wholeMs } from './settings.ts';
import type { SessionObject, SessionShape } from './shape.ts';

/** Of whoever asks; shown in the person's list. */
export interface BrowserOf {
  readonly ip?: string | undefined;
  readonly userAgent?: string | undefined;
}

interface Rules {
  readonly settings: Settings;
  readonly shape: SessionShape;
  readonly nowMs: number;
}

/** What a session object is to be in the table. @throws CloakroomStoreError SESSION_NOT_JSON, OWNER_INVALID */
export function contentOf(
  { object, browser }: { readonly object: SessionObject; readonly browser: BrowserOf },
  rules: Rules,
): WebContent {
  const { settings, shape } = rules;
  const owner = ownerOf(object, settings);
  const keys = keysOf(object, shape.apart);
  const client = clientInfo({ ip: browser.ip, userAgent: browser.userAgent }, settings.ipStorage);
  return { ...useOf(object, rules), keys, owner: owner && { ...owner, client } };
}

/** As a session's idle time is written: see `touchIntervalSeconds` of the API's sessions. */
const INTERVALS_PER_LIFE = 6;

/** The life of a session, by its cookie. */
export function useOf(
  object: SessionObject,
  { settings, shape, nowMs }: Rules,
): Pick<WebContent, 'cookie' | 'expiresAtMs' | 'slackMs'> {
  const cookie = shape.cookieOf(object);
  // A time before 1970 is long past, like any other that is.
  const expiresAtMs = Math.max(0, Math.round(cookie.expiresAtMs ?? nowMs + wholeMs(settings.ttl)));
  const longest = Math.floor(Math.max(0, expiresAtMs - nowMs) / INTERVALS_PER_LIFE);
  return { cookie: cookie.settings, expiresAtMs, slackMs: Math.min(wholeMs(settings.touchAfter), longest) };
}
