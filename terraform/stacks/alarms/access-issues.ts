import { hasBrowserSignIn } from '../../environments/browser-sign-in.ts';
import { ofEach } from '../watched.ts';
import { type AlarmSpec, counted, idle, shareOf, sumOf } from './alarm-spec.ts';

/** People who cannot get in, or do not stay in. */
export const ACCESS_ISSUES: readonly AlarmSpec[] = [
  {
    id: 'sign-in-success',
    group: 'access-issues',
    means: 'People with a valid token do not get their session.',
    figure: 'percent of the sign-ins of 5 minutes, of 20 sign-ins or more',
    when: 'below',
    threshold: 80,
    metrics: ({ own }) => ({
      created: own('create-session', 'SessionsCreated'),
      existing: own('create-session', 'SessionsExisting'),
      refused: own('create-session', 'SessionsRefused'),
      failed: own('create-session', 'SessionsFailed'),
    }),
    expression: shareOf(sumOf(['created', 'existing']), sumOf(['created', 'existing', 'refused', 'failed']), {
      least: 20,
      otherwise: 100,
    }),
    periodSeconds: 300,
    periods: [2, 3],
    missing: idle('nobody signed in'),
  },
  {
    id: 'sign-in-completion',
    group: 'access-issues',
    means: 'Browsers are sent to the provider, and people do not come back with a session.',
    figure: 'percent of the sign-ins begun in 15 minutes, of 20 or more',
    when: 'below',
    threshold: 50,
    metrics: ({ own }) => ({
      started: own('token-handler', 'SignInStarted'),
      completed: own('token-handler', 'SignInCompleted'),
    }),
    expression: shareOf(counted('completed'), counted('started'), { least: 20, otherwise: 100 }),
    periodSeconds: 900,
    periods: [2, 2],
    missing: idle('nobody began to sign in'),
    isNeeded: hasBrowserSignIn,
  },
  {
    id: 'refresh-failures',
    group: 'access-issues',
    means:
      'Sessions of browsers are not confirmed, since the provider does not answer or refuses us: they end when their time comes.',
    figure: 'percent of the refreshes of 5 minutes, of 20 or more, that failed as `unavailable` or `refused`',
    when: 'above',
    threshold: 20,
    metrics: ({ own }) => ({
      refreshed: own('token-handler', 'TicketsRefreshed'),
      failed: own('token-handler', 'RefreshFailed'),
      unavailable: own('token-handler', 'RefreshFailed', { reason: 'unavailable' }),
      refused: own('token-handler', 'RefreshFailed', { reason: 'refused' }),
    }),
    expression: shareOf(sumOf(['unavailable', 'refused']), sumOf(['refreshed', 'failed']), { least: 20, otherwise: 0 }),
    periodSeconds: 300,
    periods: [2, 3],
    missing: idle('no refresh was due'),
    isNeeded: hasBrowserSignIn,
  },
  {
    id: 'credential-refreshes',
    group: 'access-issues',
    means: 'AWS refuses the credentials of functions, again and again: their callers get 503.',
    figure: 'forced refreshes in 5 minutes, of the functions that clients wait for and of store-event',
    when: 'above',
    threshold: 10,
    metrics: ({ answering, own }) => ofEach([...answering, 'store-event'], (name) => own(name, 'CredentialRefresh')),
    expression: sumOf,
    periodSeconds: 300,
    periods: [1, 1],
    missing: idle('no credentials were refused'),
  },
];
