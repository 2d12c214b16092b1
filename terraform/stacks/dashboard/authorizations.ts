import type { Section } from '../../modules/monitoring/dashboard.ts';
import type { Watched } from '../watched.ts';
import { line, lineOfEach, lineOfEachValue } from './lines.ts';

/** What the authorizer decides, how fast, and with which keys. */
export function authorizations({ own, lambda, functions }: Watched): Section {
  const allowed = own('authorizer', 'AuthorizerAllowed');
  const denied = own('authorizer', 'AuthorizerDenied');
  const unauthorized = own('authorizer', 'AuthorizerUnauthorized');
  const refusedBy = (by: string) => [lineOfEachValue('403', denied, by), lineOfEachValue('401', unauthorized, by)];
  return {
    heading: 'Authorizations',
    graphs: [
      {
        title: 'Decisions',
        unit: 'requests',
        lines: [line('allowed', allowed), line('denied (403)', denied), line('refused (401)', unauthorized)],
      },
      { title: 'Denied and refused, by reason', unit: 'requests', lines: refusedBy('reason') },
      { title: 'Denied and refused, by route', unit: 'requests', lines: refusedBy('route') },
      { title: 'Allowed, by route', unit: 'requests', lines: [lineOfEachValue('allowed', allowed, 'route')] },
      {
        title: 'Latency of the authorizer',
        unit: 'milliseconds',
        lines: (['p50', 'p99', 'Maximum'] as const).map((statistic) =>
          line(statistic, lambda('authorizer', 'Duration', statistic)),
        ),
      },
      {
        title: 'Errors of the authorizer',
        unit: 'requests',
        lines: [
          line('could not decide', own('authorizer', 'AuthorizerErrors')),
          line('key not yet known', own('authorizer', 'KeyNotYetKnown')),
          line('uses not written down', own('authorizer', 'TouchFailed')),
        ],
      },
      {
        title: 'Age of the oldest key set',
        unit: 'seconds',
        lines: [line('age', own('refresh-keys', 'KeySetAge', {}, 'Maximum'))],
      },
      {
        title: 'Refreshes of credentials that AWS refused',
        unit: 'refreshes',
        lines: lineOfEach(functions, (name) => own(name, 'CredentialRefresh')),
      },
      {
        title: '401s of functions that check the token themselves, by reason',
        unit: 'requests',
        lines: [lineOfEachValue('create-session', own('create-session', 'HttpUnauthorized'), 'reason')],
      },
    ],
  };
}
