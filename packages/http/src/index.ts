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
export type { HttpAnswer, HttpRequest, Route, Routes, TextAnswer } from './route.ts';
export { getAndHead } from './route.ts';
export { type HttpHandler, type HttpOptions, httpStack } from './stack.ts';
