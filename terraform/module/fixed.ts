import { hasBackchannelLogout } from '../environments/backchannel-logout.ts';
import { clientSecretNames, hasBrowserSignIn } from '../environments/browser-sign-in.ts';
import type { Environment } from '../environments/environment.ts';

const PAGES = 'pages and cookie go together; they are checked when the module is written';
const SECRETS = "the names of clients' secrets begin with it, and stand in the zips";

const RESTORED = 'after a restore the module is written anew, and names the table that was restored';

/** Fields that are a variable of no module, and why: what they decide is in it once it is written. */
export const FIXED: Readonly<Record<string, string>> = {
  region: "the provider's own",
  accountId: "the provider's own; allowed_account_ids stand there",
  state: 'where a state is, the root module says',
  'sessions.binding': 'it decides what the authorizer may read',
  'sessions.ipStorage': 'it decides the fields of the access log',
  'sessions.requireIfMatch': 'clients are written for one or the other',
  'sessions.handIn': 'it decides whether there is a route',
  'cookie.name': PAGES,
  'cookie.sameSite': PAGES,
  'cookie.secure': 'always true where there is more than one machine',
  storeEventTimeoutSeconds: 'three numbers of function and queue follow from it',
  eventsBatchWindowSeconds: 'the size of batches and a number of the queue follow from it',
  functions: 'it decides which of them have policies, capacity and schedules of their own',
  network: 'it decides whether there is a VPC, made or one that exists',
  attachTo: 'a permission beside the module does it, for an API that is not known before',
  webApps: 'each is a policy with an address of its own',
  alarms: 'it decides whether there are alarms',
  domain: 'it decides whether there is a domain',
  'domain.defaultEndpoint': "it decides whether API Gateway's own address answers",
  own: 'the functions of a team of its own are in the folder',
  'tables.sessions': RESTORED,
  'tables.events': RESTORED,
  'throttle.routes': 'it decides which routes have limits of their own',
  customerLogKey: 'it decides whether there is a key',
  'protection.preventDestroy': 'Terraform takes no variable there',
  'network.flowLogs': 'it decides whether there is a log, with a role',
  'network.endpoints': 'it decides which endpoints are made',
};

/**
 * All fields that are no variables in an environment's module, and why. Issuers are one where they decide of nothing else. Who signs
 * people in by browser has more that is decided: the addresses of pages, and the names of secrets, which stand in zips beside issuers.
 */
export function fixedIn(environment: Environment, issuersInZip: boolean): Readonly<Record<string, string>> {
  const browser = hasBrowserSignIn(environment);
  const secrets = clientSecretNames(environment).length > 0;
  return {
    ...FIXED,
    ...(issuersInZip ? { issuers: 'they are in the zips, as was asked for' } : {}),
    ...(hasBackchannelLogout(environment)
      ? { issuers: 'one has `backchannelLogout`: a function follows from it' }
      : {}),
    ...(browser
      ? {
          issuers: 'one has `browser`: functions follow from it',
          publicUrl: PAGES,
          allowedOrigins: PAGES,
          'domain.name': PAGES,
        }
      : {}),
    ...(environment.domain === undefined ? {} : { publicUrl: 'it is the address of the domain' }),
    ...(secrets ? { app: SECRETS, name: SECRETS } : {}),
  };
}
