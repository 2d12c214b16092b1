export { fromBase64url, textFromBase64url, textFromUtf8, toBase64url } from './base64url.ts';
export { type AuthorizerContext, type Caller, parseCaller, toAuthorizerContext, userOfCaller } from './caller.ts';
export { epochSeconds, fullJitterMs, isoTime, type NowMs, systemNowMs } from './clock.ts';
export {
  BACKGROUND_HEADER,
  CORS_ANSWER_HEADERS,
  CORS_MAX_AGE_SECONDS,
  CORS_REQUEST_HEADERS,
  CSRF_HEADER,
} from './cors-headers.ts';
export { type Cursors, createCursors, InvalidCursorError } from './cursor.ts';
export { describeError } from './describe-error.ts';
export {
  type EnvOf,
  type EnvSchema,
  type EnvVariable,
  fraction,
  json,
  jsonFileOr,
  oneOf,
  positiveInt,
  readEnv,
  secondsOrHoursIn,
  text,
} from './env.ts';
export { CloakroomError, ConfigurationError, MalformedError } from './errors.ts';
export { isObject } from './is-object.ts';
export { formatJson, JsonText, jsonObject, jsonObjectText, jsonText, rememberSource } from './json-text.ts';
export { createLeanTelemetry } from './lean-telemetry.ts';
export { logStart, startEnv } from './log-start.ts';
export type { HeldRole, Login, LoginClaim, ProviderLogout, SessionOwner } from './login.ts';
export {
  type Namer,
  namesOneself,
  parsePublicUserKey,
  publicUserKey,
  readableUserId,
  userNamed,
  userNamedInPath,
} from './named-user.ts';
export { isExactOrigin } from './origin.ts';
export { sidHash, sidKey } from './provider-session.ts';
export { gatewayRequestId, parseRequestId } from './request-ids.ts';
export { isSecureUrl } from './secure-url.ts';
export { SERVICE_RIGHTS, type ServiceRight } from './service-right.ts';
export { processBatch, settleAll, settleEach, type Tried, tryEach } from './settle-all.ts';
export { shortHash } from './short-hash.ts';
export {
  type Count,
  type HandlerTelemetry,
  type Log,
  logId,
  type Meter,
  type Telemetry,
} from './telemetry.ts';
export { parseTimestamp } from './timestamp.ts';
export { ISSUER_ALIAS, isSameUser, isSub, opaqueUserId, parseUserKey, type User, userKey } from './user.ts';
export { uuidv7, uuidv7Ms } from './uuidv7.ts';
