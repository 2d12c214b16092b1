import type { Environment } from '../environments/environment.ts';

/** Of an app that has a role by its name, and of one whose role has a path and which lists all sessions. */
export const WEB_APPS = [
  { role: 'shop-web' },
  { roleArn: 'arn:aws:iam::123456789012:role/team/admin.web', scan: true },
] satisfies Environment['webApps'];

/** The environment with web apps that keep their sessions in its table. */
export function withWebApps(environment: Environment): Environment {
  return { ...environment, accountId: environment.accountId ?? '123456789012', webApps: WEB_APPS };
}
