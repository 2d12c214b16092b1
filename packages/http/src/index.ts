export {
  cookieEnv,
  type TicketCookieSettings,
  type TicketRules,
  ticketCookieFrom,
  ticketEnv,
  ticketRulesFrom,
} from './cookies/env.ts';
export { type Cookie, type CookieFinding, findCookie, parseCookies } from './cookies/parse-cookies.ts';
export { type CookieAttributes, clearCookie, type SameSite, setCookie } from './cookies/set-cookie.ts';
export { type CsrfRefusal, judgeCookieRequest } from './csrf.ts';
export type { PublicCode } from './http-error.ts';
export { HttpError } from './http-error.ts';
export { httpEnv } from './origins.ts';
export {
  actionFields,
  isCaller,
  requireCaller,
  requireNamedUser,
  requireUser,
  requireUserByKey,
  type ShownUser,
  showUser,
} from './people.ts';
export { assertKnownParameters, invalidQuery, type PageQuery, parsePageQuery } from './query.ts';
export type { HttpAnswer, HttpRequest, RedirectAnswer, Route, Routes, TextAnswer } from './route.ts';
export { getAndHead } from './route.ts';
export { type HttpHandler, type HttpOptions, httpStack } from './stack.ts';
