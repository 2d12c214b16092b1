export { httpEnv } from './env.ts';
export { HttpError } from './http-error.ts';
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
export type { PublicCode } from './public-errors.ts';
export { assertKnownParameters, invalidQuery, type PageQuery, parsePageQuery } from './query.ts';
export type { HttpAnswer, HttpRequest, Route, Routes, TextAnswer } from './route.ts';
export { type HttpHandler, type HttpOptions, httpStack } from './stack.ts';
