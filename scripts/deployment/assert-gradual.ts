import type { Environment } from '@cloakroom/terraform';

/** What decides whether a share can be given. */
interface Gradual extends Pick<Environment, 'name' | 'alarms'> {
  readonly sessions: Pick<Environment['sessions'], 'bootstrap'>;
  readonly functions?: Readonly<Record<string, { readonly provisionedConcurrency?: unknown } | undefined>> | undefined;
}

/** @throws Error when the environment cannot be rolled out by shares */
export function assertGradual({ name, alarms, sessions, functions = {} }: Gradual): void {
  if (sessions.bootstrap === 'off') {
    throw new Error(
      `sign-in of ${name} is to be closed (sessions.bootstrap), and a share would leave it open, and its refusals take the share back: deploy without --gradual`,
    );
  }
  if (alarms === undefined) {
    throw new Error(
      `${name} has no alarms, so nothing would say that a share fails: set alarms, or deploy without --gradual`,
    );
  }
  const provisioned = Object.keys(functions).filter((one) => functions[one]?.provisionedConcurrency !== undefined);
  if (provisioned.length > 0) {
    throw new Error(
      `AWS gives no share to a version beside provisioned concurrency, which these functions have: ${provisioned.join(', ')}. Deploy without --gradual, or take it away first`,
    );
  }
}
