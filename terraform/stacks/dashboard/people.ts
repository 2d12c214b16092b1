import { hasBackchannelLogout } from '../../environments/backchannel-logout.ts';
import { hasBrowserSignIn } from '../../environments/browser-sign-in.ts';
import type { Environment } from '../../environments/environment.ts';
import type { Graph, Section } from '../../modules/monitoring/dashboard.ts';
import type { Watched } from '../watched.ts';
import { line, lineOfEachValue } from './lines.ts';

/** Who comes in, and who is let in no more. */
export function people(environment: Environment, { own }: Watched): readonly Section[] {
  const browser = hasBrowserSignIn(environment);
  const refused = ['SessionsRefused', 'SessionsFailed'].map((name) =>
    lineOfEachValue(name, own('create-session', name), 'reason'),
  );
  const signIns: readonly Graph[] = [
    {
      title: 'Sign-ins made',
      unit: 'sign-ins',
      lines: [
        line('sessions made', own('create-session', 'SessionsCreated')),
        line('had theirs already', own('create-session', 'SessionsExisting')),
        line('records', own('sessions-api', 'SessionsCreated')),
        ...(browser ? [line('by browser', own('token-handler', 'SignInCompleted'))] : []),
      ],
    },
    {
      title: 'Sign-ins refused or failed, by reason',
      unit: 'sign-ins',
      lines: [
        ...refused,
        ...(browser ? [lineOfEachValue('by browser', own('token-handler', 'SignInRefused'), 'reason')] : []),
      ],
    },
    {
      title: 'Bootstraps let through by the authorizer',
      unit: 'requests',
      lines: [line('bootstraps', own('authorizer', 'BootstrapAllowed'))],
    },
    ...(browser ? browserSignIns(own) : []),
  ];
  const ends: readonly Graph[] = [
    {
      title: 'Sessions revoked',
      unit: 'sessions',
      lines: [line('revoked', own('sessions-api', 'SessionsRevoked'))],
    },
    ...(browser ? tickets(own) : []),
    ...(hasBackchannelLogout(environment) ? [logoutTokens(own)] : []),
  ];
  return [
    { heading: 'Sign-ins', graphs: signIns },
    { heading: 'Sessions', graphs: ends },
  ];
}

type Own = Watched['own'];

function browserSignIns(own: Own): readonly Graph[] {
  return [
    {
      title: 'Sign-ins by browser, begun and completed',
      unit: 'sign-ins',
      lines: [
        line('begun', own('token-handler', 'SignInStarted')),
        line('completed', own('token-handler', 'SignInCompleted')),
      ],
    },
  ];
}

function tickets(own: Own): readonly Graph[] {
  return [
    {
      title: 'Tickets refreshed, and not, by reason',
      unit: 'tickets',
      lines: [
        line('refreshed', own('token-handler', 'TicketsRefreshed')),
        lineOfEachValue('failed', own('token-handler', 'RefreshFailed'), 'reason'),
      ],
    },
    {
      title: 'Reuse detected',
      unit: 'tickets',
      lines: [line('copies found out', own('token-handler', 'ReuseDetected'))],
    },
    {
      title: 'Sessions of tickets that ended, by reason',
      unit: 'sessions',
      lines: [lineOfEachValue('ended', own('token-handler', 'SessionsEnded'), 'reason')],
    },
  ];
}

function logoutTokens(own: Own): Graph {
  const outcomes = lineOfEachValue('logout tokens', own('backchannel-logout', 'BackchannelLogouts'), 'outcome');
  return { title: 'Back-channel logouts, by outcome', unit: 'logout tokens', lines: [outcomes] };
}
