export { fromBase64url, textFromBase64url, toBase64url } from './base64url.ts';
export { type AuthorizerContext, type Caller, parseCaller, toAuthorizerContext } from './caller.ts';
export { epochSeconds, isoTime, type NowMs, systemNowMs } from './clock.ts';
export { type EnvReader, json, oneOf, optional, positiveInt, readEnv, text } from './env.ts';
export { CloakroomError, ConfigurationError, MalformedError } from './errors.ts';
export type { Login } from './login.ts';
export { createTelemetry, type Log, type Meter, type Telemetry } from './telemetry.ts';
export { ISSUER_ALIAS, isSub, parseUserKey, type User, userKey } from './user.ts';
export { uuidv7, uuidv7Ms } from './uuidv7.ts';
