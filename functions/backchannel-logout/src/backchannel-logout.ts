import { type LogoutVerifier, TokenInvalidError } from '@cloakroom/auth';
import type { ProviderLogout, Telemetry } from '@cloakroom/core';
import { HttpError, type Route } from '@cloakroom/http';
import { oauth } from '@cloakroom/http/oauth';
import { ConflictError, type ProviderSessions } from '@cloakroom/sessions';
import * as v from 'valibot';
import { createReport, type Report } from './report.ts';

/** What else a provider sends along is ignored (OpenID Connect Back-Channel Logout 1.0 §2.5). */
const bodySchema = v.object({ logout_token: v.string() });

export interface BackchannelLogoutDeps {
  readonly verifier: LogoutVerifier;
  readonly sessions: ProviderSessions;
  readonly telemetry: Telemetry;
}

/**
 * `POST /auth/backchannel-logout`: a provider tells that a session there is over, or all of a person's (OpenID Connect Back-Channel
 * Logout 1.0 §2.5 to §2.8). Answers 200 when all that belongs to it has ended here, also where there was nothing.
 *
 * Its failures are told as OAuth does: 400 `invalid_request` for whatever is wrong with the request or its token, and 5xx when it is our
 * fault that nothing is known to have ended: sending it again may help.
 */
export function backchannelLogout(
  deps: BackchannelLogoutDeps,
): Readonly<Record<string, Route<v.InferOutput<typeof bodySchema>>>> {
  const report = createReport(deps.telemetry);
  return {
    'POST /auth/backchannel-logout': {
      access: 'public',
      dialect: oauth,
      body: bodySchema,
      async handle({ body }) {
        const logout = await requireLogout(deps.verifier, body.logout_token, report);
        report.done(logout, await end(deps.sessions, logout, report));
        return { status: 200, data: {} };
      },
    },
  };
}

/** @throws HttpError that says what is wrong with the token: its sender has no other way to know */
async function requireLogout(verifier: LogoutVerifier, token: string, report: Report): Promise<ProviderLogout> {
  try {
    return await verifier.verify(token);
  } catch (error) {
    if (!(error instanceof TokenInvalidError)) {
      report.failed(error);
      throw error;
    }
    report.refused(error);
    const { reason, claim } = error;
    const why = claim === undefined ? reason : `${reason}, ${claim}`;
    throw new HttpError('VALIDATION_FAILED', `logout_token: refused (${why})`, { cause: error, reason });
  }
}

/** @throws HttpError DEPENDENCY_UNAVAILABLE when others were in the way: the provider must not take that for its own fault */
async function end(sessions: ProviderSessions, logout: ProviderLogout, report: Report): Promise<number> {
  try {
    return await sessions.end(logout);
  } catch (error) {
    report.failed(error, logout);
    if (error instanceof ConflictError) throw new HttpError('DEPENDENCY_UNAVAILABLE', undefined, { cause: error });
    throw error;
  }
}
