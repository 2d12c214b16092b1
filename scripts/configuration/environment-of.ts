import type { Answers } from './answers.ts';
import type { Discovered } from './discover.ts';
import { issuerOf } from './issuer-of.ts';
import { networkOf } from './network-of.ts';
import { compact, type Written } from './written.ts';

export const DEFAULT_APP = 'cloakroom';
export const DEFAULT_REGION = 'eu-central-1';
const DEFAULT_REFRESH_TOKEN_DAYS = '30';
const DAY_SECONDS = 86_400;

/** What environments of either kind have: terraform/environments/dev and prod, which people have read. */
const TRIAL = {
  logRetentionDays: 7,
  throttle: { ratePerSecond: 50, burst: 100, publicRoute: { ratePerSecond: 10, burst: 20 } },
  protection: { preventDestroy: false, deletionProtection: false },
};
const PRODUCTION = {
  logRetentionDays: 365,
  customerLogKey: true,
  throttle: { ratePerSecond: 1000, burst: 2000, publicRoute: { ratePerSecond: 200, burst: 400 } },
  protection: { preventDestroy: true, deletionProtection: true },
};

/** Where it is not said, the name decides: what is called production is protected. */
export function isProduction(name: string, { production }: Answers): boolean {
  return production ?? /^(prod|live)/.test(name);
}

/** A bucket's name is unique among all accounts of AWS: this one's number makes it so. */
export function stateBucketOf({ single }: Answers): string {
  return single['state-bucket'] ?? `${single.app ?? DEFAULT_APP}-state-${single.account ?? ''}`;
}

/** The fields of an environment, in the order in which they are read, without the defaults and the routes of the team. */
export function environmentOf(
  name: string,
  answers: Answers,
  discovered: Discovered | undefined,
): Readonly<Record<string, Written>> {
  const { single, repeated } = answers;
  const { app, region = DEFAULT_REGION } = single;
  const days = single['refresh-token-days'] ?? DEFAULT_REFRESH_TOKEN_DAYS;
  const { protection, ...stage } = isProduction(name, answers) ? PRODUCTION : TRIAL;
  return compact({
    app: app === DEFAULT_APP ? undefined : app,
    name,
    region: region === DEFAULT_REGION ? undefined : region,
    accountId: single.account ?? '',
    state: { kind: 's3', bucket: stateBucketOf(answers), region },
    issuers: [issuerOf(answers, discovered)],
    allowedOrigins: [...new Set([...(repeated.frontend ?? []), ...(repeated.origin ?? [])])],
    domain: domainOf(answers),
    sessions:
      days === DEFAULT_REFRESH_TOKEN_DAYS
        ? undefined
        : { loginMaxLifetimeSeconds: Math.round(Number(days) * DAY_SECONDS) },
    ...stage,
    permissionsBoundary: single['permissions-boundary'],
    tags: repeated.tag === undefined ? undefined : Object.fromEntries(repeated.tag.map(pair)),
    alarms: repeated.notify === undefined ? undefined : { notify: repeated.notify },
    protection,
    network: networkOf(region, answers),
  });
}

/** A tag, from `key=value`. */
function pair(tag: string): readonly [string, string] {
  const [key = '', ...value] = tag.split('=');
  return [key, value.join('=')];
}

function domainOf({ single }: Answers): Written | undefined {
  if (single.domain === undefined) return undefined;
  return compact({
    name: single.domain,
    hostedZoneId: single['hosted-zone-id'],
    certificateArn: single['certificate-arn'],
  });
}
