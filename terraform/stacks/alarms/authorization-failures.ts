import { type AlarmSpec, counted, idle, shareOf, sumOf } from './alarm-spec.ts';

/** Requests that should have been let in, or could not be decided. */
export const AUTHORIZATION_FAILURES: readonly AlarmSpec[] = [
  {
    id: 'authorizer-errors',
    group: 'authorization-failures',
    means: 'The authorizer could not decide requests, or did not get to an end, and their clients got a 500.',
    figure: 'requests in a minute, in 3 of 5 minutes',
    when: 'above',
    threshold: 5,
    metrics: ({ own, lambda }) => ({
      undecided: own('authorizer', 'AuthorizerErrors'),
      errors: lambda('authorizer', 'Errors'),
      unauthorized: own('authorizer', 'AuthorizerUnauthorized'),
      not_yet_known: own('authorizer', 'KeyNotYetKnown'),
    }),
    // API Gateway answers 401 to an authorizer that fails with a certain text: for Lambda, each of them is an error too.
    expression: `MAX([${counted('undecided')}, ${counted('errors')} - ${sumOf(['unauthorized', 'not_yet_known'])}])`,
    periodSeconds: 60,
    periods: [3, 5],
    missing: idle('no request, no error'),
  },
  {
    id: 'denied-rate',
    group: 'authorization-failures',
    means:
      'An unusual share of requests is refused with 401 or 403: by a release of ours or of a client, or by an attack.',
    figure: 'percent of the decisions of 5 minutes, of 100 decisions or more',
    when: 'above',
    threshold: 50,
    metrics: ({ own }) => ({
      allowed: own('authorizer', 'AuthorizerAllowed'),
      denied: own('authorizer', 'AuthorizerDenied'),
      unauthorized: own('authorizer', 'AuthorizerUnauthorized'),
    }),
    expression: shareOf(sumOf(['denied', 'unauthorized']), sumOf(['allowed', 'denied', 'unauthorized']), {
      least: 100,
      otherwise: 0,
    }),
    periodSeconds: 300,
    periods: [2, 3],
    missing: idle('no request, none refused'),
  },
  {
    id: 'key-set-age',
    group: 'authorization-failures',
    means:
      'The keys of an issuer were not refreshed: tokens by a new key are refused, and after keysMaxAgeSeconds all of them.',
    figure: 'seconds, of the issuer whose last good key set is the oldest',
    when: 'above',
    threshold: 3600,
    metrics: ({ own }) => ({ age: own('refresh-keys', 'KeySetAge', {}, 'Maximum') }),
    // The schedule is every 10 minutes at most: each period has a run.
    periodSeconds: 900,
    periods: [1, 1],
    missing: {
      is: 'breaching',
      because: 'every run of refresh-keys writes it: none has run, or an issuer has no good key set at all',
    },
  },
];
