import { hasBackchannelLogout } from '../../environments/backchannel-logout.ts';
import { hasBrowserSignIn } from '../../environments/browser-sign-in.ts';
import { type AlarmSpec, idle, sumOf } from './alarm-spec.ts';

/** What may be somebody’s doing. */
export const SECURITY_INCIDENTS: readonly AlarmSpec[] = [
  {
    id: 'reuse-detected',
    group: 'security-incidents',
    means: 'Somebody used a copy of a person’s ticket. That session has ended for both of them.',
    figure: 'tickets in 5 minutes',
    when: 'above',
    threshold: 0,
    metrics: ({ own }) => ({ reused: own('token-handler', 'ReuseDetected') }),
    periodSeconds: 300,
    periods: [1, 1],
    missing: idle('it is counted when it happens, and should not'),
    isNeeded: hasBrowserSignIn,
  },
  {
    id: 'revocations',
    group: 'security-incidents',
    means:
      'Many sessions were revoked at once: an administrator’s clean-up, or somebody with an administrator’s rights.',
    figure: 'sessions in 5 minutes',
    when: 'above',
    threshold: 100,
    metrics: ({ own }) => ({ revoked: own('sessions-api', 'SessionsRevoked') }),
    periodSeconds: 300,
    periods: [1, 1],
    missing: idle('no session was revoked'),
  },
  {
    id: 'refused-tokens',
    group: 'security-incidents',
    means:
      'Many tokens and tickets were refused with 401: guessed or stolen ones, or a client that does not renew its own.',
    figure: 'requests in 5 minutes',
    when: 'above',
    threshold: 1000,
    metrics: ({ own }) => ({
      authorizer: own('authorizer', 'AuthorizerUnauthorized'),
      create_session: own('create-session', 'HttpUnauthorized'),
    }),
    expression: sumOf,
    periodSeconds: 300,
    periods: [1, 1],
    missing: idle('no token was refused'),
  },
  {
    id: 'backchannel-failures',
    group: 'security-incidents',
    means: 'A provider told us to end sessions, and we did not: they live until their recheck.',
    figure: 'logout tokens in 5 minutes',
    when: 'above',
    threshold: 0,
    metrics: ({ own }) => ({ failed: own('backchannel-logout', 'BackchannelLogouts', { outcome: 'failed' }) }),
    periodSeconds: 300,
    periods: [1, 1],
    missing: idle('no logout token came, or none failed'),
    isNeeded: hasBackchannelLogout,
  },
];
