export { HttpError } from './http-error.ts';
export { namedUser, pathUserId } from './named-user.ts';
export { origins } from './origins.ts';
export type { PublicCode } from './public-errors.ts';
export { assertKnownParameters, invalidQuery, type PageQuery, parsePageQuery } from './query.ts';
export { requireCaller } from './require-caller.ts';
export { requireUser } from './require-user.ts';
export type { HttpAnswer, HttpRequest, Route, Routes, TextAnswer } from './route.ts';
export { type HttpHandler, type HttpOptions, httpStack } from './stack.ts';
