import { hasBrowserSignIn } from '../../environments/browser-sign-in.ts';
import { DEFAULT_ABSOLUTE_SECONDS } from '../../environments/defaults.ts';
import type { Resources } from '../function-spec.ts';
import { ISSUERS_FILE } from './files.ts';

/*
 * What the functions are told: one function here for each fragment of variables that the packages read, by the same name
 * (`sessionEnv` has its values from `sessionVariables`). A test holds the two together.
 */

type Variables = Readonly<Record<string, string>>;
type Told<K extends keyof Resources> = Pick<Resources, K>;

export function httpVariables({ environment }: Told<'environment'>): Variables {
  return { ALLOWED_ORIGINS: JSON.stringify(environment.allowedOrigins) };
}

/** Beside the code, by `issuersFiles`: a function that is told one is given the other. */
export function issuersVariables(): Variables {
  return { ISSUERS_FILE };
}

/** For sessions, and for the keys that are in their table. */
export function sessionsTableVariables({ sessions }: Told<'sessions'>): Variables {
  return { SESSIONS_TABLE: sessions.name };
}

export function verifierVariables(resources: Told<'environment' | 'sessions'>): Variables {
  const { keysMaxAgeSeconds, network } = resources.environment;
  return {
    ...sessionsTableVariables(resources),
    ...issuersVariables(),
    KEYS_MAX_AGE_SECONDS: String(keysMaxAgeSeconds),
    KEYS_FROM: network === undefined ? 'provider' : 'table',
  };
}

export function sessionVariables(resources: Told<'environment' | 'sessions'>): Variables {
  const { bearerIdleSeconds, ticketIdleSeconds, loginMaxLifetimeSeconds, touchIntervalSeconds } =
    resources.environment.sessions;
  return {
    ...sessionsTableVariables(resources),
    BEARER_IDLE_SECONDS: String(bearerIdleSeconds),
    TICKET_IDLE_SECONDS: String(ticketIdleSeconds),
    LOGIN_MAX_LIFETIME_SECONDS: String(loginMaxLifetimeSeconds),
    TOUCH_INTERVAL_SECONDS: String(touchIntervalSeconds),
  };
}

export function absoluteVariables({ environment }: Told<'environment'>): Variables {
  const { absoluteSeconds = DEFAULT_ABSOLUTE_SECONDS, ttlHours } = environment.sessions;
  return ttlHours === undefined
    ? { SESSION_ABSOLUTE_SECONDS: String(absoluteSeconds) }
    : { SESSION_TTL_HOURS: String(ttlHours) };
}

export function dataChangesVariables({ environment }: Told<'environment'>): Variables {
  return { DATA_CHANGES: environment.sessions.requireIfMatch ? 'require-if-match' : 'last-write' };
}

export function creationVariables(resources: Told<'environment'>): Variables {
  const { sessions } = resources.environment;
  const { bootstrap, bootstrapMaxAuthAgeSeconds, limitPolicy, maxCreationsPerHour, maxPerUser } = sessions;
  return {
    ...absoluteVariables(resources),
    BOOTSTRAP: bootstrap,
    BOOTSTRAP_MAX_AUTH_AGE_SECONDS: String(bootstrapMaxAuthAgeSeconds),
    MAX_CREATIONS_PER_HOUR: String(maxCreationsPerHour),
    MAX_SESSIONS_PER_USER: String(maxPerUser),
    SESSION_LIMIT_POLICY: limitPolicy,
  };
}

export function tokensVariables(resources: Told<'sessions' | 'signIn'>): Variables {
  return { ...sessionsTableVariables(resources), TOKENS_KEY_ARN: resources.signIn?.keyArn ?? '' };
}

/** For whoever lets tickets in: nothing where nobody has one. */
export function ticketVariables({ environment }: Told<'environment'>): Variables {
  if (!hasBrowserSignIn(environment)) return {};
  const { name, secure } = environment.cookie;
  return {
    ...httpVariables({ environment }),
    SESSION_COOKIE_NAME: name,
    SESSION_COOKIE_SECURE: String(secure),
  };
}

export function cookieVariables({ environment }: Told<'environment'>): Variables {
  const { cookie } = environment;
  return {
    ...ticketVariables({ environment }),
    SESSION_SAME_SITE: cookie.sameSite,
    SESSION_COOKIE_PERSISTENT: String(cookie.persistent),
  };
}

export function eventsTableVariables({ events }: Told<'events'>): Variables {
  return { EVENTS_TABLE: events.name };
}

export function eventWriterVariables(resources: Told<'environment' | 'events'>): Variables {
  return {
    ...eventsTableVariables(resources),
    EVENTS_RETENTION_DAYS: String(resources.environment.eventsRetentionDays),
  };
}
