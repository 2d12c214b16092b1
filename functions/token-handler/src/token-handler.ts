import type { HttpRequest, Route, Routes } from '@cloakroom/http';
import { callback } from './callback.ts';
import type { TokenHandlerDeps } from './deps.ts';
import { type HandInBody, handIn, handInBody } from './hand-in.ts';
import { left } from './left.ts';
import { login } from './login.ts';
import { type LogoutBody, logout, logoutBody } from './logout.ts';
import type { Redirect } from './navigation.ts';
import { placeOf, startPage } from './places.ts';
import { refresh } from './refresh.ts';
import { createReport, type Report } from './report.ts';
import { errorAddressOf } from './return-to.ts';
import { session } from './session.ts';
import { errorCodeOf } from './sign-in-error.ts';

type Navigate = (request: HttpRequest, deps: TokenHandlerDeps, report: Report) => Promise<Redirect>;

/** The routes by which browsers sign in and out. A token of the provider never leaves this function but for the provider. */
export function tokenHandler(deps: TokenHandlerDeps): Routes {
  const report = createReport(deps.telemetry);

  /** Nothing is ever shown here: what goes wrong, our own faults too, ends at a frontend. */
  const navigation = (navigate: Navigate): Route => ({
    access: 'navigation',
    async handle(request) {
      try {
        return { status: 302 as const, ...(await navigate(request, deps, report)) };
      } catch (error) {
        const place = placeOf(deps, request.pathParameters.alias ?? request.query.issuer);
        const code = errorCodeOf(error);
        report.refused(place.client.issuer.alias, code, error);
        return { status: 302 as const, location: errorAddressOf(startPage(place), code) };
      }
    },
  });
  const who: Route = { access: 'frontend', handle: (request) => session(request, deps, report) };
  const again: Route = { access: 'frontend', handle: (request) => refresh(request, deps, report) };
  const out: Route<LogoutBody> = {
    access: 'frontend',
    body: logoutBody,
    handle: (request) => logout(request, deps, report),
  };
  const byTokens: Route<HandInBody> = {
    access: 'frontend',
    body: handInBody,
    handle: (request) => handIn(request, deps, report),
  };
  return {
    'GET /auth/login': navigation(login),
    'GET /auth/callback/{alias}': navigation(callback),
    'GET /auth/left': navigation(left),
    'GET /auth/session': who,
    'POST /auth/refresh': again,
    'POST /auth/logout': out,
    ...(deps.isHandInEnabled ? { 'POST /auth/session': byTokens } : {}),
  };
}
